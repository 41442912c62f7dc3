import type { DescriptionInput } from '@octavo/contracts';

const lengths: Record<NonNullable<DescriptionInput['length']>, string> = {
  short: 'one sentence',
  medium: 'three to five sentences',
  long: 'several paragraphs',
};

const languageNames = new Intl.DisplayNames(['en'], { type: 'language' });

/** How long a description shall be, and in which language, in the words of the request. */
export function describeWish({ length = 'medium', language }: Omit<DescriptionInput, 'mediaId'>): {
  length: string;
  language: string;
} {
  return {
    length: lengths[length],
    // `spa_Latn` is "Spanish (Latin)".
    language: language === undefined ? 'that of the title' : (languageNames.of(language.replace('_', '-')) ?? language),
  };
}
