import type { ProviderError } from '../provider.ts';

/** The request never left this machine, or found nobody. */
const notSent = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)\b/;

/**
 * Whether a failed call cost nothing for certain: nobody was reached, or the provider refused it with an HTTP error
 * before the first word. A call that broke off or timed out may have been charged for.
 */
export function isUncharged(error: ProviderError): boolean {
  if (error.code === 'provider_stream_cut') return false;
  if (error.statusCode !== undefined) return error.statusCode >= 400;
  return error.cause instanceof Error && notSent.test(error.cause.message);
}
