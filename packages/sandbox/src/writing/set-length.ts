import { fillerSentences } from './filler-sentences.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SentenceBank } from './sentence-bank.ts';

const word = /(?<!\s)\s*\S+/gu;

/** The sample with exactly `words` words: shortened at a word, or continued with paragraphs of filler sentences. */
export function setLength(input: { body: string; bank: SentenceBank; random: SeededRandom; words: number }): string {
  const { body, bank, random, words } = input;
  const opening = toWords(bank.notice.opening);
  const closing = toWords(`\n\n${bank.notice.closing}`);
  // Too short for both notices: as much of the first one as fits.
  if (words <= opening.length + closing.length) return opening.concat(closing).slice(0, words).join('');

  const wanted = words - opening.length - closing.length;
  let middle = toWords(`\n\n${body}`);
  if (middle.length < wanted) {
    middle = middle.concat(toWords(filler(bank.filler, random, wanted - middle.length)));
  }
  if (middle.length > wanted) middle = endSentence(middle.slice(0, wanted));
  return [...opening, ...middle, ...closing].join('');
}

/** Enough sentences for `words` words, in paragraphs of five. */
function filler(bank: SentenceBank['filler'], random: SeededRandom, words: number): string {
  const sentence = fillerSentences(bank, random);
  let text = '';
  // The shortest sentence has five words, so this always suffices.
  for (let index = 0; index < words / 5; index++) text += `${index % 5 === 0 ? '\n\n' : ' '}${sentence()}`;
  return text;
}

function endSentence(words: string[]): string[] {
  const last = words.at(-1);
  if (last === undefined || !/\p{L}$/u.test(last.replace(/[,;:]$/u, ''))) return words;
  return [...words.slice(0, -1), `${last.replace(/[,;:]$/u, '')}.`];
}

function toWords(text: string): string[] {
  return text.match(word) ?? [];
}
