import { readJsonStory } from './json-story.ts';
import type { Story } from './story.ts';
import { isChapter, isClosing, isPreface, titleOf } from './story-marks.ts';
import { fitParagraphs } from './fit-paragraphs.ts';
import { toBlocks, unwrapFence } from './blocks.ts';

type StoryReading =
  | { ok: true; story: Story }
  /** In words for the person who waits for the story, to follow "This is not a story that can be read:". */
  | { ok: false; reason: string };

/**
 * Reads the story in what a model answered: a title, then paragraphs. Models have habits (a bold title, "Title:", a code
 * fence, JSON, "***" between scenes, "The End"); they are understood, and no word is lost: what is not part of the story
 * is in its notes. Never throws.
 *
 * @param wanted how many paragraphs were asked for. Of the ways to read a text (a speaker's line may be a paragraph or
 *   belong to the one before) the one that has that many is taken, if there is one.
 */
export function parseStory(text: string, wanted?: number): StoryReading {
  const { inside, outside } = unwrapFence(
    text.replace(/^\uFEFF/, '').replaceAll(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n'),
  );
  const fromJson = readJsonStory(inside);
  if (fromJson) return checked({ ...fromJson, notes: [...outside, ...fromJson.notes] });

  const blocks = toBlocks(inside);
  if (blocks.length === 0) return { ok: false, reason: 'it is empty' };
  const start = findTitle(blocks, wanted);
  if (!start) return { ok: false, reason: 'it has no title' };
  const { body, notes } = withChapters(start.body);
  const fit = fitParagraphs(body, { wanted, isClosing });
  return checked({
    title: start.title,
    paragraphs: fit.paragraphs,
    notes: [...outside, ...start.notes, ...notes, ...fit.notes],
  });
}

function checked(story: Story): StoryReading {
  if (story.title === '') return { ok: false, reason: 'it has no title' };
  if (story.paragraphs.length === 0) return { ok: false, reason: 'it has a title but no paragraphs' };
  return { ok: true, story };
}

/** The title, what stood before it, and what follows. */
function findTitle(blocks: string[], wanted: number | undefined) {
  for (const [at, block] of blocks.entries()) {
    const [first = '', ...rest] = block.split('\n');
    const title = titleOf(first, {
      hasMore: at + 1 < blocks.length,
      isAlone: rest.length === 0,
      left: blocks.length - at - 1,
      wanted,
    });
    if (title !== undefined) {
      const body = rest.length > 0 ? [rest.join('\n'), ...blocks.slice(at + 1)] : blocks.slice(at + 1);
      return { title, notes: blocks.slice(0, at), body };
    }
    if (!isPreface(block)) return undefined;
  }
  return undefined;
}

/** The heading of a chapter is no paragraph: it stands over the one that follows it. */
function withChapters(blocks: string[]): { body: string[]; notes: string[] } {
  const body: string[] = [];
  let headings: string[] = [];
  for (const block of blocks) {
    if (isChapter(block)) {
      headings.push(block);
    } else {
      body.push([...headings, block].join('\n'));
      headings = [];
    }
  }
  return { body, notes: headings };
}
