export { createOpenrouterProvider } from './openrouter-provider.ts';
