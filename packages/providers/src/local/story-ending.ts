/** A story aims at this many new tokens (about 170 to 230 words) and then ends with its sentence. */
export const storyLength = { aimTokens: 220, enoughTokens: 300 } as const;

/**
 * Whether a story may end here. From `aimTokens` on at the end of a sentence outside quoted speech; from `enoughTokens` on at
 * any sentence end, as the model sometimes never closes a quote.
 */
export function mayEnd(text: string, newTokens: number): boolean {
  if (newTokens < storyLength.aimTokens || !endsSentence(text)) return false;
  return newTokens >= storyLength.enoughTokens || !insideQuote(text);
}

/** Whether the text stops where a sentence stops: not after "Mr." or an initial. */
export function endsSentence(text: string): boolean {
  return /[.!?]["')”’]*\s*$/.test(text) && !/\b(Mr|Mrs|Ms|Dr|St|[A-Z])\.\s*$/.test(text);
}

/** Whether the last paragraph has an open double quote. */
export function insideQuote(text: string): boolean {
  const paragraph = text.slice(text.lastIndexOf('\n') + 1);
  const straight = paragraph.split('"').length - 1;
  return straight % 2 === 1 || paragraph.lastIndexOf('“') > paragraph.lastIndexOf('”');
}
