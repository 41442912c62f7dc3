import type { Provider } from '../provider.ts';
import { createHostedProvider } from '../sdk/hosted-provider.ts';
import { toMicroUsd } from '../sdk/money.ts';
import { askForModels } from '../sdk/try-key.ts';
import type { ProviderSettings } from '../settings.ts';
import { harmlessEvent } from './harmless-event.ts';
import { xaiErrorRules } from './xai-errors.ts';

/** xAI bills in ticks: 10,000,000,000 to the US dollar (docs.x.ai/developers/cost-tracking). */
const ticksPerMicroUsd = 10_000;

/** xAI's Grok models over the Responses API, and its image models. */
export function createXaiProvider({
  xai,
  storedKey,
  timeouts,
  fetchImage,
}: Pick<ProviderSettings, 'xai' | 'storedKey' | 'timeouts' | 'fetchImage'>): Provider {
  return createHostedProvider({
    upstream: {
      name: 'xai',
      errorRules: xaiErrorRules,
      // `max_output_tokens` counts the thoughts of a reasoning model as well.
      thinkingTokens: 8192,
      harmless: harmlessEvent,
      // The SDK's words for `respect_moderation: false`.
      imageRefusal: /content policy violation/i,
      billedMicroUsd: (metadata) => toMicroUsd(metadata?.['xai']?.['costInUsdTicks'], ticksPerMicroUsd),
    },
    title: 'xAI Grok',
    keyVariable: 'XAI_API_KEY',
    settings: xai,
    storedKey: () => storedKey?.('xai'),
    timeouts,
    fetchImage,
    keyQuestion: askForModels,
    connectText: async (account) => (await import('@ai-sdk/xai')).createXai(account),
    connectImage: async (account) => (await import('@ai-sdk/xai')).createXai(account).imageModel,
  });
}
