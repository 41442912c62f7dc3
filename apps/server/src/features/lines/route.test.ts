import type { ProviderName } from '@octavo/contracts';
import type { Candidate } from '@octavo/providers';
import { describe, expect, it } from 'vitest';
import { chooseWriter, nextWriter } from './route.ts';

const writers = (['xai', 'google', 'openrouter'] as const).map(
  (name) => ({ provider: { name }, model: 'm' }) as unknown as Candidate,
);
const blocked =
  (times: Partial<Record<ProviderName, number>>) =>
  (name: ProviderName): number =>
    times[name] ?? 0;

describe('who writes', () => {
  it.each([
    { start: 0, times: {}, index: 0 },
    { start: 1, times: {}, index: 1 },
    { start: 0, times: { xai: 500 }, index: 1 },
    { start: 1, times: { google: 500 }, index: 2 },
    { start: 2, times: { openrouter: 500 }, index: 0 },
  ])('is the first from $start on who may be called, given $times', ({ start, times, index }) => {
    expect(chooseWriter(writers, start, blocked(times))).toMatchObject({ kind: 'call', index });
  });

  it('is awaited where nobody may be called: the one who may be first', () => {
    const times = { xai: 900, google: 300, openrouter: 600 };
    expect(chooseWriter(writers, 0, blocked(times))).toEqual({ kind: 'wait', provider: 'google', waitMs: 300 });
  });
});

describe('who writes after a failed take', () => {
  const failed = { index: 0, isRetryable: true, pauseMs: 2000 };

  it.each([
    { what: 'the next, at once', given: failed, times: {}, next: { provider: 'google', delayMs: 0 } },
    {
      what: 'the one after a blocked one',
      given: failed,
      times: { google: 500 },
      next: { provider: 'openrouter', delayMs: 0 },
    },
    {
      what: 'the same again after its pause, where no other may be called',
      given: failed,
      times: { google: 500, openrouter: 500 },
      next: { provider: 'xai', delayMs: 2000 },
    },
    {
      what: 'the last again after its pause',
      given: { ...failed, index: 2 },
      times: {},
      next: { provider: 'openrouter', delayMs: 2000 },
    },
    {
      what: 'the first again, where the last has been blocked by its failure',
      given: { ...failed, index: 2 },
      times: { openrouter: 30_000 },
      next: { provider: 'xai', delayMs: 2000 },
    },
    {
      what: 'whoever is free first, where all are blocked',
      given: failed,
      times: { xai: 9000, google: 5000, openrouter: 7000 },
      next: { provider: 'google', delayMs: 5000 },
    },
    {
      what: 'a later one when it is free, where the same cannot help',
      given: { ...failed, isRetryable: false },
      times: { google: 5000, openrouter: 7000 },
      next: { provider: 'google', delayMs: 5000 },
    },
    {
      what: 'nobody, where the last cannot help',
      given: { ...failed, index: 2, isRetryable: false },
      times: {},
      next: undefined,
    },
  ])('$what', ({ given, times, next }) => {
    expect(nextWriter(writers, given, blocked(times))).toEqual(next);
  });
});
