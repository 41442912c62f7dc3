export { contentTypes } from './content-types.ts';
export { describeWish } from './describe-wish.ts';
export type { ContentTypeDefinition } from './definition.ts';
export { fillTemplate } from './fill-template.ts';
export { takeParameters } from './take-parameters.ts';
