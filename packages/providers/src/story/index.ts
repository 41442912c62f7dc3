export { parseStory } from './parse-story.ts';
