import type { ContentTypeDefinition } from '../content-types/index.ts';
import type { FinishReason } from '../provider.ts';
import { isEcho } from './echo.ts';
import { isOnlyRefusal } from './refusal.ts';
import { isStuck } from './repetition.ts';

/** A take as the rules see it. */
export interface Take {
  text: string;
  words: string[];
  finishReason: FinishReason;
  promptWords: string[];
  type: ContentTypeDefinition;
}

export type QualityCode =
  | 'quality_empty'
  | 'quality_cut_off'
  | 'quality_too_short'
  | 'quality_too_long'
  | 'quality_refused'
  | 'quality_repetitive'
  | 'quality_echo';

export interface Rule {
  code: QualityCode;
  /** In the words of the person who waits for the text. */
  reason: string;
  isBroken: (take: Take) => boolean;
}

/** In this order; the first broken rule is the reason that is given. */
export const rules: Rule[] = [
  {
    code: 'quality_refused',
    reason: 'The model refused to write this.',
    isBroken: ({ finishReason, text, words }) => finishReason === 'content-filter' || isOnlyRefusal(text, words.length),
  },
  {
    code: 'quality_empty',
    reason: 'The model answered with an empty text.',
    isBroken: ({ words }) => words.length === 0,
  },
  {
    code: 'quality_cut_off',
    reason: 'The text was cut off before it came to an end.',
    isBroken: ({ finishReason }) => finishReason !== 'stop',
  },
  {
    code: 'quality_echo',
    reason: 'The model only repeated the request.',
    isBroken: isEcho,
  },
  {
    code: 'quality_repetitive',
    reason: 'The model got stuck and repeated the same words.',
    isBroken: ({ words }) => isStuck(words),
  },
  {
    code: 'quality_too_short',
    reason: 'The text is too short for what was asked.',
    isBroken: ({ words, type }) => words.length < type.quality.minWords,
  },
  {
    code: 'quality_too_long',
    reason: 'The text is far too long for what was asked.',
    isBroken: ({ words, type }) => words.length > type.quality.maxWords,
  },
];
