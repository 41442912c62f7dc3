import type { LanguageModelV4 } from '@ai-sdk/provider';
import { writtenTypeNames } from '@octavo/contracts';
import { ProviderError, type Provider } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { rememberModels } from './remember-models.ts';
import { createSdkProvider } from './sdk-provider.ts';
import type { SdkUpstream } from './stream-text.ts';

/** A provider on the internet that needs an account: available as soon as there is a key for it. */
export function createHostedProvider(options: {
  upstream: SdkUpstream;
  title: string;
  /** The setting that holds the key, for the person who has to set it. */
  keyVariable: string;
  settings: { apiKey: string | undefined; baseUrl: string; model: string };
  timeouts: ProviderSettings['timeouts'];
  connect: (account: { apiKey: string; baseURL: string }) => (modelId: string) => LanguageModelV4;
}): Provider {
  const { upstream, title, keyVariable, settings, timeouts } = options;
  const { apiKey, baseUrl, model } = settings;
  const models = apiKey ? rememberModels(options.connect({ apiKey, baseURL: baseUrl })) : undefined;
  return createSdkProvider({
    upstream,
    timeouts,
    state: () => ({
      available: models !== undefined,
      defaultModel: model,
      models: [model],
      contentTypes: [...writtenTypeNames, 'translation'],
      note: models ? title : `Set ${keyVariable} to use ${title}.`,
    }),
    model(id) {
      if (!models) throw new ProviderError('provider_auth', { provider: upstream.name, isRetryable: false });
      return models(id);
    },
  });
}
