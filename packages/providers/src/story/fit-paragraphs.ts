import { written } from './blocks.ts';
import { isSpeech } from './story-marks.ts';

/** Lines of speech longer than this are paragraphs of their own. */
const maxSpeechChars = 240;

/** Reads the body of a story as paragraphs: as many as wanted, if there is a way to read it so. */
export function fitParagraphs(
  blocks: string[],
  options: { wanted: number | undefined; isClosing: (block: string) => 'surely' | 'perhaps' | 'no' },
): { paragraphs: string[]; notes: string[] } {
  const { wanted, isClosing } = options;
  const sure = withoutEnd(blocks, (block) => isClosing(block) === 'surely');
  const likely = withoutEnd(blocks, (block) => isClosing(block) !== 'no');
  if (wanted === undefined)
    return { ...likely, paragraphs: asLines(likely.paragraphs, undefined) ?? likely.paragraphs };

  for (const reading of [likely, sure]) {
    if (reading.paragraphs.length === wanted) return reading;
  }
  for (const reading of [likely, sure]) {
    const paragraphs = asLines(reading.paragraphs, wanted) ?? speechJoined(reading.paragraphs, wanted);
    if (paragraphs) return { ...reading, paragraphs };
  }
  return { ...likely, paragraphs: asLines(likely.paragraphs, undefined) ?? likely.paragraphs };
}

/** The first paragraph always stays: a story that is nothing but "The End" is one that says so. */
function withoutEnd(blocks: string[], isEnd: (block: string) => boolean) {
  const last = blocks.findLastIndex((block, at) => at === 0 || !isEnd(block));
  return { paragraphs: blocks.slice(0, last + 1), notes: blocks.slice(last + 1) };
}

/** One block of lines, each a paragraph: some models leave no empty line between them. */
function asLines(blocks: string[], wanted: number | undefined): string[] | undefined {
  const [block, ...others] = blocks;
  const lines = block?.split('\n') ?? [];
  if (others.length > 0 || lines.length < 2 || !lines.every((line) => written.test(line))) return undefined;
  if (wanted !== undefined) return lines.length === wanted ? lines : undefined;
  // A verse or a text broken by width has lines that end in the middle of a sentence.
  return lines.length > 2 && lines.every((line) => /[.!?…。！？]["'”’»)*_]*$/u.test(line)) ? lines : undefined;
}

/** Lines of speech, the shortest first, put to the paragraph before them until there are as many as wanted. */
function speechJoined(blocks: string[], wanted: number): string[] | undefined {
  const tooMany = blocks.length - wanted;
  if (tooMany <= 0) return undefined;
  const lines = blocks
    .map((block, at) => ({ at, length: block.length }))
    .filter(({ at, length }) => at > 0 && length <= maxSpeechChars && isSpeech(blocks[at] ?? ''))
    .toSorted((a, b) => a.length - b.length)
    .slice(0, tooMany);
  if (lines.length < tooMany) return undefined;
  const joined = new Set(lines.map(({ at }) => at));
  const paragraphs: string[] = [];
  for (const [at, block] of blocks.entries()) {
    if (joined.has(at)) paragraphs.push(`${paragraphs.pop()}\n${block}`);
    else paragraphs.push(block);
  }
  return paragraphs;
}
