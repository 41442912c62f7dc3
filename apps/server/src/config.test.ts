import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, it } from 'vitest';
import { readConfig, settingNames } from './config.ts';

const text = readFileSync(resolve(import.meta.dirname, '../../../.env.example'), 'utf8');
const named = [...text.matchAll(/^#([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name ?? '');
/** What only the launcher reads: the flags of a process stand before it can read a file. */
const ofTheLauncher = ['PROCESS_HEAP_MB'];

it('.env.example names every setting once, and nothing that is none', () => {
  expect(named.toSorted()).toEqual([...settingNames, ...ofTheLauncher].toSorted());
});

it('the examples in .env.example are values that are accepted', () => {
  const examples = parseEnv(text.replaceAll(/^#(?=[A-Z][A-Z0-9_]*=.)/gm, ''));
  expect(Object.keys(examples).length).toBeGreaterThan(60);
  const set = Object.entries(examples).filter(([, value]) => value !== '');
  expect(() => readConfig(Object.fromEntries(set))).not.toThrow();
});

it('a provider’s order of one content type goes before the order of all', () => {
  const { order } = readConfig({ PROVIDER_ORDER: 'xai', PROVIDER_ORDER_TRANSLATION: 'google' }).providers;
  expect([order.translation, order.blog]).toEqual([['google'], ['xai']]);
});
