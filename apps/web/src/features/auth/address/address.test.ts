import type { TFunction } from 'i18next';
import { describe, expect, it } from 'vitest';
import { addressProblem, readAddress } from './address.ts';

const t = ((name: string) => name) as TFunction;

describe('an address', () => {
  it.each([
    [' ada@example.org ', { email: 'ada@example.org' }],
    ['+34 600-111 222', { phone: '+34600111222' }],
    ['0034 (600) 111.222', { phone: '+34600111222' }],
  ])('%s', (typed, address) => {
    expect(readAddress(typed)).toEqual(address);
    expect(addressProblem(typed, t)).toBeUndefined();
  });

  it.each([
    ['', 'field.required'],
    ['ada', 'field.email'],
    ['ada@', 'field.email'],
    ['600 111 222', 'field.phone'],
    ['+34', 'field.phone'],
  ])('"%s" is none: %s', (typed, problem) => {
    expect(readAddress(typed)).toBeUndefined();
    expect(addressProblem(typed, t)).toBe(problem);
  });
});
