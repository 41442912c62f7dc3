import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { writtenTypeNames } from '@octavo/contracts';
import { openaiCompatibleErrorRules } from '../openai-compatible/index.ts';
import type { Provider } from '../provider.ts';
import { rememberModels } from '../sdk/remember-models.ts';
import { createSdkProvider } from '../sdk/sdk-provider.ts';
import type { ProviderSettings } from '../settings.ts';

const sampleModel = 'octavo-sample';

/** The built-in sample writer: everything works without a key, and every text says that no AI model wrote it. */
export function createSandboxProvider(settings: Pick<ProviderSettings, 'sandbox' | 'timeouts'>): Provider {
  return createSdkProvider({
    upstream: { name: 'sandbox', errorRules: openaiCompatibleErrorRules },
    timeouts: settings.timeouts,
    state: () => ({
      available: true,
      defaultModel: sampleModel,
      models: [sampleModel],
      contentTypes: [...writtenTypeNames, 'translation'],
      note: 'Sample text, put together without any AI model.',
    }),
    model: rememberModels(
      createOpenAICompatible({ name: 'sandbox', baseURL: `${settings.sandbox.baseUrl}/v1`, includeUsage: true }),
    ),
  });
}
