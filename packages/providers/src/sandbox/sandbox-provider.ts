import { writtenTypeNames } from '@octavo/contracts';
import { imageSizes, openaiCompatibleErrorRules } from '../openai-compatible/index.ts';
import type { Provider } from '../provider.ts';
import { connectCompatible } from '../sdk/connect-compatible.ts';
import { createImageFetch } from '../sdk/image-fetch.ts';
import { rememberModels } from '../sdk/remember-models.ts';
import { createSdkProvider } from '../sdk/sdk-provider.ts';
import { createTextFetch } from '../sdk/text-fetch.ts';
import type { ProviderSettings } from '../settings.ts';

const sampleModel = 'octavo-sample';

/** The built-in maker of samples: everything works without a key, and all it makes says that no AI model made it. */
export function createSandboxProvider(settings: Pick<ProviderSettings, 'sandbox' | 'timeouts'>): Provider {
  const upstream = { name: 'sandbox' as const, errorRules: openaiCompatibleErrorRules, imageSizes };
  const baseUrl = `${settings.sandbox.baseUrl}/v1`;
  const account = { name: 'sandbox', baseURL: baseUrl, includeUsage: true };
  const fetch = createImageFetch({ upstream, baseUrl, fetchImage: undefined });
  return createSdkProvider({
    upstream,
    timeouts: settings.timeouts,
    state: () => ({
      available: true,
      defaultModel: sampleModel,
      models: [sampleModel],
      contentTypes: [...writtenTypeNames, 'image', 'description', 'translation'],
      note: 'Samples, put together without any AI model.',
    }),
    models: {
      text: rememberModels(() => connectCompatible({ ...account, fetch: createTextFetch(upstream) })),
      image: rememberModels(async () => (await connectCompatible({ ...account, fetch })).imageModel),
    },
  });
}
