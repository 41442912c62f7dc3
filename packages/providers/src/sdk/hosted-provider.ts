import type { ImageModelV4, LanguageModelV4 } from '@ai-sdk/provider';
import { type ProviderState, writtenTypeNames } from '@octavo/contracts';
import { ProviderError, type Provider } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { createImageFetch, type ImageFetch } from './image-fetch.ts';
import { rememberModels } from './remember-models.ts';
import { createSdkProvider, type SdkModels } from './sdk-provider.ts';
import type { SdkUpstream } from './sdk-upstream.ts';
import { type KeyQuestion, tryKey } from './try-key.ts';
import { createTextFetch } from './text-fetch.ts';

export interface HostedAccount {
  apiKey: string;
  baseURL: string;
}

/** A provider on the internet that needs an account: available as long as there is a key for it. */
export function createHostedProvider(options: {
  upstream: SdkUpstream;
  title: string;
  /** The setting that holds the key, for the person who has to set it. */
  keyVariable: string;
  settings: ProviderSettings['xai'];
  storedKey: () => string | undefined;
  timeouts: ProviderSettings['timeouts'];
  fetchImage: ProviderSettings['fetchImage'];
  /** What its keys are tried with. */
  keyQuestion: KeyQuestion;
  connectText: (account: HostedAccount & { fetch: ImageFetch }) => Promise<(modelId: string) => LanguageModelV4>;
  connectImage: (account: HostedAccount & { fetch: ImageFetch }) => Promise<(modelId: string) => ImageModelV4>;
}): Provider {
  const { upstream, title, keyVariable, settings, timeouts, fetchImage } = options;
  const { baseUrl } = settings;
  const keyNow = () => settings.apiKey ?? options.storedKey();
  let connection: { apiKey: string; models: SdkModels } | undefined;

  function connect(): SdkModels {
    const apiKey = keyNow();
    if (apiKey === undefined) throw new ProviderError('provider_auth', { provider: upstream.name, isRetryable: false });
    if (connection?.apiKey !== apiKey) {
      const account = { apiKey, baseURL: baseUrl };
      const fetch = createImageFetch({ upstream, baseUrl, fetchImage });
      connection = {
        apiKey,
        models: {
          text: rememberModels(() => options.connectText({ ...account, fetch: createTextFetch(upstream) })),
          image: rememberModels(() => options.connectImage({ ...account, fetch })),
        },
      };
    }
    return connection.models;
  }

  const provider = createSdkProvider({
    upstream,
    timeouts,
    state() {
      const available = keyNow() !== undefined;
      return {
        available,
        ...stateOfModels(settings),
        contentTypes: [...writtenTypeNames, 'image', 'description', 'translation'],
        note: available ? title : `Set ${keyVariable}, or store a key as an admin, to use ${title}.`,
      };
    },
    models: { text: async (id) => connect().text(id), image: async (id) => connect().image(id) },
  });
  return {
    ...provider,
    tryKey: (storedKey, signal) =>
      tryKey({ ...upstream, baseUrl }, options.keyQuestion, settings.apiKey ?? storedKey, signal),
  };
}

function stateOfModels({ model, imageModel, visionModel = model }: ProviderSettings['xai']) {
  return {
    defaultModel: model,
    defaultModels: { image: imageModel, description: visionModel },
    models: [...new Set([model, visionModel, imageModel])],
  } satisfies Partial<ProviderState>;
}
