import { describe, expect, it } from 'vitest';
import { toMicroUsd } from './money.ts';

describe('millionths of a dollar', () => {
  it.each([
    [37_756_000, 10_000, 3776],
    [200_000_000, 10_000, 20_000],
    [1, 10_000, 1],
    [0, 10_000, 0],
    [0.00014, 1e-6, 140],
    [0.00029, 1e-6, 290],
    [0.0000001, 1e-6, 1],
  ])('%d at %d a millionth are %d', (amount, perMicroUsd, expected) => {
    expect(toMicroUsd(amount, perMicroUsd)).toBe(expected);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, '5', null, undefined])('are not %s', (amount) => {
    expect(toMicroUsd(amount, 1)).toBeUndefined();
  });
});
