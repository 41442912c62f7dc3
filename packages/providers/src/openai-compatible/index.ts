export { imageSizes } from './image-sizes.ts';
export { openaiCompatibleErrorRules } from './openai-compatible-errors.ts';
export { createOpenaiCompatibleProvider } from './openai-compatible-provider.ts';
