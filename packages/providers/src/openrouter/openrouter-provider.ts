import { z } from 'zod';
import type { Provider, ProviderErrorCode } from '../provider.ts';
import { connectCompatible } from '../sdk/connect-compatible.ts';
import { createHostedProvider } from '../sdk/hosted-provider.ts';
import { toMicroUsd } from '../sdk/money.ts';
import type { ProviderSettings } from '../settings.ts';
import { costMetadata, openrouterCostExtractor } from './openrouter-cost.ts';
import { openrouterErrorRules } from './openrouter-errors.ts';

/** How OpenRouter names us in the statistics of the account (openrouter.ai/docs/app-attribution). */
const attribution = { 'HTTP-Referer': 'https://github.com/octavo', 'X-OpenRouter-Title': 'Octavo' };

const keyInfo = z.object({ data: z.object({ limit_remaining: z.number().nullish() }) });

/** A key may have a limit of its own, in US dollars; null is none. */
function isUsedUp(answer: unknown): ProviderErrorCode | undefined {
  const { success, data: info } = keyInfo.safeParse(answer);
  if (!success) return 'provider_bad_answer';
  return (info.data.limit_remaining ?? 1) <= 0 ? 'provider_credits' : undefined;
}

/**
 * OpenRouter's many models. It is spoken to through its OpenAI-compatible interface: its own SDK package leaves a
 * rejected promise behind when a stream is aborted, which ends the process.
 */
export function createOpenrouterProvider({
  openrouter,
  storedKey,
  timeouts,
  fetchImage,
}: Pick<ProviderSettings, 'openrouter' | 'storedKey' | 'timeouts' | 'fetchImage'>): Provider {
  return createHostedProvider({
    // No extra room for thoughts: OpenRouter refuses a call (402) whose ceiling the account could not pay for.
    upstream: {
      name: 'openrouter',
      errorRules: openrouterErrorRules,
      billedMicroUsd: (metadata) => toMicroUsd(metadata?.[costMetadata]?.['costUsd'], 1e-6),
    },
    title: 'OpenRouter',
    keyVariable: 'OPENROUTER_API_KEY',
    settings: openrouter,
    storedKey: () => storedKey?.('openrouter'),
    timeouts,
    fetchImage,
    // Its list of models is open to everybody.
    keyQuestion: {
      path: '/key',
      headers: (key) => ({ authorization: `Bearer ${key}`, ...attribution }),
      problemOf: isUsedUp,
    },
    connectText: (account) =>
      connectCompatible({
        ...account,
        name: 'openrouter',
        includeUsage: true,
        headers: attribution,
        // Asks for `usage.cost` (openrouter.ai/docs/guides/administration/usage-accounting).
        transformRequestBody: (body) => ({ ...body, usage: { include: true } }),
        metadataExtractor: openrouterCostExtractor,
      }),
    async connectImage(account) {
      const { createOpenrouterImageModel } = await import('./openrouter-image-model.ts');
      return (id) => createOpenrouterImageModel(id, { ...account, headers: attribution });
    },
  });
}
