import type { QualityRule } from '../content-types/index.ts';
import type { FinishReason } from '../provider.ts';

/** A take as the rules see it. */
export interface Take {
  text: string;
  words: string[];
  finishReason: FinishReason;
  prompt: string;
  promptWords: string[];
  rule: QualityRule;
}

export interface Rule {
  code: string;
  /** In the words of the person who waits for the text. */
  reason: string;
  isBroken: (take: Take) => boolean;
}

const refusals = [
  /^(i['’]?m|i am) (really |very |so )?sorry,? (but )?(i|as)\b/i,
  /^(sorry|unfortunately),? (but )?i (can['’]?t|cannot|am (not able|unable))/i,
  /^i (can['’]?t|cannot|won['’]?t|am (not able|unable) to) (help|assist|write|create|provide|comply|fulfil|generate)/i,
  /^as an ai( language model)?,? i (can['’]?t|cannot|am (not able|unable))/i,
  /^lo siento,? (pero )?(no puedo|como)/i,
  /^no puedo (ayudar|escribir|crear|generar|cumplir)/i,
];
/** A refusal is short; a long text may well begin with an apology. */
const longestRefusalWords = 120;

const gramLength = 6;
/** A refrain comes back a few times; a model that hangs says little else. */
const maxRepeatedShare = 0.35;
const minWordsForRepetition = 40;

/** In this order; the first broken rule is the reason that is given. */
export const rules: Rule[] = [
  {
    code: 'quality_refused',
    reason: 'The model refused to write this.',
    isBroken: ({ finishReason, text, words }) =>
      finishReason === 'content-filter' || (words.length <= longestRefusalWords && refusals.some((refusal) => refusal.test(text.trim()))),
  },
  { code: 'quality_empty', reason: 'The model answered with an empty text.', isBroken: ({ words }) => words.length === 0 },
  {
    code: 'quality_cut_off',
    reason: 'The text was cut off before it came to an end.',
    isBroken: ({ finishReason }) => finishReason !== 'stop',
  },
  {
    code: 'quality_echo',
    reason: 'The model only repeated the request.',
    isBroken: ({ words, promptWords }) => promptWords.length > 3 && words.length <= promptWords.length * 1.2 && isSame(words, promptWords),
  },
  {
    code: 'quality_repetitive',
    reason: 'The model got stuck and repeated the same words.',
    isBroken: ({ words }) => words.length >= minWordsForRepetition && repeatedShare(words) > maxRepeatedShare,
  },
  {
    code: 'quality_too_short',
    reason: 'The text is too short for what was asked.',
    isBroken: ({ words, rule }) => words.length < rule.minWords,
  },
  {
    code: 'quality_too_long',
    reason: 'The text is far too long for what was asked.',
    isBroken: ({ words, rule }) => words.length > rule.maxWords,
  },
];

/** The prompt stands in the text word for word, and nothing of weight beside it. */
function isSame(words: string[], promptWords: string[]): boolean {
  return ` ${words.join(' ')} `.includes(` ${promptWords.join(' ')} `);
}

/** How much of the text is runs of six words that have stood in it before. */
function repeatedShare(words: string[]): number {
  const seen = new Set<string>();
  let repeated = 0;
  const grams = words.length - gramLength + 1;
  for (let at = 0; at < grams; at += 1) {
    const gram = words.slice(at, at + gramLength).join(' ');
    if (seen.has(gram)) repeated += 1;
    else seen.add(gram);
  }
  return repeated / grams;
}
