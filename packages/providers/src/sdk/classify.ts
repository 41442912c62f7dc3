import type { ProviderName } from '@octavo/contracts';
import { ProviderError } from '../provider.ts';
import { classOfStatus, type ErrorClass, type ErrorRule } from './error-rule.ts';
import { retryAfterMs } from './retry-after.ts';
import { readFailure, type UpstreamFailure } from './upstream-failure.ts';

/** Whose failure it is, and what is known of this upstream's way of failing. */
export interface Upstream {
  name: ProviderName;
  errorRules: ErrorRule[];
  /** Words for a refused image where that is no HTTP error: of an error of the SDK, or of how an answer ended. */
  imageRefusal?: RegExp;
}

const cut: ErrorClass = { code: 'provider_stream_cut', isRetryable: true };
const badAnswer: ErrorClass = { code: 'provider_bad_answer', isRetryable: true };

/** What the SDK says of an answer that broke off while it was read. */
const tornAnswer = 'Failed to process successful response';
/** Errors of the SDK over an answer that came whole, and cannot be used. */
const badAnswers = /^AI_(Download|InvalidResponseData|JSONParse|TypeValidation)Error$/;

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

/** A call whose answer comes in one piece, and that got none which can be used. */
export function answerFailed(upstream: Upstream, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  // The SDK wraps what is thrown while an answer is read.
  if (error instanceof Error && error.cause instanceof ProviderError) return error.cause;
  const failure = readFailure(error);
  const isRefused = failure.status === undefined && upstream.imageRefusal?.test(failure.words);
  return isRefused
    ? toError(upstream, failure, { code: 'provider_refused', isRetryable: false })
    : callFailed(upstream, error);
}

function classOfCall({ errorRules }: Upstream, { name, status, words }: UpstreamFailure): ErrorClass {
  if (status !== undefined && status >= 400) {
    return errorRules.find((rule) => rule.statuses.includes(status) && rule.words.test(words)) ?? classOfStatus(status);
  }
  if (status !== undefined) return words.startsWith(tornAnswer) ? cut : badAnswer;
  if (badAnswers.test(name)) return badAnswer;
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
