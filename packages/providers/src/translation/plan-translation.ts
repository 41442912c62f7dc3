import { type Marks, protect, restore, type Span } from './protect.ts';
import { splitMarkdown } from './split-markdown.ts';
import { splitSentences } from './split-sentences.ts';

/** Words that a model translates by themselves: one line, with marks in place of what must survive. */
export interface Segment {
  /** What the model sees. */
  text: string;
  /** What stood there. */
  source: string;
  /** The translation, with what must survive back in its place; undefined when the answer broke a mark or the block. */
  restore(answer: string): string | undefined;
  /** The same words, cut at the marks: where a model cannot keep them, it translates the pieces between. */
  fragments(): Array<string | { text: string }>;
}

/** In the order of the text: a string goes out as it is, a segment is translated. */
export type TranslationPlan = Array<string | Segment>;

/**
 * Prepares a Markdown text for translation. The strings and the sources of the segments, joined, are the text.
 *
 * @param options.maxChars no segment shows a model more than this; at least 20
 */
export function planTranslation(text: string, options: { maxChars: number; marks: Marks }): TranslationPlan {
  const { maxChars, marks } = options;
  return splitMarkdown(text).flatMap((piece): TranslationPlan => {
    if (piece.kind === 'keep') return [piece.text];
    const shown = protect(piece.text, marks);
    return splitSentences(shown.text, { maxChars, marks }).flatMap((part) => {
      const source = unprotect(part, shown.spans, marks);
      const core = part.trim();
      if (!hasWords(core, marks)) return [source];
      const lead = part.slice(0, part.indexOf(core));
      const tail = part.slice(lead.length + core.length);
      return [lead, createSegment(core, { spans: shown.spans, marks, isCell: piece.kind === 'cell' }), tail].filter(
        (each) => each !== '',
      );
    });
  });
}

function createSegment(core: string, context: { spans: Span[]; marks: Marks; isCell: boolean }): Segment {
  const { spans, marks, isCell } = context;
  const text = oneLine(core);
  const source = unprotect(core, spans, marks);
  return {
    text,
    source,
    restore(answer) {
      const line = oneLine(answer).trim();
      // A cell ends at the next bar.
      const safe = isCell ? line.replaceAll(/(?<!\\)\|/g, '\\|') : line;
      if (!hasWords(safe, marks) || (startsBlock(safe) && !startsBlock(text))) return undefined;
      return restore(safe, text, spans, marks);
    },
    fragments: () =>
      text.split(new RegExp(`(${marks.find.source.replace('(', '(?:')})`)).map((part, index) => {
        if (index % 2 === 1) return unprotect(part, spans, marks);
        return hasWords(part, marks) ? { text: part } : part;
      }),
  };
}

/** A line break inside of a paragraph is a space, and the mark of the quote behind it belongs to the block. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n\u2028\u2029][\s>]*/g, ' ');
}

function unprotect(text: string, spans: readonly Span[], marks: Marks): string {
  return text.replaceAll(marks.find, (mark, number) => spans[Number(number) - 1]?.text ?? mark);
}

function hasWords(text: string, marks: Marks): boolean {
  return /\p{L}/u.test(text.replaceAll(marks.find, ''));
}

/** A paragraph that began like this would be another block. */
function startsBlock(line: string): boolean {
  return /^(?:#{1,6}|[-*+>]|\d{1,9}[.)])\s|^(?:>|```|~~~)/.test(line);
}
