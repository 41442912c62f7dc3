import { describe, expect, it } from 'vitest';
import { accountWords as accountEn } from './en-account.ts';
import { adminWords as adminEn } from './en-admin.ts';
import { batchWords as batchEn } from './en-batches.ts';
import { en as coreEn } from './en.ts';
import { accountWords as accountEs } from './es-account.ts';
import { adminWords as adminEs } from './es-admin.ts';
import { batchWords as batchEs } from './es-batches.ts';
import { es as coreEs } from './es.ts';

const en = { ...coreEn, ...accountEn, ...adminEn, ...batchEn };
const es = { ...coreEs, ...accountEs, ...adminEs, ...batchEs };

/** Every string with the place where it stands. */
function flat(strings: object, path = ''): Array<[string, string]> {
  return Object.entries(strings).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [[`${path}${name}`, value] as [string, string]]
      : flat(value as object, `${path}${name}.`),
  );
}

const placesOf = (text: string): string[] => [...new Set(text.match(/\{\{\w+\}\}/g))].sort();

describe('the Spanish strings', () => {
  const spanish = new Map(flat(es));

  it('are as many as the English ones, under the same names', () => {
    expect([...spanish.keys()].sort()).toEqual(
      flat(en)
        .map(([name]) => name)
        .sort(),
    );
  });

  it.each(flat(en))('%s has the places of the English one', (name, text) => {
    expect(placesOf(spanish.get(name) ?? '')).toEqual(placesOf(text));
    expect(spanish.get(name)?.trim()).not.toBe('');
  });
});
