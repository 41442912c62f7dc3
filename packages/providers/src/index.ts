export { callsOf, contentTypes, takeParameters, writePrompt } from './content-types/index.ts';
export { createProgressBar, describeModel, downloadModel, ModelDownloadError, needsDownload } from './local/index.ts';
export {
  type CostSource,
  createPrices,
  isUncharged,
  type PricedRequest,
  type Prices,
  type PriceSettings,
} from './prices/index.ts';
export {
  type FinishReason,
  type GenerationRequest,
  type Provider,
  ProviderError,
  type ProviderErrorCode,
  providerErrors,
  ProviderNotAvailable,
  type ProviderPart,
  type SourceImage,
} from './provider.ts';
export { checkQuality } from './quality/index.ts';
export { type Candidate, type Providers, createProviders } from './registry.ts';
export type { FetchImage, KeyedProvider, ProviderSettings } from './settings.ts';
export { parseStory } from './story/index.ts';
