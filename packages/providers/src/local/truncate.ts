/**
 * The longest beginning of `text` within `limit` tokens that ends at a sentence; at a word when that would lose more than
 * half of it; inside a word only when the first word alone is too long.
 */
export function truncateToTokens(text: string, limit: number, countTokens: (text: string) => number): string {
  if (countTokens(text) <= limit) return text;
  const words = longestWithin(text.split(/(?<=\s)/), limit, countTokens).trimEnd();
  if (words === '') return longestWithin([...text], limit, countTokens);
  const sentence = /^.*[.!?]["'”’]?(?=\s|$)/s.exec(words)?.[0] ?? '';
  return sentence.length >= words.length / 2 ? sentence : words;
}

/** The most of `pieces`, joined, that fits. */
function longestWithin(pieces: string[], limit: number, countTokens: (text: string) => number): string {
  let fits = 0;
  let tooMany = pieces.length + 1;
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (countTokens(pieces.slice(0, middle).join('').trimEnd()) <= limit) fits = middle;
    else tooMany = middle;
  }
  return pieces.slice(0, fits).join('');
}
