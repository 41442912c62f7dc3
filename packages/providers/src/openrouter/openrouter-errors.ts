import type { ErrorRule } from '../sdk/error-rule.ts';

/** Where OpenRouter's words say more than its status (openrouter.ai/docs/api/reference/errors-and-debugging). */
export const openrouterErrorRules: ErrorRule[] = [
  // Calls under way have reserved the rest of the budget: some of it comes back when they end.
  { statuses: [402], words: /openrouter_in_flight_budget/, code: 'provider_rate_limited', isRetryable: true },
  { statuses: [403], words: /key limit exceeded/i, code: 'provider_credits', isRetryable: false },
  { statuses: [403], words: /flagged|moderation/i, code: 'provider_refused', isRetryable: false },
  { statuses: [400], words: /is not a valid model id/i, code: 'provider_model_not_found', isRetryable: false },
  { statuses: [429], words: /-per-day\b/i, code: 'provider_quota', isRetryable: false },
];
