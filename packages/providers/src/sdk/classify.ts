import type { ProviderName } from '@octavo/contracts';
import { ProviderError, type ProviderErrorCode } from '../provider.ts';

/** What an SDK throws or reports, in the little that is read of it. Never its request: that holds key and prompt. */
interface UpstreamFailure {
  name?: unknown;
  statusCode?: unknown;
  isRetryable?: unknown;
  message?: unknown;
  responseHeaders?: unknown;
  responseBody?: unknown;
  data?: unknown;
}

interface Class {
  code: ProviderErrorCode;
  isRetryable: boolean;
}

const byStatus: Record<number, Class> = {
  400: { code: 'provider_bad_request', isRetryable: false },
  401: { code: 'provider_auth', isRetryable: false },
  402: { code: 'provider_credits', isRetryable: false },
  403: { code: 'provider_forbidden', isRetryable: false },
  404: { code: 'provider_model_not_found', isRetryable: false },
  408: { code: 'provider_timeout', isRetryable: true },
  429: { code: 'provider_rate_limited', isRetryable: true },
};

/** Words that say more than the status: upstreams disagree about which status a wrong key or an empty account has. */
const byWords: Array<{ words: RegExp; statuses: number[]; class: Class }> = [
  { words: /incorrect api key|api key not valid|api_key_invalid/i, statuses: [400, 401], class: { code: 'provider_auth', isRetryable: false } },
  {
    words: /used all available credits|monthly spending limit|insufficient_quota|credits are depleted|insufficient credits/i,
    statuses: [402, 403, 429],
    class: { code: 'provider_credits', isRetryable: false },
  },
  { words: /PerDay|per-day|per day|RPD/, statuses: [429], class: { code: 'provider_quota', isRetryable: false } },
  { words: /flagged|moderation/i, statuses: [403], class: { code: 'provider_refused', isRetryable: false } },
];

/** Turns whatever an SDK failed with into one of our errors, with no trace of keys or prompts. */
export function classify(provider: ProviderName, error: unknown, hasBegun: boolean): ProviderError {
  if (error instanceof ProviderError) return error;
  const failure: UpstreamFailure = typeof error === 'object' && error !== null ? error : {};
  const status = typeof failure.statusCode === 'number' ? failure.statusCode : undefined;
  const { code, isRetryable } = classOf(failure, status, hasBegun);
  return new ProviderError(code, { provider, isRetryable, retryAfterMs: retryAfterMs(failure), statusCode: status });
}

function classOf(failure: UpstreamFailure, status: number | undefined, hasBegun: boolean): Class {
  // A stream that was under way: whatever is reported now, the connection or the upstream broke off.
  if (hasBegun) return { code: 'provider_stream_cut', isRetryable: true };
  if (status === undefined || status === 200) {
    const isShape = /ParseError|ValidationError|InvalidResponse|NoContent/.test(String(failure.name)) || failure.isRetryable === false;
    return isShape
      ? { code: 'provider_bad_answer', isRetryable: true }
      : { code: 'provider_unavailable', isRetryable: true };
  }
  const words = `${String(failure.message ?? '')} ${typeof failure.responseBody === 'string' ? failure.responseBody.slice(0, 20_000) : ''}`;
  const known = byWords.find((entry) => entry.statuses.includes(status) && entry.words.test(words));
  if (known) return known.class;
  if (status >= 500) return { code: 'provider_unavailable', isRetryable: true };
  return byStatus[status] ?? { code: 'provider_bad_request', isRetryable: false };
}

const longestWaitMs = 3_600_000;

/** `Retry-After` (RFC 9110, seconds or a date), `retry-after-ms`, or Gemini's `RetryInfo.retryDelay` in the body. */
function retryAfterMs(failure: UpstreamFailure): number | undefined {
  const headers = (failure.responseHeaders ?? {}) as Record<string, string | undefined>;
  const candidates = [
    number(headers['retry-after-ms'], 1),
    number(headers['retry-after'], 1000) ?? untilDate(headers['retry-after']),
    retryInfoMs(failure.responseBody),
  ];
  const found = candidates.find((ms) => ms !== undefined);
  return found === undefined ? undefined : Math.min(Math.max(0, found), longestWaitMs);
}

function number(value: string | undefined, factor: number): number | undefined {
  return value !== undefined && /^\d+(\.\d+)?$/.test(value.trim()) ? Math.ceil(Number(value) * factor) : undefined;
}

function untilDate(value: string | undefined): number | undefined {
  const at = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(at) ? undefined : at - Date.now();
}

function retryInfoMs(body: unknown): number | undefined {
  const match = typeof body === 'string' ? /"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"/.exec(body) : null;
  return match ? Math.ceil(Number(match[1]) * 1000) : undefined;
}
