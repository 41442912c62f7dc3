import type { ProviderErrorCode } from '../provider.ts';

/** What a failure is to us. */
export interface ErrorClass {
  code: ProviderErrorCode;
  isRetryable: boolean;
}

/**
 * Words in an upstream's answer that say more than its HTTP status: upstreams disagree about which status a wrong
 * key or an empty account has. Looked at before the status; the first rule that fits wins.
 */
export interface ErrorRule extends ErrorClass {
  statuses: number[];
  words: RegExp;
}

const byStatus: Record<number, ErrorClass> = {
  401: { code: 'provider_auth', isRetryable: false },
  402: { code: 'provider_credits', isRetryable: false },
  403: { code: 'provider_forbidden', isRetryable: false },
  404: { code: 'provider_model_not_found', isRetryable: false },
  408: { code: 'provider_timeout', isRetryable: true },
  409: { code: 'provider_unavailable', isRetryable: true },
  429: { code: 'provider_rate_limited', isRetryable: true },
};

/** What an HTTP status of 400 or more means where no rule knows better. */
export function classOfStatus(status: number): ErrorClass {
  if (status >= 500) return { code: 'provider_unavailable', isRetryable: true };
  return byStatus[status] ?? { code: 'provider_bad_request', isRetryable: false };
}
