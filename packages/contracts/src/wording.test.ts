import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import './index.ts';

const thing = z.strictObject({
  text: z.string().max(3),
  count: z.int().min(2).max(9),
  flag: z.boolean(),
  kind: z.enum(['a', 'b']),
  only: z.literal('x'),
  list: z.array(z.string()).max(1),
  mail: z.email(),
  own: z.string('must be a name'),
});
const good = { text: 'abc', count: 2, flag: true, kind: 'a', only: 'x', list: [], mail: 'a@b.org', own: 'n' };

function say(value: unknown): string[] {
  const result = thing.safeParse(value);
  return result.success ? [] : result.error.issues.map(({ path, message }) => [...path, message].join(' '));
}

describe('the words for a wrong value', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ text: undefined }, 'text is missing'],
    [{ kind: undefined }, 'kind is missing'],
    [{ text: 1 }, 'text must be text'],
    [{ text: null }, 'text must be text'],
    [{ text: 'abcd' }, 'text must have at most 3 characters'],
    [{ count: '2' }, 'count must be a number'],
    [{ count: 2.5 }, 'count must be a whole number'],
    [{ count: 1 }, 'count must be at least 2'],
    [{ count: 10 }, 'count must be at most 9'],
    [{ flag: 'yes' }, 'flag must be true or false'],
    [{ kind: 'c' }, 'kind must be one of a, b'],
    [{ only: 'y' }, 'only must be x'],
    [{ list: 'a' }, 'list must be a list'],
    [{ list: ['a', 'b'] }, 'list must have at most 1 entries'],
    [{ mail: 'a' }, 'mail must be an e-mail address'],
    [{ own: undefined }, 'own must be a name'],
    [{ more: 1 }, 'has fields that are not known'],
  ])('%j', (change, message) => {
    expect(say({ ...good, ...change })).toEqual([message]);
  });

  it('for what is not even an object', () => {
    expect([say([]), say(null), say(undefined)]).toEqual([
      ['must be an object'],
      ['must be an object'],
      ['is missing'],
    ]);
  });
});
