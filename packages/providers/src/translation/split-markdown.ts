/** A stretch of a Markdown text. `keep` goes out as it is; the others are words to translate. */
export interface Piece {
  text: string;
  kind: 'keep' | 'text' | 'cell';
}

/**
 * Cuts a Markdown text into what is translated (headings, paragraphs, list items, quotes, table cells) and what is not
 * (marks of blocks, code, front matter, formulas, raw HTML). The pieces joined are the text, whatever it holds.
 *
 * A line break inside a paragraph stays where it is, except after a long line that ends in the middle of a sentence: such
 * lines were wrapped by a program, and a sentence is translated as a whole.
 */
export function splitMarkdown(text: string): Piece[] {
  const lines = text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+/g) ?? [];
  const pieces: Piece[] = [];
  const keep = (kept: string) => void (kept !== '' && pieces.push({ text: kept, kind: 'keep' }));
  const words = (found: string, kind: 'text' | 'cell') =>
    /\p{L}/u.test(found) ? pieces.push({ text: found, kind }) : keep(found);

  let at = frontMatterEnd(lines);
  keep(lines.slice(0, at).join(''));
  let listIndent: number | undefined;
  let afterBlank = true;

  while (at < lines.length) {
    const line = readLine(lines[at] ?? '');
    if (line.indent === 0 && !line.isListItem && !line.isBlank && afterBlank) listIndent = undefined;
    const isCode = afterBlank && !line.isBlank && !line.isQuote && line.indent >= (listIndent ?? 0) + 4;
    afterBlank = line.isBlank;
    if (line.isListItem && !isCode) listIndent = line.prefix.length;

    const end = isCode ? at + 1 : untouchedEnd(lines, at, line);
    if (isCode) afterBlank = true;
    if (end > at) {
      keep(lines.slice(at, end).join(''));
      at = end;
    } else if (isTableHead(lines, at)) {
      at = readTable(at);
    } else {
      at = readWords(at);
    }
  }
  return pieces;

  function readTable(from: number): number {
    let row = from;
    for (; row < lines.length && (lines[row] ?? '').includes('|'); row += 1) {
      const whole = lines[row] ?? '';
      if (row === from + 1) keep(whole);
      else for (const part of whole.split(/(?<!\\)(\|)/)) addTrimmed(part, 'cell');
    }
    return row;
  }

  function readWords(from: number): number {
    let { prefix, content, rest, isHeading, isQuote } = readLine(lines[from] ?? '');
    keep(prefix);
    let next = from + 1;
    for (; next < lines.length && !isHeading && isWrapped(lastLine(content), rest); next += 1) {
      const line = readLine(lines[next] ?? '');
      const isMore = /^[ \t>]*$/.test(line.prefix) && line.isQuote === isQuote && /\p{L}/u.test(line.content);
      if (!isMore || untouchedEnd(lines, next, line) > next || isTableHead(lines, next)) break;
      content += rest + line.prefix + line.content;
      rest = line.rest;
    }
    addTrimmed(content, 'text');
    keep(rest);
    return next;
  }

  function addTrimmed(part: string, kind: 'text' | 'cell'): void {
    const core = part.trim();
    const start = part.indexOf(core);
    keep(part.slice(0, start));
    if (core !== '') words(core, kind);
    keep(part.slice(start + core.length));
  }
}

