import { headerChars } from './chunks.ts';
import { wrappedFrom } from './split-markdown.ts';

/** What could begin or be part of something that is shown to a model as a mark: at least one in each. */
const perhapsMarked = /[\\`{$%<&[\]*_~!@⟦⟧€£¥:\d]|www/g;
/** `⟦12345⟧` for a single character, in UTF-16 units and in bytes. */
const markChars = 6;
const markBytes = 11;
/** `⟦#123⟧ ` and the end of the line. */
const headerBytes = 14;

const listItem = /^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]/;

/**
 * What `planTranslation` and `packChunks` make of a text at most: how many chunks, and how many bytes they are together.
 * Read once from its beginning to its end, while the plan itself takes a hundred times as long: this is for whoever only
 * wants to know what a translation may cost.
 *
 * @param sizes of a segment and of a chunk, in characters
 */
export function boundTranslation(
  text: string,
  { maxSegment, maxChunk }: { maxSegment: number; maxChunk: number },
): { chunks: number; bytes: number } {
  let chars = 0;
  let segments = 0;
  let marks = 0;
  let longest = 0;
  /** A paragraph whose lines were wrapped is one segment: so far, and whether it may go on. */
  let paragraph = 0;
  let isWrapped = false;
  for (const line of text.split(/\r\n|[\r\n]/)) {
    const marked = line.match(perhapsMarked)?.length ?? 0;
    const length = line.length + 1 + marked * markChars;
    marks += marked;
    chars += length;
    paragraph = isWrapped && !listItem.test(line) ? paragraph + length : length;
    isWrapped = line.length >= wrappedFrom;
    longest = Math.max(longest, paragraph);
    // A segment for each cell of a table. Where one is cut, two neighbours are longer than one may be.
    segments += line.split('|').length + (paragraph > maxSegment ? Math.ceil((2 * length) / maxSegment) : 0);
  }
  chars += segments * headerChars;
  const largest = Math.min(longest, maxSegment) + headerChars;
  // A chunk ends where the next segment does not fit: it is fuller than that, and two neighbours are more than one may be.
  const chunks = 1 + Math.floor(Math.min(chars / (maxChunk + 1 - largest), (2 * chars) / (maxChunk + 1)));
  return {
    chunks: chars <= maxChunk ? 1 : chunks,
    bytes: Buffer.byteLength(text) + marks * markBytes + segments * headerBytes,
  };
}
