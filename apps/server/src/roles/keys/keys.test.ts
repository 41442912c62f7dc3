import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { OutboxView } from '@octavo/contracts';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { startEmbeddedPostgres } from '#platform/postgres';
import { createTestDatabase } from '../../testing/database.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const run = promisify(execFile);
const main = resolve(import.meta.dirname, '../../main.ts');

/** What a role says, line by line, and its exit code; for roles that come to an end. */
async function start(role: string, env: Record<string, string>): Promise<{ code: number; lines: string[] }> {
  const options = { env: { PATH: process.env['PATH'], LOCAL_SERVER_DISCOVERY: 'off', ...env } };
  const linesOf = ({ stdout, stderr }: { stdout: string; stderr: string }) => (stdout + stderr).trim().split('\n');
  try {
    return { code: 0, lines: linesOf(await run(process.execPath, [main, role], options)) };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, lines: linesOf(failed) };
  }
}

describe('a data folder with a database of its own, restored without secrets.json', () => {
  it.each(['all', 'rotate-keys', 'rotate-master-key'])('is left as it is by %s, which names the file', async (role) => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'octavo-keys-'));
    try {
      const server = await startEmbeddedPostgres({ dataFolder, password: 'of the lost file' });
      await server.stop();
      const { code, lines } = await start(role, { OCTAVO_DATA: dataFolder });
      expect(code).toBe(1);
      expect(lines).toEqual([
        `octavo: ${dataFolder}/secrets.json is missing, and the database of this data folder cannot be opened without it. Restore it from the backup that the database came from.`,
      ]);
      expect(existsSync(join(dataFolder, 'secrets.json'))).toBe(false);
    } finally {
      rmSync(dataFolder, { recursive: true });
    }
  });
});

describe('a database of somebody’s accounts', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    const admin = await server.signUp();
    // What is kept for the admin is sealed.
    await until(async () => {
      const { body } = await admin.call<OutboxView>('GET', '/api/admin/outbox');
      return body.data.messages.length === 1;
    });
  });
  afterEach(() => server.stop());

  const path = (name: string) => join(server.env['OCTAVO_DATA'] ?? '', name);

  it.each(['all', 'api', 'worker', 'rotate-master-key'])(
    'keeps %s from starting without its master key, and no new one is made',
    async (role) => {
      copyFileSync(path('master-keys.json'), path('backup'));
      rmSync(path('master-keys.json'));
      const { code, lines } = await start(role, server.env);
      expect(code).toBe(1);
      expect(lines).toEqual([
        `octavo: The master key that seals what is secret in this database is neither in ${path('master-keys.json')} nor in OCTAVO_MASTER_KEY. Restore it from a backup; docs/operations.md says what to do when it is lost.`,
      ]);
      expect(existsSync(path('master-keys.json'))).toBe(false);
      const { keys } = JSON.parse(readFileSync(path('backup'), 'utf8')) as { keys: string[] };
      const fromSettings = { ...server.env, OCTAVO_MASTER_KEY: keys[0] ?? '' };
      expect(await start('rotate-master-key', fromSettings)).toMatchObject({ code: 0 });
    },
  );

  it('keeps the roles from starting without secrets.json, until one is asked for', async () => {
    rmSync(path('secrets.json'));
    for (const role of ['all', 'worker']) {
      const { code, lines } = await start(role, server.env);
      expect([code, lines.length]).toEqual([1, 1]);
      expect(lines[0]).toContain(`${path('secrets.json')} is missing, and this database has accounts.`);
      expect(existsSync(path('secrets.json'))).toBe(false);
    }
    expect(await start('rotate-keys', server.env)).toMatchObject({ code: 0 });
    expect(await start('rotate-master-key', server.env)).toMatchObject({ code: 0 });
  });
});

it('the role migrate says what it did', async () => {
  const database = await createTestDatabase(inject('serverUrl'));
  try {
    expect(await start('migrate', { DATABASE_URL: database.url })).toEqual({
      code: 0,
      lines: ['The database is up to date: there was nothing to do.'],
    });
  } finally {
    await database.drop();
  }
});
