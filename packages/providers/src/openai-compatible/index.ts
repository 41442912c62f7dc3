export { createOpenaiCompatibleProvider } from './openai-compatible-provider.ts';
