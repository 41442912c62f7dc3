const longestOpening = 400;

const instruction =
  /^(please[, ]+)?(can|could|would) you (please )?|^(please[, ]+)?(write|tell|create|make|give|invent|compose)( me| us)?\b/i;
const storyWords = /^\s*(an?|the|some)?\s*((very|short|little|long|nice|funny|sad|new|bedtime|fairy|children['’]?s|kids['’]?)\s+)*(story|tale|fairy[- ]?tale|fable)\b\s*(for (my )?(kids|children|daughter|son)\b)?\s*(about|of|in which|where|on)?\s*:?/i;
const spanishInstruction = /^(por favor,? )?(escribe|escríbeme|cuenta|cuéntame|crea|inventa)( me| nos)?\s+(un|una|el|la)?\s*(cuento|historia|relato)( corto| corta)?\s*(sobre|de|acerca de)?/i;
/** Reads like the beginning of a tale: a whole sentence in the past. */
const isTale = /^(once|there (was|were|lived)|long ago|in a|one (day|night|morning|evening))\b.*[.!?]["'”]?\s*$/is;

/**
 * The beginning of a tale, made from what somebody asked for: the bundled model only continues what has begun, it
 * follows no instructions.
 */
export function storyOpening(title: string, prompt: string): string {
  const words = tidy(prompt);
  if (isTale.test(words)) return shorten(words, longestOpening);
  const topic = tidy(words.replace(spanishInstruction, '').replace(instruction, '').replace(storyWords, '')) || tidy(title);
  // The first sentence says who it is about; what follows are usually instructions.
  const [first = topic] = topic.split(/(?<=[.!?])\s+|\n/);
  const subject = shorten(first.replace(/[.!?,;:]+$/, ''), longestOpening - 60);
  if (/^(once upon|there (was|were|lived)|long ago)\b/i.test(subject)) return `${capitalise(subject)}.`;
  return `Once upon a time there was ${article(subject)}${past(subject)}.`;
}

/** The model's world is English; of anything else it only sees odd letters. */
export function looksEnglish(prompt: string): boolean {
  return !spanishInstruction.test(prompt.trim()) && !/[¿¡ñáéíóúäöüßçàèêâ\u0370-\uffff]/i.test(prompt.replace(/[‘’“”–—…]/g, ''));
}

function tidy(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function article(subject: string): string {
  if (/^(an?|the|two|three|four|five|some|many|my|his|her|their|one)\b/i.test(subject)) return '';
  if (/^\p{Lu}/u.test(subject) && !/^\p{Lu}\p{Ll}* (who|and|with|in|on|of|that)\b/u.test(subject)) return 'a tale of ';
  return /^[aeiou]/i.test(subject) ? 'an ' : 'a ';
}

/** "who is afraid" → "who was afraid": the tale is told in the past. */
function past(subject: string): string {
  return subject
    .replace(/^(An?|The|Two|Three|Some|My|One)\b/, (word) => word.toLowerCase())
    .replace(/\b(who|that|which) (is|has|wants|loves|lives|cannot|can|fears|finds|goes)\b/gi, (_match, link: string, verb: string) => `${link} ${pasts[verb.toLowerCase()] ?? verb}`);
}

const pasts: Record<string, string> = {
  is: 'was',
  has: 'had',
  wants: 'wanted',
  loves: 'loved',
  lives: 'lived',
  cannot: 'could not',
  can: 'could',
  fears: 'feared',
  finds: 'found',
  goes: 'went',
};

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Cut at the end of a sentence if there is one, else of a word. */
function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length);
  const sentence = Math.max(cut.lastIndexOf('. '), cut.lastIndexOf('! '), cut.lastIndexOf('? '));
  return sentence > 40 ? cut.slice(0, sentence + 1) : cut.slice(0, Math.max(cut.lastIndexOf(' '), 1));
}
