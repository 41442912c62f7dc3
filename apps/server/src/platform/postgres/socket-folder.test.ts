import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PostgresError } from './errors.ts';
import { ensureSocketFolder } from './socket-folder.ts';

const isRoot = process.getuid?.() === 0;
const postgres = { uid: 4321, gid: 4321 };

const foreign: [string, (path: string) => void] = [
  'a folder of another user',
  (path) => {
    mkdirSync(path);
    chownSync(path, 1234, 1234);
  },
];

let parent = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'octavo-sockets-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe('the folder of the socket', () => {
  it('is made, and taken again by the next start', () => {
    const path = join(parent, 's');
    ensureSocketFolder(path, isRoot ? postgres : undefined);
    ensureSocketFolder(path, isRoot ? postgres : undefined);
    expect(lstatSync(path).uid).toBe(isRoot ? postgres.uid : process.getuid?.());
  });

  it.each<[string, (path: string) => void]>([
    ['a link', (path) => symlinkSync(mkdtempSync(join(parent, 'target-')), path)],
    ['a file', (path) => writeFileSync(path, '')],
    [
      'a folder that everybody can write to',
      (path) => {
        mkdirSync(path);
        chmodSync(path, 0o777);
      },
    ],
    ...(isRoot ? [foreign] : []),
  ])('is not %s that somebody put there', (_what, put) => {
    const path = join(parent, 's');
    put(path);
    const before = lstatSync(path);
    expect(() => ensureSocketFolder(path, isRoot ? postgres : undefined)).toThrow(PostgresError);
    expect(lstatSync(path).uid).toBe(before.uid);
  });
});
