import type { DescriptionInput } from '@octavo/contracts';
import { languageName } from './language-name.ts';

const lengths: Record<NonNullable<DescriptionInput['length']>, string> = {
  short: 'one sentence',
  medium: 'three to five sentences',
  long: 'several paragraphs',
};

/** How long a description shall be, and in which language, in the words of the request. */
export function describeWish({ length = 'medium', language }: Omit<DescriptionInput, 'mediaId'>): {
  length: string;
  language: string | undefined;
} {
  return {
    length: lengths[length],
    language: language && languageName(language),
  };
}
