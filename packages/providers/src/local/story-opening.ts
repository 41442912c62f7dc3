import { looksEnglish } from './language.ts';
import { clauseInPastTense, toPastTense } from './past-tense.ts';
import { storySubject } from './story-subject.ts';
import { truncateToTokens } from './truncate.ts';

/** About a quarter of the small model's context; the rest is for its own words. */
export const maxOpeningTokens = 120;
const maxPromptRead = 4_000;

export interface StoryOpening {
  text: string;
  warnings: string[];
}

/**
 * The beginning of a tale, made of a title and what the user asked for. A base model continues text and follows no
 * instruction, so "Write a story about a dragon who is afraid of fire" becomes "Once upon a time there was a dragon who was
 * afraid of fire." A prompt that already reads like a tale is used as it is.
 */
export function storyOpening(options: {
  title: string;
  prompt: string;
  countTokens: (text: string) => number;
}): StoryOpening {
  // Nothing beyond this can fit; the patterns below need not see it.
  const asked = options.prompt.slice(0, maxPromptRead).toWellFormed();
  const prompt = oneLine(asked);
  const title = oneLine(options.title);
  const warnings: string[] = [];
  if (!looksEnglish(prompt || title)) {
    warnings.push('The local model knows English only: the story does not follow a prompt in another language.');
  }
  const whole = readsLikeTale(prompt) ? paragraphs(asked) : made(prompt, title);
  const text = truncateToTokens(whole, maxOpeningTokens, options.countTokens);
  if (text !== whole || asked.length < options.prompt.length)
    warnings.push('The local model reads only the beginning of a prompt; the rest of it was left out.');
  return { text, warnings };
}

function made(prompt: string, title: string): string {
  const [subject = '', ...more] = storySubject(prompt);
  if (subject === '')
    return title === '' || storySubject(title).length === 0 ? 'Once upon a time there was' : made(title, '');
  return [firstSentence(subject), ...more.map((sentence) => ended(capital(toPastTense(sentence))))].join(' ');
}

function firstSentence(subject: string): string {
  if (!looksEnglish(subject)) return `This is the tale of "${subject}". Once upon a time there was`;
  const clause = clauseInPastTense(subject);
  if (clause !== undefined) return ended(`Once upon a time ${lower(clause)}`);
  if (/^(an?|one)\s/i.test(subject)) return ended(`Once upon a time there was ${lower(toPastTense(subject))}`);
  if (/^(two|three|four|five|six|seven|ten|twelve|some|many|several)\s/i.test(subject)) {
    return ended(`Once upon a time there were ${lower(toPastTense(subject))}`);
  }
  if (/^\p{Lu}\p{Ll}+,? (an?|the|who) /u.test(subject))
    return ended(`Once upon a time there lived ${toPastTense(subject)}`);
  return `${ended(`This is the tale of ${lower(toPastTense(subject))}`)} Once upon a time`;
}

/** It opens as tales open, or it tells of the past in whole sentences. */
function readsLikeTale(text: string): boolean {
  if (
    /^["'“‘]?(once (upon a time|there)|there (once )?(was|were|lived)|long,? long ago|long ago|one (day|night|morning|evening)\b|many years ago|in the days when|it was (a|an|the|in)\b)/i.test(
      text,
    )
  ) {
    return true;
  }
  const toldInThePast = /\b(was|were|had|said|lived|came|went|stood|sat|looked|asked)\b/i.test(text);
  return (
    /^["“‘]?\p{Lu}/u.test(text) &&
    /[.!?]["”’]?$/.test(text) &&
    toldInThePast &&
    storySubject(text)[0] === withoutEnd(firstOf(text))
  );
}

const paragraphs = (text: string) =>
  text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
const firstOf = (text: string) => /^.*?[.!?]["”’]?(?=\s|$)/.exec(text)?.[0] ?? text;
const withoutEnd = (text: string) => text.replace(/(?<![\s.!?,;:])[\s.!?,;:]+$/, '');
const ended = (text: string) => (/[.!?]["”’]?$/.test(text) ? text : `${text}.`);
const capital = (text: string) => text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
/** The first letter small, except in a word that is a name or all capitals wherever it stands: only known small words change. */
const lower = (text: string) =>
  text.replace(/^(An?|The|One|Two|Three|Four|Five|Six|Seven|Ten|Twelve|Some|Many|Several|How|Why|My|Our)\b/, (word) =>
    word.toLowerCase(),
  );
