/** Longer words are split, so that a text without spaces (or an echoed data URI) still streams in pieces. */
const pieces = /(?<!\s)\s*\S{1,48}/gu;

/** The text as the pieces in which it is streamed: one word with the white space before it. Joined again, it is the text. */
export function splitTokens(text: string): string[] {
  const tokens = text.match(pieces);
  if (tokens === null) return text === '' ? [] : [text];
  const used = tokens.reduce((sum, token) => sum + token.length, 0);
  if (used < text.length) tokens[tokens.length - 1] += text.slice(used);
  return tokens;
}
