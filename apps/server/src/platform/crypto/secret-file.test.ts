import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSecretFile, replaceSecretFile } from './secret-file.ts';
import { loadSecrets, SecretsError } from './secrets.ts';

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

  it.runIf(process.getuid?.() === 0)('that another user owns is told with the way to give it back', () => {
    loadSecrets(folder);
    chmodSync(folder, 0o755);
    process.seteuid?.(65_534);
    try {
      expect(() => loadSecrets(folder)).toThrow(SecretsError);
      expect(() => loadSecrets(folder)).toThrow(/secrets.json belongs to somebody else.*chown -R \d+:\d+ /);
    } finally {
      process.seteuid?.(0);
    }
  });
});
