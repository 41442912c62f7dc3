import { endsSentence, insideQuote } from './story-ending.ts';

/** A paragraph longer than this ends with its sentence. */
const longParagraph = 420;

/**
 * Lays out a story while it streams: at most one empty line between paragraphs, a new paragraph where one has grown long, no
 * characters that a database or a screen chokes on, no white space at the end. What it holds back is only white space.
 */
export function createStoryLayout(opening: string) {
  let text = opening;
  let heldSpace = '';

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
  };

  function place(word: string): string {
    const out = separator() + word;
    heldSpace = '';
    text += out;
    return out;
  }

  function separator(): string {
    if (/\n/.test(heldSpace)) return '\n\n';
    if (heldSpace === '') return '';
    const paragraph = text.slice(text.lastIndexOf('\n') + 1);
    return paragraph.length >= longParagraph && endsSentence(text) && !insideQuote(text) ? '\n\n' : ' ';
  }
}

/** Control characters are no text (PostgreSQL refuses NUL); U+FFFD is what bytes leave that never became a character. */
function clean(piece: string): string {
  return piece.toWellFormed().replace(/[^\P{Cc}\n\t]|\ufffd/gu, '');
}
