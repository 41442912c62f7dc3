/**
 * What a request for a story is about, as sentences without their full stop: "Please write me a short story about a fox. Make
 * it funny." gives ["a fox"]. Empty when the request names nothing.
 */
export function storySubject(prompt: string): string[] {
  const asked = prompt.replace(englishRequest, '').replace(spanishRequest, '');
  return sentences(asked)
    .filter((sentence) => !instruction.test(sentence))
    .map((sentence) =>
      sentence
        .replace(englishRequest, '')
        .replace(lengthOrAudience, '')
        .replace(/(?<![\s.!?,;:])[\s.!?,;:]+$/, '')
        .trim(),
    )
    .filter((sentence) => sentence !== '');
}

const kinds = 'stor(?:y|ies)|tales?|fairy[ -]?tales?|fables?|legends?|narratives?|adventures?';

/** "Write (me) a short bedtime story (for children) about", "I would like a tale of", "A story about", "Story:". */
const englishRequest = new RegExp(
  '^(?:please,? )?(?:(?:can|could|would|will) you (?:please )?)?' +
    "(?:(?:write|tell|create|generate|compose|make|give|invent|imagine|i want|i need|i would like|i'd like|let's have)(?: up)?(?: me| us)? )?" +
    `(?:(?:an?|the|one|some|another|your) )?(?:[\\p{L}-]+ ){0,4}?(?:${kinds})\\b` +
    '(?: for (?:(?:my|our|a|the|young|little|small) )*[\\p{L}-]+(?: aged? \\d+(?:-\\d+)?)?)?' +
    '(?:(?:,? (?:that is|which is))? (?:about|of|on|where|in which|featuring|with|called|titled)\\b|[:,.]|$) ?',
  'iu',
);

const spanishRequest =
  /^(?:por favor,? )?(?:(?:escr[ií]be|escr[ií]ba|cu[eé]nta|crea|genera|inventa|haz|redacta|quiero|quisiera)(?:me|nos)? )?(?:(?:una?|el|la) )?(?:[\p{L}-]+ ){0,3}?(?:cuento|historia|relato|f[aá]bula|leyenda)(?: (?!sobre\b|acerca\b|de\b|en\b|con\b|donde\b)[\p{L}-]+){0,4}(?: (?:sobre|acerca de|que trat[ae] (?:de|sobre)|en (?:el|la) que|donde|con|de)\b|[:,.]|$) ?/iu;

/** A sentence that tells the writer how to write, not what happens. */
const instruction =
  /^(?:(?:please|make|use|include|keep|add|write|avoid|do not|don't|ensure|limit|give it|end (?:it|with)|start (?:it|with)|length|tone|style|format|audience|genre)\b|(?:the (?:story|tale|text|tone|ending)|it|this) (?:should|must|needs to|has to)\b|(?:about|around|at most|at least|no more than|in)? ?\d+ (?:words|paragraphs|pages|sentences)\b)/i;

const lengthOrAudience =
  /,? (?:(?:in|of|with|using) (?:about |around |at most |under |no more than )?\d+ (?:words|paragraphs|sentences)|for (?:small |young |little )?(?:children|kids|toddlers)(?: aged? \d+(?:-\d+)?)?)[.!]?$/i;

function sentences(text: string): string[] {
  return [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)].map(({ segment }) => segment.trim());
}
