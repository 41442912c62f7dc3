import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { AuditPage, OutboxView } from '@octavo/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../testing/server.ts';
import { until } from '../testing/until.ts';

const run = promisify(execFile);
const main = resolve(import.meta.dirname, '../main.ts');

describe('the command rotate-master-key', () => {
  let server: TestServer;
  let admin: TestUser;
  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    admin = await server.signUp('rotation@example.org');
  });
  afterAll(() => server?.stop());

  const path = () => join(server.env['OCTAVO_DATA'] ?? '', 'master-keys.json');
  const keys = () => (JSON.parse(readFileSync(path(), 'utf8')) as { keys: string[] }).keys;
  /** What was sealed is opened for an admin. */
  const messages = async () =>
    (await admin.call<OutboxView>('GET', '/api/admin/outbox')).body.data.messages.map(({ text }) => text);

  it('leaves one new key, with which everything that was sealed opens while the server runs, and is written down', async () => {
    await until(async () => (await messages()).length === 1);
    const before = { keys: keys(), messages: await messages() };
    const { stdout, stderr } = await run(process.execPath, [main, 'rotate-master-key'], {
      env: { ...process.env, ...server.env },
    });
    expect(stdout).toBe('1 data key is wrapped with the new master key.\n');
    expect(keys()).toHaveLength(1);
    expect(keys()).not.toEqual(before.keys);
    expect((statSync(path()).mode & 0o777).toString(8)).toBe('600');
    for (const key of [...keys(), ...before.keys]) expect(stdout + stderr).not.toContain(key);
    expect(await messages()).toEqual(before.messages);
    await server.signUp('after@example.org');
    await until(async () => (await messages()).length === 2);
    const { entries } = (await admin.call<AuditPage>('GET', '/api/admin/audit?action=keys.rotated')).body.data;
    expect(entries.map(({ details }) => details)).toEqual([{ kind: 'master', dataKeys: 1 }]);
  });
});
