import type { ContentType, ImageInput, TranslationInput } from '@octavo/contracts';
import { maxChunkChars } from './translation.ts';

/** How many times a take calls its provider if all goes well: each counts against the provider's rate. */
export function callsOf(contentType: ContentType, input: unknown): number {
  if (contentType === 'image') return (input as ImageInput | null)?.count ?? 1;
  if (contentType !== 'translation') return 1;
  const { text = '' } = input as TranslationInput;
  return Math.max(1, Math.ceil(text.length / maxChunkChars));
}
