import type { UpstreamFailure } from './upstream-failure.ts';

const longestWaitMs = 3_600_000;

/**
 * How long the upstream asked us to wait: `retry-after-ms`, `Retry-After` (RFC 9110, section 10.2.3: seconds or a
 * date), or Gemini's `RetryInfo.retryDelay`, which stands in the body only. An hour at most.
 */
export function retryAfterMs(
  { headers, body }: Pick<UpstreamFailure, 'headers' | 'body'>,
  now = Date.now(),
): number | undefined {
  const asked =
    number(headers['retry-after-ms'], 1) ??
    number(headers['retry-after'], 1000) ??
    untilDate(headers['retry-after'], now) ??
    number(/"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"/.exec(body)?.[1], 1000);
  return asked === undefined ? undefined : Math.min(Math.max(0, asked), longestWaitMs);
}

function number(value: string | undefined, factor: number): number | undefined {
  return value !== undefined && /^\d+(\.\d+)?$/.test(value.trim()) ? Math.ceil(Number(value) * factor) : undefined;
}

function untilDate(value: string | undefined, now: number): number | undefined {
  const at = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(at) ? undefined : at - now;
}
