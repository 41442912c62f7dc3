import { afterEach, expect, it, vi } from 'vitest';
import { createKeyOf, newKey } from './new-key.ts';

afterEach(() => void vi.unstubAllGlobals());

it('makes a key where a browser has no randomUUID, another one each time', () => {
  const { crypto } = globalThis;
  vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes) });
  const keys = Array.from({ length: 100 }, newKey);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(keys).size).toBe(100);
});

it('gives the same request the same key, and another one another', () => {
  const keyOf = createKeyOf();
  const key = keyOf({ title: 'Tea' });
  expect(keyOf({ title: 'Tea' })).toBe(key);
  const other = keyOf({ title: 'Coffee' });
  expect(other).not.toBe(key);
  expect([key, other]).not.toContain(keyOf({ title: 'Tea' }));
  expect(createKeyOf()({ title: 'Tea' })).not.toBe(key);
});
