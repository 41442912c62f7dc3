import type { MetadataExtractor } from '@ai-sdk/openai-compatible';
import type { SharedV4ProviderMetadata } from '@ai-sdk/provider';

/** Under which name of an answer's metadata `costUsd` stands. */
export const costMetadata = 'openrouterCost';

/** Keeps what OpenRouter charged, which the OpenAI-compatible client does not look for: `usage.cost`, in US dollars. */
export const openrouterCostExtractor: MetadataExtractor = {
  extractMetadata: ({ parsedBody }) => Promise.resolve(readCost(parsedBody)),
  createStreamExtractor() {
    let metadata: SharedV4ProviderMetadata | undefined;
    return {
      processChunk: (chunk) => void (metadata = readCost(chunk) ?? metadata),
      buildMetadata: () => metadata,
    };
  },
};

function readCost(body: unknown): SharedV4ProviderMetadata | undefined {
  const cost = (body as { usage?: { cost?: unknown } | null } | null)?.usage?.cost;
  return typeof cost === 'number' ? { [costMetadata]: { costUsd: cost } } : undefined;
}
