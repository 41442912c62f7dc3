import type { ImageModelV4, LanguageModelV4 } from '@ai-sdk/provider';
import { type ProviderState, writtenTypeNames } from '@octavo/contracts';
import { ProviderError, type Provider } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { createImageFetch, type ImageFetch } from './image-fetch.ts';
import { rememberModels } from './remember-models.ts';
import { createSdkProvider } from './sdk-provider.ts';
import type { SdkUpstream } from './sdk-upstream.ts';
import { createTextFetch } from './text-fetch.ts';

export interface HostedAccount {
  apiKey: string;
  baseURL: string;
}

/** A provider on the internet that needs an account: available as soon as there is a key for it. */
export function createHostedProvider(options: {
  upstream: SdkUpstream;
  title: string;
  /** The setting that holds the key, for the person who has to set it. */
  keyVariable: string;
  settings: ProviderSettings['xai'];
  timeouts: ProviderSettings['timeouts'];
  fetchImage: ProviderSettings['fetchImage'];
  connectText: (account: HostedAccount & { fetch: ImageFetch }) => Promise<(modelId: string) => LanguageModelV4>;
  connectImage: (account: HostedAccount & { fetch: ImageFetch }) => Promise<(modelId: string) => ImageModelV4>;
}): Provider {
  const { upstream, title, keyVariable, settings, timeouts, fetchImage } = options;
  const { apiKey, baseUrl } = settings;
  const account = apiKey ? { apiKey, baseURL: baseUrl } : undefined;
  const noKey = () =>
    Promise.reject(new ProviderError('provider_auth', { provider: upstream.name, isRetryable: false }));
  return createSdkProvider({
    upstream,
    timeouts,
    state: () => ({
      available: account !== undefined,
      ...stateOfModels(settings),
      contentTypes: [...writtenTypeNames, 'image', 'description', 'translation'],
      note: account ? title : `Set ${keyVariable} to use ${title}.`,
    }),
    models: {
      text: account
        ? rememberModels(() => options.connectText({ ...account, fetch: createTextFetch(upstream) }))
        : noKey,
      image: account
        ? rememberModels(() =>
            options.connectImage({ ...account, fetch: createImageFetch({ upstream, baseUrl, fetchImage }) }),
          )
        : noKey,
    },
  });
}

function stateOfModels({ model, imageModel, visionModel = model }: ProviderSettings['xai']) {
  return {
    defaultModel: model,
    defaultModels: { image: imageModel, description: visionModel },
    models: [...new Set([model, visionModel, imageModel])],
  } satisfies Partial<ProviderState>;
}
