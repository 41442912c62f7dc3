import type { Marks } from './protect.ts';

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/**
 * Parts of a text within `maxChars`, as long as they can be: cut between sentences, between words where one sentence is too
 * long, inside a word where one word is, never inside a mark. Joined they are the text.
 */
export function splitSentences(text: string, { maxChars, marks }: { maxChars: number; marks: Marks }): string[] {
  if (text.length <= maxChars) return [text];
  const pieces = sentencesOf(text, marks).flatMap((sentence) =>
    sentence.length <= maxChars ? [sentence] : splitLong(sentence, maxChars, marks),
  );
  return pack(pieces, maxChars);
}

/** In `Stop!⟦1⟧` the rules of Unicode count the bracket to the first sentence: it goes with its mark. */
function sentencesOf(text: string, marks: Marks): string[] {
  const starts = new Map<number, number>();
  for (const { index, 0: mark } of text.matchAll(marks.find)) {
    for (let at = index + 1; at < index + mark.length; at += 1) starts.set(at, index);
  }
  const cuts = new Set(Array.from(sentences.segment(text), ({ index }) => starts.get(index) ?? index));
  return [...cuts].map((cut, n, all) => text.slice(cut, all[n + 1]));
}

function splitLong(sentence: string, maxChars: number, marks: Marks): string[] {
  const words = sentence.match(/\S+\s*|\s+/g) ?? [];
  return words.flatMap((word) =>
    word.length <= maxChars
      ? [word]
      : pack(
          word
            .split(new RegExp(`(${marks.find.source.replace('(', '(?:')})`))
            .flatMap((part, index) => (index % 2 === 1 ? [part] : [...part])),
          maxChars,
        ),
  );
}

/** Neighbours together as long as they fit. */
function pack(pieces: string[], maxChars: number): string[] {
  const packed: string[] = [];
  for (const piece of pieces) {
    const last = packed.at(-1);
    if (last !== undefined && last.length + piece.length <= maxChars) packed[packed.length - 1] = last + piece;
    else packed.push(piece);
  }
  return packed;
}
