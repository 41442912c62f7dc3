export { contentTypes } from './content-types/index.ts';
export { createProgressBar, downloadModel, ModelDownloadError, needsDownload } from './local/index.ts';
export {
  type FinishReason,
  type GenerationRequest,
  type Provider,
  ProviderError,
  type ProviderErrorCode,
  providerErrors,
} from './provider.ts';
export { checkQuality } from './quality/index.ts';
export { type Candidate, ProviderNotAvailable, type Providers, createProviders } from './registry.ts';
export type { FetchImage, ProviderSettings } from './settings.ts';
