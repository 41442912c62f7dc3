import type { Story } from './story.ts';

/** A story as Markdown, without its notes: a heading and paragraphs. `parseStory` reads the same story from it. */
export function renderStory({ title, paragraphs }: Pick<Story, 'title' | 'paragraphs'>): string {
  return [`# ${title}`, ...paragraphs].join('\n\n');
}
