const gramLength = 6;
/** More words than any content type allows; a longer text is judged by its end. */
const maxWordsLookedAt = 12_000;

/**
 * What no writer does on purpose: the same passage again and again with nothing in between. A refrain comes back
 * after other words; a cumulative tale ("The House That Jack Built") puts some in front each time.
 */
const loops = [
  { times: 7, words: 60 },
  { times: 2.9, words: 150 },
  { times: 1.95, words: 400 },
];
/** Even a cumulative tale says a fifth of its words for the first time; a model that hangs says next to nothing. */
const maxRepeatedShare = 0.85;
const minWordsForShare = 60;

/** Whether a model got stuck: one passage over and over, or next to nothing said once. Linear in the number of words. */
export function isStuck(allWords: string[]): boolean {
  const words = allWords.slice(-maxWordsLookedAt);
  const lastSeenAt = new Map<string, number>();
  let repeated = 0;
  // The passage that is being repeated: how many words ago it began, and how many words of it have come back so far.
  let period = 0;
  let run = 0;
  for (let at = gramLength - 1; at < words.length; at += 1) {
    const gram = words.slice(at - gramLength + 1, at + 1).join(' ');
    const seenAt = lastSeenAt.get(gram);
    lastSeenAt.set(gram, at);
    if (seenAt !== undefined) repeated += 1;
    if (period > 0 && words[at] === words[at - period]) {
      run += 1;
    } else {
      period = seenAt === undefined ? 0 : at - seenAt;
      run = gramLength;
    }
    if (period > 0 && loops.some((loop) => period + run >= Math.max(loop.words, loop.times * period))) return true;
  }
  return words.length >= minWordsForShare && repeated / (words.length - gramLength + 1) > maxRepeatedShare;
}
