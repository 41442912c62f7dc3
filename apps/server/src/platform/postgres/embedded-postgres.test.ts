import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../testing/until.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { PostgresError, reasonIn } from './errors.ts';
import { clearLeftOver } from './left-over.ts';
import { isAlive } from './process-table.ts';

const password = 'only for these tests: ü/@?&';
let dataFolder = '';
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'octavo-pg-'));
});
afterEach(() => rmSync(dataFolder, { recursive: true, force: true }));

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

/** Another process that starts the server on the same folder and then does nothing. */
async function startElsewhere(): Promise<{ parent: ChildProcess; pid: number; connectionString: string }> {
  const parent = fork(join(import.meta.dirname, 'testing/hold-server.ts'), [dataFolder, password], { execArgv: [] });
  const [server] = (await once(parent, 'message')) as [{ pid: number; connectionString: string }];
  return { parent, ...server };
}

describe('the embedded PostgreSQL', () => {
  it('keeps its data and its address over a stop and a start, and waits for the disk', async () => {
    const first = await startEmbeddedPostgres({ dataFolder, password });
    await query(first.connectionString, 'CREATE TABLE words AS SELECT 1 AS n');
    await first.stop();
    const second = await startEmbeddedPostgres({ dataFolder, password });
    expect(second.connectionString).toBe(first.connectionString);
    expect(await query(second.connectionString, 'SELECT * FROM words')).toEqual([{ n: 1 }]);
    expect(await query(second.connectionString, 'SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    expect(await query(second.connectionString, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
    await second.stop();
  });

  it('lets nobody in without the password', async () => {
    const server = await startEmbeddedPostgres({ dataFolder, password });
    const wrong = server.connectionString.replace(encodeURIComponent(password), 'guess');
    await expect(query(wrong, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    await server.stop();
  });

  it('loses no acknowledged commit when it is killed', async () => {
    const server = await startEmbeddedPostgres({ dataFolder, password });
    await query(server.connectionString, 'CREATE TABLE words (n int)');
    for (let n = 0; n < 50; n += 1) await query(server.connectionString, `INSERT INTO words VALUES (${n})`);
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    const again = await startEmbeddedPostgres({ dataFolder, password });
    expect(await query(again.connectionString, 'SELECT count(*)::int AS n FROM words')).toEqual([{ n: 50 }]);
    await again.stop();
  });

  it('starts again after kill -9 of whoever started it', async () => {
    const { parent, connectionString } = await startElsewhere();
    await query(connectionString, 'CREATE TABLE words AS SELECT 7 AS n');
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    const server = await startEmbeddedPostgres({ dataFolder, password });
    expect(await query(server.connectionString, 'SELECT * FROM words')).toEqual([{ n: 7 }]);
    await server.stop();
  });

  it('is refused to a second process on the same folder', async () => {
    const { parent, pid } = await startElsewhere();
    await expect(startEmbeddedPostgres({ dataFolder, password })).rejects.toThrow(
      new RegExp(`Another Octavo \\(process ${parent.pid}\\) uses the data folder`),
    );
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGTERM');
    await until(() => !isAlive(pid));
  });

  it('says what is wrong with a folder it cannot use', async () => {
    const file = join(dataFolder, 'file');
    writeFileSync(file, '');
    await expect(startEmbeddedPostgres({ dataFolder: join(file, 'below'), password })).rejects.toThrow(PostgresError);
  });
});

describe('a database that was restored wrongly', () => {
  let cluster = '';
  beforeEach(async () => {
    const server = await startEmbeddedPostgres({ dataFolder, password });
    await query(server.connectionString, 'CREATE TABLE words AS SELECT 3 AS n');
    await server.stop();
    cluster = join(dataFolder, 'postgres');
  });

  async function assertStarts(): Promise<void> {
    const server = await startEmbeddedPostgres({ dataFolder, password });
    expect(await query(server.connectionString, 'SELECT * FROM words')).toEqual([{ n: 3 }]);
    await server.stop();
  }

  it.runIf(process.getuid?.() === 0)('as root without its owner: says so, and how to give it back', async () => {
    const { uid, gid } = statSync(cluster);
    chownSync(cluster, 0, 0);
    await expect(startEmbeddedPostgres({ dataFolder, password })).rejects.toThrow(
      new RegExp(`^The database in ${cluster} belongs to root.*chown -R ${uid}:${gid} ${cluster}$`),
    );
    chownSync(cluster, uid, gid);
    await assertStarts();
  });

  it('with another mode: says so, and how to close it', async () => {
    chmodSync(cluster, 0o755);
    await expect(startEmbeddedPostgres({ dataFolder, password })).rejects.toThrow(
      new RegExp(`open to other users \\(mode 755\\).*chmod 700 ${cluster}$`),
    );
    chmodSync(cluster, 0o700);
    await assertStarts();
  });

  it('with the password of another backup: says so at once, and lets everything go', async () => {
    await expect(startEmbeddedPostgres({ dataFolder, password: 'another' })).rejects.toThrow(
      `The database in ${cluster} has another password than the one in secrets.json of ${dataFolder}. Restore both from the same backup.`,
    );
    await assertStarts();
  });

  it.each<[string, (path: string) => void, RegExp]>([
    [
      'of another version',
      (path) => writeFileSync(join(path, 'PG_VERSION'), '17\n'),
      /^PostgreSQL did not start: database files are incompatible with server .*by PostgreSQL version 17, .* \(see \S+postgres.log\)$/,
    ],
    [
      'with a setting that is none',
      (path) => appendFileSync(join(path, 'postgresql.conf'), 'nothing = 1\n'),
      /^PostgreSQL did not start: configuration file "\S+postgresql.conf" contains errors \(see/,
    ],
    [
      'without a part of its files',
      (path) => rmSync(join(path, 'global/pg_control')),
      /^PostgreSQL did not start: .*could not open file "\S+pg_control": No such file or directory \(see/,
    ],
  ])('%s: PostgreSQL has its say', async (_what, spoil, message) => {
    spoil(cluster);
    await expect(startEmbeddedPostgres({ dataFolder, password })).rejects.toThrow(message);
  });
});

it('the reason is the first fatal message, not what was asked too early nor what follows from it', () => {
  const at = '2026-01-01 00:00:00.000 UTC [7]';
  const output = `${at} LOG:  starting PostgreSQL\n${at} FATAL:  the database system is starting up\n${at} PANIC:  could not locate a valid checkpoint record\n${at} LOG:  terminated\n${at} FATAL:  shutting down\n`;
  expect(reasonIn(output)).toBe('could not locate a valid checkpoint record');
  expect(reasonIn('"root" execution is not permitted.\nSee the documentation.\n')).toBe(
    '"root" execution is not permitted. See the documentation.',
  );
});

describe('what a killed server leaves behind', () => {
  it('never costs a process its life that only has the same number', async () => {
    const bystander = fork(join(import.meta.dirname, 'testing/bystander.ts'), { execArgv: [] });
    await once(bystander, 'message');
    const cluster = join(dataFolder, 'postgres');
    mkdirSync(cluster);
    const pidFile = join(cluster, 'postmaster.pid');
    writeFileSync(pidFile, `${bystander.pid}\n${cluster}\n`);
    await clearLeftOver(cluster);
    expect(isAlive(bystander.pid ?? 0)).toBe(true);
    expect(() => readFileSync(pidFile)).toThrow(/ENOENT/);
    bystander.kill('SIGKILL');
  });
});
