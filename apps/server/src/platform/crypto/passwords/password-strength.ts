/**
 * About how many guesses (decimal logarithm) somebody needs who tries words first, then patterns, then everything: the
 * cheapest way to cut the password into known words, repeats, runs (`abcd`, `4321`) and single characters.
 */
export function estimateGuesses(password: string, personal: string[], words: ReadonlySet<string>): number {
  // Beyond this every answer is "out of reach", and the work grows with the square.
  const characters = [...password.normalize('NFKC').toLowerCase()].slice(0, 64);
  const perCharacter = Math.log10(alphabetOf(password));
  const best: number[] = [0];
  for (let end = 1; end <= characters.length; end += 1) {
    let cheapest = (best[end - 1] ?? 0) + perCharacter;
    for (let start = Math.max(0, end - 24); start <= end - 3; start += 1) {
      const cost = costOf(characters.slice(start, end), personal, words);
      // Each further piece must also be placed.
      if (cost !== undefined) cheapest = Math.min(cheapest, (best[start] ?? 0) + cost + (start > 0 ? 0.3 : 0));
    }
    best.push(cheapest);
  }
  return Math.max(0, best.at(-1) ?? 0);
}

function costOf(piece: string[], personal: string[], words: ReadonlySet<string>): number | undefined {
  const text = piece.join('');
  if (personal.includes(text)) return 1;
  if (words.has(text)) return 3.5;
  if (new Set(piece).size === 1) return 1 + Math.log10(piece.length);
  const steps = piece.slice(1).map((character, index) => distance(piece[index] ?? '', character));
  const [first] = steps;
  if (piece.length >= 3 && (first === 1 || first === -1) && steps.every((step) => step === first)) {
    return 1.5 + Math.log10(piece.length);
  }
  // A year.
  return /^(19|20)\d\d$/.test(text) ? 2 : undefined;
}

const distance = (a: string, b: string) => (b.codePointAt(0) ?? 0) - (a.codePointAt(0) ?? 0);

function alphabetOf(password: string): number {
  const kinds: Array<[RegExp, number]> = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/\d/, 10],
    [/[ -/:-@[-`{-~]/, 33],
    // The letters of everybody else.
    [/[^ -~]/, 60],
  ];
  return kinds.reduce((size, [pattern, more]) => (pattern.test(password) ? size + more : size), 1);
}
