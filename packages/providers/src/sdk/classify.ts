import type { ProviderName } from '@octavo/contracts';
import { ProviderError } from '../provider.ts';
import { classOfStatus, type ErrorClass, type ErrorRule } from './error-rule.ts';
import { retryAfterMs } from './retry-after.ts';
import { readFailure, type UpstreamFailure } from './upstream-failure.ts';

/** Whose failure it is, and what is known of this upstream's way of failing. */
export interface Upstream {
  name: ProviderName;
  errorRules: ErrorRule[];
}

const cut: ErrorClass = { code: 'provider_stream_cut', isRetryable: true };
const badAnswer: ErrorClass = { code: 'provider_bad_answer', isRetryable: true };

/** A call that got no stream: an HTTP error, an answer that is none, or nobody there. */
export function callFailed(upstream: Upstream, error: unknown): ProviderError {
  const failure = readFailure(error);
  return toError(upstream, failure, classOfCall(upstream, failure));
}

/** An error reported inside a stream. Before the first word it is judged like an HTTP error. */
export function streamFailed(upstream: Upstream, error: unknown, hasBegun: boolean): ProviderError {
  const failure = readFailure(error);
  return toError(upstream, failure, classOfStream(upstream, failure, hasBegun));
}

/** A stream that broke off, or ended without the upstream's word that it was complete. */
export function streamCut(upstream: Upstream, error?: unknown): ProviderError {
  return toError(upstream, readFailure(error), cut);
}

function classOfCall({ errorRules }: Upstream, { name, status, words }: UpstreamFailure): ErrorClass {
  if (status !== undefined && status >= 400) {
    return errorRules.find((rule) => rule.statuses.includes(status) && rule.words.test(words)) ?? classOfStatus(status);
  }
  if (status !== undefined) return badAnswer;
  // Without a status the SDK's own error means that nobody answered; any other error is a call that cannot be made.
  return name === 'AI_APICallError'
    ? { code: 'provider_unavailable', isRetryable: true }
    : { code: 'provider_bad_request', isRetryable: false };
}

function classOfStream(upstream: Upstream, failure: UpstreamFailure, hasBegun: boolean): ErrorClass {
  if (failure.name === 'AI_JSONParseError' || failure.name === 'AI_TypeValidationError') return badAnswer;
  return hasBegun || failure.status === undefined || failure.status < 400 ? cut : classOfCall(upstream, failure);
}

function toError(upstream: Upstream, failure: UpstreamFailure, { code, isRetryable }: ErrorClass): ProviderError {
  return new ProviderError(code, {
    provider: upstream.name,
    isRetryable,
    retryAfterMs: retryAfterMs(failure),
    statusCode: failure.status,
    cause: failure.trace,
  });
}
