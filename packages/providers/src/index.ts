export { contentTypes } from './content-types/index.ts';
export { createProgressBar, downloadModel, ModelDownloadError, needsDownload } from './local/index.ts';
export {
  type CostSource,
  createPrices,
  isUncharged,
  type PricedRequest,
  type Prices,
  type PriceSettings,
} from './prices/index.ts';
export { type FinishReason, type GenerationRequest, ProviderError, type Provider } from './provider.ts';
export { checkQuality } from './quality/index.ts';
export { ProviderNotAvailable, type Providers, createProviders } from './registry.ts';
export type { ProviderSettings } from './settings.ts';
