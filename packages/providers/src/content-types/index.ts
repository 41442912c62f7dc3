export { contentTypes } from './content-types.ts';
export { fillTemplate, placesIn } from './fill-template.ts';
export { minWordsPerParagraph } from './story.ts';
export { writePrompt } from './write-prompt.ts';
export { maxChunkChars, maxSegmentChars } from './translation.ts';
export { takeParameters } from './take-parameters.ts';
