import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSecretFile, replaceSecretFile } from './secret-file.ts';

describe('a file of secrets', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'octavo-secret-file-'));
    path = join(folder, 'secrets.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const content = () => JSON.parse(readFileSync(path, 'utf8')) as unknown;

  it('is made once, by whoever is first, for its owner only', () => {
    expect(createSecretFile(path, { by: 'one' })).toBe(true);
    expect(createSecretFile(path, { by: 'two' })).toBe(false);
    expect(content()).toEqual({ by: 'one' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['secrets.json']);
  });

  it('is replaced as a whole, and nothing is left beside it', () => {
    createSecretFile(path, { by: 'one' });
    replaceSecretFile(path, { by: 'two' });
    expect(content()).toEqual({ by: 'two' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['secrets.json']);
  });
});
