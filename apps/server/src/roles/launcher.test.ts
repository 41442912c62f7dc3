import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { isAlive } from '../platform/postgres/process-table.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { until } from '../testing/until.ts';

const root = resolve(import.meta.dirname, '../../../..');
let folder = '';
let database: TestDatabase;
const started: number[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'octavo-launcher-'));
  database = await createTestDatabase(inject('serverUrl'));
});
afterAll(async () => {
  for (const pid of started) if (isAlive(pid)) process.kill(pid, 'SIGTERM');
  await until(() => !started.some(isAlive));
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** The launcher three times, below a shell that passes no signal on: as npm's does not. */
async function startBelowShell() {
  const launcher = `"${process.execPath}" scripts/octavo.mjs worker`;
  const byNpm = `npm_lifecycle_script="node scripts/octavo.mjs all" ${launcher}`;
  const shell = spawn(
    'sh',
    ['-c', [byNpm, byNpm, launcher].map((command) => `${command} & echo $!;`).join('') + 'wait'],
    {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        OCTAVO_DATA: folder,
        DATABASE_URL: database.url,
        LOCAL_SERVER_DISCOVERY: 'off',
        LOG_LEVEL: 'info',
      },
      // No terminal at all, as under nohup.
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  let output = '';
  shell.stdout.on('data', (chunk) => (output += String(chunk)));
  await until(() => output.split('\n').length > 3);
  const [npm = 0, nohup = 0, plain = 0] = output.split('\n').map(Number);
  started.push(npm, nohup, plain);
  return { shell, npm, nohup, plain };
}

/** How many workers are up: each has one listener. */
async function workers(): Promise<number> {
  const client = new pg.Client(database.url);
  await client.connect();
  try {
    const { rowCount } = await client.query(
      "SELECT FROM pg_stat_activity WHERE application_name = 'octavo-bus-listener' AND datname = current_database()",
    );
    return rowCount ?? 0;
  } finally {
    await client.end();
  }
}

it('a launcher goes with the npm that started it, unless it is to outlive the terminal; one started otherwise stays', async () => {
  const { shell, npm, nohup, plain } = await startBelowShell();
  await until(async () => (await workers()) === 3);
  process.kill(nohup, 'SIGHUP');
  shell.kill('SIGTERM');
  await once(shell, 'exit');
  // The database notices a moment later who has gone.
  await until(async () => !isAlive(npm) && (await workers()) < 3);
  expect([isAlive(nohup), isAlive(plain), await workers()]).toEqual([true, true, 2]);
});