/** Marks of quotes, list items and definitions at the beginning of a line, and the space around them. */
const blockMarks = /^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*/;
const innerMarks = /^(?:\[[ xX]\][ \t]+|\[\^[^\]\s]{1,50}\]:[ \t]*|:[ \t]+)?(?:#{1,6}[ \t]+)?/;

interface Line {
  prefix: string;
  content: string;
  /** Closing marks, a hard break, the end of the line. */
  rest: string;
  /** Columns of white space at its beginning, a tab as four. */
  indent: number;
  isBlank: boolean;
  isQuote: boolean;
  isListItem: boolean;
  isHeading: boolean;
}

function readLine(whole: string): Line {
  const body = whole.replace(/\r?\n$|\r$/, '');
  const marks = blockMarks.exec(body)?.[0] ?? '';
  const inner = innerMarks.exec(body.slice(marks.length))?.[0] ?? '';
  const prefix = marks + inner;
  const isHeading = inner.includes('#');
  const content = withoutEnd(body.slice(prefix.length), isHeading);
  return {
    prefix,
    content,
    rest: whole.slice(prefix.length + content.length),
    indent: (/^[ \t]*/.exec(body)?.[0] ?? '').replaceAll('\t', '    ').length,
    isBlank: body.trim() === '',
    isQuote: marks.includes('>'),
    isListItem: /[^\s>]/.test(marks),
    isHeading,
  };
}

/** Without trailing space, the backslash of a hard break, the closing marks of a heading. */
function withoutEnd(content: string, isHeading: boolean): string {
  const trimmed = content.trimEnd();
  if (isHeading) return trimmed.replace(/(?<![ \t])[ \t]+#+$/, '');
  return trimmed.endsWith('\\') ? trimmed.slice(0, -1) : trimmed;
}

/** A shorter line ends where its writer wanted it to. */
export const wrappedFrom = 50;

function isWrapped(line: string, rest: string): boolean {
  const isHardBreak = /^(?: {2,}|\\)/.test(rest);
  return !isHardBreak && line.length >= wrappedFrom && !/[.!?:…。！？：][\p{P}\p{S}]{0,9}$/u.test(line);
}

function lastLine(content: string): string {
  return content.slice(Math.max(content.lastIndexOf('\n'), content.lastIndexOf('\r')) + 1);
}

/** Where front matter ends; 0 when there is none. */
function frontMatterEnd(lines: string[]): number {
  const fence = /^(---|\+\+\+)[ \t]*$/.exec((lines[0] ?? '').trimEnd())?.[1];
  // A ruler with text below it is no front matter.
  if (fence === undefined || !/^[\w-]+[ \t]*[:=]/.test(lines[1] ?? '')) return 0;
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === fence);
  return end + 1;
}

/** Where the block that begins at `at` ends, if it is one that nobody translates; `at` otherwise. */
function untouchedEnd(lines: string[], at: number, { prefix, content, isQuote }: Line): number {
  const fence = /^(?:`{3,}(?=[^`]*$)|~{3,})/.exec(content)?.[0];
  if (fence !== undefined) {
    const isEnd = (line: string) => {
      const bare = line.replace(/^[ \t>]*/, '').trimEnd();
      return bare.length >= fence.length && bare === fence.charAt(0).repeat(bare.length);
    };
    return endOf(at, isEnd, (line) => isQuote && !/^[ \t]*>/.test(line));
  }
  const raw = /^<(pre|script|style|textarea|svg|math)\b/i.exec(content)?.[1];
  if (raw !== undefined) return closedBy(`</${raw.toLowerCase()}`);
  if (content.startsWith('<!--')) return closedBy('-->');
  if (content.startsWith('$$')) return content.slice(2).includes('$$') ? at + 1 : closedBy('$$');
  // Where a link leads, and the kind of a callout.
  if (/^\[[^\]^][^\]]{0,200}\]:[ \t]*\S+/.test(content)) return at + 1;
  return /^\[![A-Za-z]+\]/.test(content) && prefix.includes('>') ? at + 1 : at;

  function closedBy(mark: string): number {
    if (content.slice(1).toLowerCase().includes(mark)) return at + 1;
    return endOf(at, (line) => line.toLowerCase().includes(mark));
  }

  function endOf(from: number, isEnd: (line: string) => boolean, isPast: (line: string) => boolean = () => false) {
    for (let line = from + 1; line < lines.length; line += 1) {
      if (isPast(lines[line] ?? '')) return line;
      if (isEnd(lines[line] ?? '')) return line + 1;
    }
    return lines.length;
  }
}

function isTableHead(lines: string[], at: number): boolean {
  const rule = lines[at + 1] ?? '';
  return (lines[at] ?? '').includes('|') && rule.includes('|') && isRule(rule.replace(/^[ \t>]+/, '').trimEnd());
}

/** `|:---|---:|`, with or without the outer bars. */
function isRule(line: string): boolean {
  const cells = line.slice(line.startsWith('|') ? 1 : 0, line.endsWith('|') ? -1 : undefined).split('|');
  return cells.every((cell) => /^:?-+:?$/.test(cell.trim()));
}
