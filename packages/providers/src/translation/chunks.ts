import type { Segment } from './plan-translation.ts';

/** What one call asks for: each segment on a line of its own, with its number in front. */
export function writeChunk(segments: readonly Segment[]): string {
  return segments.map(({ text }, index) => `${header(index + 1)} ${text}`).join('\n');
}

/** The order stays; a chunk has as many segments as fit into `maxChars`, headers included, and at least one. */
export function packChunks(segments: readonly Segment[], maxChars: number): Segment[][] {
  const chunks: Segment[][] = [];
  let chars = Infinity;
  for (const segment of segments) {
    const added = segment.text.length + headerChars;
    if (chars + added > maxChars) {
      chunks.push([]);
      chars = 0;
    }
    chunks.at(-1)?.push(segment);
    chars += added;
  }
  return chunks;
}

/** How much of a chunk's size its headers may take, for each segment. */
export const headerChars = 8;

const header = (number: number) => `⟦#${number}⟧`;
const headers = /⟦\s*#\s*(\d{1,6})\s*⟧/g;

/** Reads an answer to `writeChunk` while it arrives: the answers by their number from 0; the first one counts. */
export function createAnswerReader(count: number) {
  let all = '';
  const found = new Map<number, string>();
  function read(isOver: boolean): void {
    const marks = Array.from(all.matchAll(headers));
    for (const [place, mark] of marks.entries()) {
      const next = marks[place + 1];
      if (!next && !isOver) break;
      const index = Number(mark[1]) - 1;
      const answer = all.slice(mark.index + mark[0].length, next?.index);
      if (index >= 0 && index < count && !found.has(index)) found.set(index, answer);
    }
    const last = marks.at(-1);
    if (last) all = all.slice(last.index);
    // For one line alone a model may see no need to number it.
    else if (isOver && count === 1) found.set(0, all);
  }
  return {
    /** The answers that are complete so far. */
    answers: found as ReadonlyMap<number, string>,
    push(delta: string): void {
      all += delta;
      // Only a bracket can complete a header.
      if (delta.includes('⟧')) read(false);
    },
    end: () => read(true),
  };
}
