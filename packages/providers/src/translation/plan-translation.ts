import { type Marks, protect, restore, type Span } from './protect.ts';
import { splitMarkdown } from './split-markdown.ts';
import { splitSentences } from './split-sentences.ts';

/** Words that a model translates by themselves: one line, with marks in place of what must survive. */
export interface Segment {
  /** What the model sees. */
  text: string;
  /** What stood there. */
  source: string;
  /** The translation on one line, with what must survive back in its place; undefined without words or with a mark lost. */
  restore(answer: string): string | undefined;
  /** The same words, cut at the marks: where a model cannot keep them, it translates the pieces between. */
  fragments(): TranslationPlan;
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
    return splitSentences(shown.text, { maxChars, marks }).flatMap((part) =>
      planPart(part, { spans: shown.spans, marks, isCell: piece.kind === 'cell' }),
    );
  });
}

interface Context {
  spans: readonly Span[];
  marks: Marks;
  isCell: boolean;
}

/** White space around the words is not the model's business. */
function planPart(part: string, context: Context): TranslationPlan {
  const core = part.trim();
  if (!hasWords(core, context.marks)) return [unprotect(part, context)];
  const start = part.indexOf(core);
  const whole = [part.slice(0, start), createSegment(core, context), part.slice(start + core.length)];
  return whole.filter((each) => each !== '');
}

function createSegment(core: string, context: Context): Segment {
  const { spans, marks, isCell } = context;
  const text = oneLine(core);
  return {
    text,
    source: unprotect(core, context),
    restore(answer) {
      const line = oneLine(answer).trim();
      if (!hasWords(line, marks)) return undefined;
      // A cell ends at the next bar, and a paragraph that begins like another block would be one.
      const inCell = isCell ? line.replaceAll(/(?<!\\)\|/g, '\\|') : line;
      return restore(startsBlock(text) ? inCell : escapeBlock(inCell), text, spans, marks);
    },
    fragments: () =>
      text
        .split(new RegExp(`(${marks.find.source.replace('(', '(?:')})`))
        .flatMap((part, index) => (index % 2 === 1 ? [unprotect(part, context)] : planPart(part, context)))
        .filter((each) => each !== ''),
  };
}

/** A line break inside of a paragraph is a space, and the mark of the quote behind it belongs to the block. */
function oneLine(text: string): string {
  const [first = '', ...others] = text.split(/[\r\n\u2028\u2029]/);
  return [first, ...others.map((line) => line.replace(/^[\s>]+/, ''))]
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join(' ');
}

function unprotect(text: string, { spans, marks }: Context): string {
  return text.replaceAll(marks.find, (mark, number) => spans[Number(number) - 1]?.text ?? mark);
}

function hasWords(text: string, marks: Marks): boolean {
  return /\p{L}/u.test(text.replaceAll(marks.find, ''));
}

const blockStart = /^(#{1,6}(?=\s)|[-*+](?=\s)|>|```|~~~)|^(\d{1,9})([.)])(?=\s)/;

function startsBlock(line: string): boolean {
  return blockStart.test(line);
}

function escapeBlock(line: string): string {
  return line.replace(blockStart, (_, mark?: string, number?: string, dot?: string) =>
    mark === undefined ? `${number}\\${dot}` : `\\${mark}`,
  );
}
