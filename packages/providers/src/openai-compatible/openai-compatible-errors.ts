import type { ErrorRule } from '../sdk/error-rule.ts';

/** OpenAI's own words and those of the servers that imitate it. */
export const openaiCompatibleErrorRules: ErrorRule[] = [
  { statuses: [400], words: /invalid_api_key|incorrect api key/i, code: 'provider_auth', isRetryable: false },
  {
    statuses: [403, 429],
    words: /insufficient_quota|exceeded your current quota/i,
    code: 'provider_credits',
    isRetryable: false,
  },
  {
    statuses: [400, 403],
    words: /moderation_blocked|content_policy_violation|rejected .{0,80}safety system/i,
    code: 'provider_refused',
    isRetryable: false,
  },
  { statuses: [429], words: /\bper day\b|\((RPD|TPD)\)/, code: 'provider_quota', isRetryable: false },
  {
    statuses: [400, 422],
    words: /model (?:(?!model ).){0,200}?(?:not found|does not exist)/i,
    code: 'provider_model_not_found',
    isRetryable: false,
  },
];
