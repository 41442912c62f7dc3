export { contentTypes } from './content-types.ts';
export type { ContentTypeDefinition, QualityRule } from './definition.ts';
export { fillTemplate } from './fill-template.ts';
