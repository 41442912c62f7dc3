import type { ErrorRule } from '../sdk/error-rule.ts';

/**
 * xAI answers a wrong key with 400 and an empty account with 403, for a while also with 429
 * (github.com/continuedev/continue/issues/10778, 10740). A text it does not want to write is 403 as well.
 */
export const xaiErrorRules: ErrorRule[] = [
  { statuses: [400, 401], words: /incorrect api key|invalid api key/i, code: 'provider_auth', isRetryable: false },
  {
    statuses: [402, 403, 429],
    words: /used all available credits|monthly spending limit|insufficient_quota/i,
    code: 'provider_credits',
    isRetryable: false,
  },
  {
    statuses: [400, 403],
    words: /violates usage guidelines|SAFETY_CHECK/i,
    code: 'provider_refused',
    isRetryable: false,
  },
  { statuses: [429], words: /requests per day|tokens per day/i, code: 'provider_quota', isRetryable: false },
];
