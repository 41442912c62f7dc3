import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { Provider } from '../provider.ts';
import { createHostedProvider } from '../sdk/hosted-provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { openrouterErrorRules } from './openrouter-errors.ts';

/** How OpenRouter names us in the statistics of the account (openrouter.ai/docs/app-attribution). */
const attribution = { 'HTTP-Referer': 'https://github.com/octavo', 'X-OpenRouter-Title': 'Octavo' };

/**
 * OpenRouter's many models. It is spoken to through its OpenAI-compatible interface: its own SDK package leaves a
 * rejected promise behind when a stream is aborted, which ends the process.
 */
export function createOpenrouterProvider({
  openrouter,
  timeouts,
}: Pick<ProviderSettings, 'openrouter' | 'timeouts'>): Provider {
  return createHostedProvider({
    // No extra room for thoughts: OpenRouter refuses a call (402) whose ceiling the account could not pay for.
    upstream: { name: 'openrouter', errorRules: openrouterErrorRules },
    title: 'OpenRouter',
    keyVariable: 'OPENROUTER_API_KEY',
    settings: openrouter,
    timeouts,
    connect: (account) =>
      createOpenAICompatible({ ...account, name: 'openrouter', includeUsage: true, headers: attribution }),
  });
}
