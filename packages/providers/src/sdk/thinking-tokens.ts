import type { ProviderName } from '@octavo/contracts';

/**
 * Room for a model's thoughts, added to the ceiling of a text where the upstream counts them as output: `max_output_tokens`
 * of xAI and `maxOutputTokens` of Gemini do, and without that room texts come back empty. OpenRouter gets none: it
 * refuses a call (402) whose ceiling the account could not pay for.
 */
export function thinkingTokens(provider: ProviderName): number {
  return provider === 'xai' || provider === 'google' ? 8192 : 0;
}
