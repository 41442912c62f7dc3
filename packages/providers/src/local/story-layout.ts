import { endsSentence, insideQuote } from './story-ending.ts';

/** A paragraph longer than this ends with its sentence. */
const longParagraph = 420;
/** About the length of a story; as many paragraphs as are wanted share it. */
const storyChars = 1000;

/**
 * Lays out a story while it streams: at most one empty line between paragraphs, a new paragraph where one has grown long, no
 * characters that a database or a screen chokes on, no white space at the end. What it holds back is only white space.
 *
 * @param wanted how many paragraphs there are to be: there are never more, and fewer only if the text is too short
 */
export function createStoryLayout(opening: string, wanted?: number) {
  let text = opening;
  let heldSpace = '';
  let paragraphs = text.split('\n\n').length;
  const endsAt = wanted === undefined ? longParagraph : Math.min(longParagraph, storyChars / wanted);

  return {
    /** What of `piece` can be shown now. */
    push(piece: string): string {
      let out = '';
      for (const part of clean(piece).match(/\s+|\S+/g) ?? []) {
        if (/^\s/.test(part)) heldSpace += part;
        else out += place(part);
      }
      return out;
    },
    text: () => text,
    /** How many paragraphs have begun. */
    paragraphs: () => paragraphs,
  };

  function place(word: string): string {
    const out = separator(word) + word;
    heldSpace = '';
    text += out;
    return out;
  }

  function separator(next: string): string {
    if (heldSpace === '') return '';
    if (!isEndOfParagraph(next)) return ' ';
    paragraphs += 1;
    return '\n\n';
  }

  function isEndOfParagraph(next: string): boolean {
    if (wanted === undefined && heldSpace.includes('\n')) return true;
    const { length } = text.slice(text.lastIndexOf('\n') + 1);
    if (wanted === undefined) return length >= endsAt && endsSentence(text) && !insideQuote(text);
    // Whoever is behind with them catches up with shorter ones.
    if (paragraphs === wanted || text.length < paragraphs * endsAt || !endsSentence(text)) return false;
    // "Who is there?" he asked. A quote that is never closed must not swallow the rest of the paragraphs.
    return !/^\p{Ll}/u.test(next) && (!insideQuote(text) || length >= 2 * endsAt);
  }
}

/** Control characters are no text (PostgreSQL refuses NUL); U+FFFD is what bytes leave that never became a character. */
function clean(piece: string): string {
  return piece.toWellFormed().replace(/[^\P{Cc}\n\t]|\ufffd/gu, '');
}
