/**
 * Puts what a person asks for ("a dragon who is afraid of fire and wants a friend") into the tense of a tale ("who was afraid
 * of fire and wanted a friend"). A small table and two rules, not a grammar: a verb it does not know stays as it is.
 */
export function toPastTense(phrase: string): string {
  let afterOpening = false;
  return phrase.replace(/[\p{L}’']+/gu, (word) => {
    const lower = word.toLowerCase().replace('’', "'");
    const isOpening = afterOpening;
    afterOpening = verbOpenings.has(lower) || (isOpening && adverbs.has(lower));
    const auxiliary = auxiliaries.get(lower);
    if (auxiliary !== undefined) return auxiliary;
    if (!isOpening) return word;
    return verbs.get(lower) ?? word;
  });
}

/** `a boy finds a stone` → `a boy found a stone`; undefined when the phrase is not such a clause. */
export function clauseInPastTense(phrase: string): string | undefined {
  const words = phrase.split(' ');
  if (!/^(an?|the|one|two|three|some)$/i.test(words[0] ?? '')) return undefined;
  for (let count = 2; count <= 5 && count < words.length; count += 1) {
    const subject = words.slice(0, count).join(' ');
    if (/[,;:]|\b(who|that|which|whose|with|of|in|on|and|called|named)\b/i.test(subject)) return undefined;
    const verb = words[count]?.toLowerCase() ?? '';
    const past = auxiliaries.get(verb) ?? verbs.get(verb);
    if (past !== undefined) return `${subject} ${past} ${toPastTense(words.slice(count + 1).join(' '))}`.trim();
  }
  return undefined;
}

const verbOpenings = new Set(['who', 'that', 'which', 'and', 'but', 'he', 'she', 'it', 'they']);
const adverbs = new Set(['always', 'never', 'secretly', 'then', 'also', 'only', 'really', 'suddenly', 'one', 'day']);

const auxiliaries = table(
  "is was,are were,has had,can could,cannot could not,will would,does did,isn't was not,aren't were not,can't could not," +
    "doesn't did not,don't did not,won't would not",
);

const verbs = table(
  'have had,lives lived,live lived,wants wanted,want wanted,loves loved,likes liked,hates hated,fears feared,needs needed,' +
    'finds found,makes made,meets met,learns learned,dreams dreamed,discovers discovered,becomes became,gets got,loses lost,' +
    'saves saved,keeps kept,thinks thought,knows knew,sees saw,says said,tells told,gives gave,takes took,comes came,goes went,' +
    'runs ran,flies flew,feels felt,falls fell,hides hid,steals stole,builds built,grows grew,sings sang,travels travelled,' +
    'helps helped,tries tried,wishes wished,befriends befriended,forgets forgot,wakes woke,sleeps slept,speaks spoke,' +
    'talks talked,rides rode,wins won,turns turned,brings brought,leaves left,breaks broke,teaches taught,catches caught,' +
    'eats ate,drinks drank,writes wrote,draws drew,holds held,sails sailed,swims swam,works worked,plays played,opens opened,' +
    'lose lost,find found,meet met,love loved,go went,fly flew,sells sold,buys bought,refuses refused,decides decided',
);

/** "is was,cannot could not": the first word, and what it becomes. */
function table(pairs: string): ReadonlyMap<string, string> {
  return new Map(pairs.split(',').map((pair) => [pair.replace(/ .*/, ''), pair.replace(/^\S+ /, '')]));
}
