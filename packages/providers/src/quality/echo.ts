import { writePrompt } from '../content-types/index.ts';
import type { GenerationRequest } from '../provider.ts';
import { toWords } from './words.ts';

const minPromptWords = 4;
/** Enough of our instructions to know them by. */
const instructionChars = 60;

/**
 * Whether a text is only what went in: the user's words with next to nothing added, the same in the form in which
 * they were sent, or our own instructions. A text that works the user's words in is none.
 */
export function isEcho({
  text,
  words,
  request,
}: {
  text: string;
  words: string[];
  request: GenerationRequest;
}): boolean {
  const { system, user } = writePrompt(request);
  if (text.includes(system.slice(0, instructionChars))) return true;
  const all = ` ${words.join(' ')} `;
  return [toWords(user), toWords(request.prompt)].some(
    (sent) => sent.length >= minPromptWords && words.length <= sent.length * 1.2 && all.includes(` ${sent.join(' ')} `),
  );
}
