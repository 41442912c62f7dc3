import { providers } from '../dialects/dialect.ts';
import { InvalidCall } from '../dialects/invalid-call.ts';
import type { Directive } from './directive.ts';
import { faults } from './faults.ts';

const opening = '[sandbox:';
const longest = 300;

/** More words than this is a mistake, not a test. */
export const maxWords = 10_000;

/**
 * Finds the first directive of a prompt and the prompt without it. A fault or key that does not exist is an
 * `InvalidCall`: a typing mistake that passes for a success would make a test prove nothing.
 */
export function parseDirective(prompt: string): { directive: Directive | undefined; rest: string } {
  const start = prompt.toLowerCase().indexOf(opening);
  const end = start < 0 ? -1 : prompt.indexOf(']', start);
  if (end < 0 || end - start > longest) return { directive: undefined, rest: prompt };

  const [name = '', ...pairs] = prompt
    .slice(start + opening.length, end)
    .trim()
    .split(/\s+/);
  const before = prompt.slice(0, start);
  const rest = `${before.trimEnd()}${before.trim() === '' ? '' : ' '}${prompt.slice(end + 1).trimStart()}`.trim();
  return { directive: read(name.toLowerCase(), pairs), rest };
}

function read(name: string, pairs: string[]): Directive {
  const fault = faults.find((known) => known === name);
  if (fault === undefined && name !== 'ok')
    throw new InvalidCall(`sandbox: no fault "${name}"; known are ok, ${faults.join(', ')}`);
  const directive: Directive = {
    fault,
    times: undefined,
    from: undefined,
    after: undefined,
    tokensPerSecond: undefined,
    delayMs: undefined,
    words: undefined,
    retryAfterS: undefined,
    only: undefined,
  };
  for (const pair of pairs) {
    const [key = '', value = ''] = pair.split('=', 2);
    const set = keys[key.toLowerCase()];
    if (set === undefined) throw new InvalidCall(`sandbox: no key "${key}"; known are ${Object.keys(keys).join(', ')}`);
    set(directive, value, key);
  }
  return directive;
}

const keys: Record<string, (directive: Directive, value: string, key: string) => void> = {
  times: (directive, value, key) => (directive.times = integer(value, key)),
  from: (directive, value, key) => (directive.from = integer(value, key)),
  after: (directive, value, key) => (directive.after = integer(value, key)),
  rate: (directive, value, key) => (directive.tokensPerSecond = number(value, key)),
  delay: (directive, value, key) => (directive.delayMs = number(value, key)),
  words: (directive, value, key) => (directive.words = Math.min(integer(value, key), maxWords)),
  'retry-after': (directive, value, key) => (directive.retryAfterS = number(value, key)),
  only: (directive, value) => {
    directive.only = providers.find((known) => known === value);
    if (directive.only === undefined) throw new InvalidCall(`sandbox: only= takes ${providers.join(', ')}`);
  },
};

function number(value: string, key: string): number {
  const read = value === '' ? Number.NaN : Number(value);
  if (!(read >= 0 && read <= 1e9))
    throw new InvalidCall(`sandbox: ${key}= takes a number of 0 or more, not "${value}"`);
  return read;
}

function integer(value: string, key: string): number {
  const read = number(value, key);
  if (!Number.isInteger(read)) throw new InvalidCall(`sandbox: ${key}= takes a whole number, not "${value}"`);
  return read;
}
