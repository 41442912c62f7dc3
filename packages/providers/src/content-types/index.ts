export { callsOf } from './calls-of.ts';
export { contentTypes } from './content-types.ts';
export { minWordsPerParagraph } from './story.ts';
export { writePrompt } from './write-prompt.ts';
export { maxChunkChars, maxSegmentChars } from './translation.ts';
export { takeParameters } from './take-parameters.ts';
