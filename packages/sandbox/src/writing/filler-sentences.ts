import type { SeededRandom } from './seeded-random.ts';
import type { SentenceBank } from './sentence-bank.ts';

/** One sentence after the other, thousands before the first comes back. Why the three lists are walked in step: see `SentenceBank`. */
export function fillerSentences(
  { subjects, verbs, tails }: SentenceBank['filler'],
  random: SeededRandom,
): () => string {
  let at = random.below(subjects.length * verbs.length * tails.length);
  return () => {
    at += 1;
    return `${subjects[at % subjects.length]} ${verbs[at % verbs.length]} ${tails[at % tails.length]}`;
  };
}
