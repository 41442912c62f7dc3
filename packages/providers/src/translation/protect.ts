import { findSpans } from './find-spans.ts';

/** How a stretch that must survive is shown to a model. */
export interface Marks {
  write(number: number): string;
  /** Finds marks in an answer; its only group is the number. */
  find: RegExp;
  /** What could be taken for a mark in a text that has none yet. */
  lookalike: string;
}

/** Brackets that no text and no Markdown uses: large models repeat them faithfully. */
export const rareMarks: Marks = {
  write: (number) => `⟦${number}⟧`,
  find: /⟦\s*(\d{1,6})\s*⟧/g,
  lookalike: '[⟦⟧]',
};

/** Small translation models know only common characters; this is how a footnote looks to them. */
export const plainMarks: Marks = {
  write: (number) => `[${number}]`,
  find: /\[\s*(\d{1,6})\s*\]/g,
  lookalike: '\\[\\s*\\d{1,6}\\s*\\]',
};

/** Something that comes back as it was: a placeholder, an address, code, a mark of formatting. */
export interface Span {
  text: string;
  /** Number of the mark that has to come before this one: `**` that closes a `**`. */
  after?: number;
  /** White space must not come between it and the words it holds. */
  hugs?: 'next' | 'previous';
}

/** Replaces what must survive by marks 1, 2, 3 …: `spans[0]` is number 1. */
export function protect(text: string, marks: Marks): { text: string; spans: Span[] } {
  const found = findSpans(text, marks);
  let shown = '';
  let at = 0;
  for (const [index, { start, span }] of found.entries()) {
    shown += text.slice(at, start) + marks.write(index + 1);
    at = start + span.text.length;
  }
  return { text: shown + text.slice(at), spans: found.map(({ span }) => span) };
}

/**
 * Puts the spans back into an answer. Undefined when a mark of what was sent (`sent`) is missing, doubled or made up, or a
 * closing one stands before its opening one.
 */
export function restore(answer: string, sent: string, spans: readonly Span[], marks: Marks): string | undefined {
  const expected = new Set(numbersIn(sent, marks));
  const numbers = numbersIn(answer, marks);
  if (numbers.length !== expected.size || !numbers.every((number) => expected.has(number))) return undefined;
  if (new Set(numbers).size !== numbers.length) return undefined;

  const found = numbers.flatMap((number) => spans[number - 1] ?? []);
  const isInOrder = found.every(
    ({ after }, place) => after === undefined || !expected.has(after) || numbers.indexOf(after) < place,
  );
  if (!isInOrder) return undefined;

  const words = answer.split(markOf(marks));
  for (const [place, { hugs }] of found.entries()) {
    const before = words[place] ?? '';
    const behind = words[place + 1] ?? '';
    // Space that a model put inside of `**` goes outside.
    if (hugs === 'next' && /^\s/.test(behind)) {
      words[place + 1] = behind.trimStart();
      if (/\S$/.test(before)) words[place] = `${before} `;
    }
    if (hugs === 'previous' && /\s$/.test(before)) {
      words[place] = before.trimEnd();
      if (/^[\p{L}\p{N}]/u.test(behind)) words[place + 1] = ` ${behind}`;
    }
  }
  return words.map((part, place) => part + (found[place]?.text ?? '')).join('');
}

export function numbersIn(text: string, marks: Marks): number[] {
  return Array.from(text.matchAll(marks.find), ([, number]) => Number(number));
}

/** The same without its group, to split by. */
function markOf({ find }: Marks): RegExp {
  return new RegExp(find.source.replace('(', '(?:'), 'g');
}
