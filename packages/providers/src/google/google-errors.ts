import type { ErrorRule } from '../sdk/error-rule.ts';

/**
 * Gemini answers a wrong key with 400 and every kind of limit with 429, whose body says which one it is
 * (github.com/google-gemini/gemini-cli/issues/8437). A quota of a day, or one of zero, is not worth waiting for,
 * although `RetryInfo` names a wait there too.
 */
export const googleErrorRules: ErrorRule[] = [
  {
    statuses: [400, 403],
    words: /API_KEY_INVALID|api key (not valid|expired)|unregistered callers|reported as leaked/i,
    code: 'provider_auth',
    isRetryable: false,
  },
  { statuses: [429], words: /credits are depleted/i, code: 'provider_credits', isRetryable: false },
  { statuses: [429], words: /PerDay|limit: 0\b/, code: 'provider_quota', isRetryable: false },
  { statuses: [400], words: /location is not supported/i, code: 'provider_forbidden', isRetryable: false },
];
