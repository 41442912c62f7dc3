import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const now = Date.parse('2026-11-21T06:00:00Z');
const wait = (headers: Record<string, string>, body = '') => retryAfterMs({ headers, body }, now);

describe('how long an upstream asks us to wait', () => {
  it.each([
    ['seconds', { 'retry-after': '30' }, 30_000],
    ['a date (RFC 9110)', { 'retry-after': 'Sat, 21 Nov 2026 06:01:30 GMT' }, 90_000],
    ['a date that is over', { 'retry-after': 'Sat, 21 Nov 2026 05:00:00 GMT' }, 0],
    ['milliseconds, which are more exact', { 'retry-after-ms': '1500', 'retry-after': '2' }, 1500],
    ['a day, of which we take an hour', { 'retry-after': '86400' }, 3_600_000],
    ['nothing', {}, undefined],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
  ])('reads %s', (_what, headers, expected) => {
    expect(wait(headers as Record<string, string>)).toBe(expected);
  });

  it("reads Gemini's RetryInfo from the body", () => {
    expect(
      wait({}, '{"error":{"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.4s"}]}}'),
    ).toBe(34_400);
    expect(wait({}, '{"retryDelay": "0s"}')).toBe(0);
  });
});
