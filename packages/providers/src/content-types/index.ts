export { contentTypes } from './content-types.ts';
export type { ContentTypeDefinition } from './definition.ts';
export { fillTemplate, placesIn } from './fill-template.ts';
export { languageName } from './language-name.ts';
export { minWordsPerParagraph } from './story.ts';
export { type Prompt, writePrompt } from './write-prompt.ts';
export { maxChunkChars, translationPrompt } from './translation.ts';
export { takeParameters } from './take-parameters.ts';
