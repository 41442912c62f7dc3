import { createXai } from '@ai-sdk/xai';
import type { Provider } from '../provider.ts';
import { createHostedProvider } from '../sdk/hosted-provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { harmlessEvent } from './harmless-event.ts';
import { xaiErrorRules } from './xai-errors.ts';

/** xAI's Grok models over the Responses API. */
export function createXaiProvider({ xai, timeouts }: Pick<ProviderSettings, 'xai' | 'timeouts'>): Provider {
  return createHostedProvider({
    // `max_output_tokens` counts the thoughts of a reasoning model as well.
    upstream: { name: 'xai', errorRules: xaiErrorRules, thinkingTokens: 8192, harmless: harmlessEvent },
    title: 'xAI Grok',
    keyVariable: 'XAI_API_KEY',
    settings: xai,
    timeouts,
    connect: createXai,
  });
}
