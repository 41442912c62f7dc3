import { z } from 'zod';
import { written } from './blocks.ts';
import type { Story } from './story.ts';

const answer = z.looseObject({ title: z.string(), paragraphs: z.array(z.string()) });

/** A story that came as `{"title", "paragraphs"}`; undefined for everything else. More fields become notes. */
export function readJsonStory(text: string): Story | undefined {
  const { data } = answer.safeParse(parsed(text.trim()));
  if (!data) return undefined;
  const { title, paragraphs, ...others } = data;
  return {
    title: oneLine(title),
    paragraphs: paragraphs.map(tidy).filter((paragraph) => written.test(paragraph)),
    notes: Object.entries(others).map(
      ([name, value]) => `${name}: ${typeof value === 'string' ? tidy(value) : JSON.stringify(value)}`,
    ),
  };
}

function parsed(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').replace(/^#+ /, '').trim();
const tidy = (text: string) =>
  text
    .split(/[\n\r\v\f\u0085\u2028\u2029]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
