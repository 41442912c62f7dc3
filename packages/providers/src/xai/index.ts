export { createXaiProvider } from './xai-provider.ts';
