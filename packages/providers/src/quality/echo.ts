import type { ContentTypeDefinition } from '../content-types/index.ts';

const minPromptWords = 4;
/** Enough of our instructions to know them by. */
const instructionChars = 60;

/**
 * Whether a text is only what went in: the user's words with next to nothing added, the same in the form in which
 * they were sent, or our own instructions. A text that works the user's words in is none.
 */
export function isEcho(take: {
  text: string;
  words: string[];
  promptWords: string[];
  type: ContentTypeDefinition;
}): boolean {
  const { text, words, promptWords, type } = take;
  if (text.includes(type.system.slice(0, instructionChars))) return true;
  if (promptWords.length < minPromptWords) return false;
  const isFromTemplate = words[0] === 'title' && words.at(-promptWords.length - 1) === 'request';
  if (isFromTemplate) return words.slice(-promptWords.length).join(' ') === promptWords.join(' ');
  return words.length <= promptWords.length * 1.2 && ` ${words.join(' ')} `.includes(` ${promptWords.join(' ')} `);
}
