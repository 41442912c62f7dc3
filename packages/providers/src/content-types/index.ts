export { contentTypes } from './content-types.ts';
export type { ContentTypeDefinition } from './definition.ts';
export { fillTemplate } from './fill-template.ts';
export { maxChunkChars, translationPrompt } from './translation.ts';
