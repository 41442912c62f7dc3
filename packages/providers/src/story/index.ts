export { parseStory, type StoryReading } from './parse-story.ts';
export { renderStory } from './render-story.ts';
export type { Story } from './story.ts';
