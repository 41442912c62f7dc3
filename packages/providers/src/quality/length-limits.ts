import { contentTypes, minWordsPerParagraph } from '../content-types/index.ts';
import type { GenerationRequest } from '../provider.ts';

export interface LengthLimits {
  minWords: number;
  maxWords: number;
}

/** How long a text has to be, and may be, to count as what was asked. */
export function lengthLimits(request: GenerationRequest): LengthLimits {
  const { minWords, maxWords } = contentTypes[request.contentType].quality;
  const paragraphs = request.contentType === 'story' ? request.input?.paragraphs : undefined;
  // A story of one paragraph may be a few sentences.
  return { minWords: Math.min(minWords, (paragraphs ?? Infinity) * minWordsPerParagraph), maxWords };
}
