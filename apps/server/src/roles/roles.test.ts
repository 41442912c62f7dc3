import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { isAlive } from '../platform/postgres/process-table.ts';
import { freePort } from '../testing/redis.ts';
import { until } from '../testing/until.ts';

const main = resolve(import.meta.dirname, '../main.ts');
const cleanUps: Array<() => void> = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'octavo-roles-'));
  cleanUps.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

interface Run {
  child: ChildProcess;
  output: () => string;
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | string | null>;
}

function run(role: string, env: Record<string, string>): Run {
  let output = '';
  const child = spawn(process.execPath, [main, role], {
    env: { PATH: process.env['PATH'], LOCAL_SERVER_DISCOVERY: 'off', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  cleanUps.push(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | string | null);
  return { child, output: () => output, ended };
}

describe('what an operator has got wrong is said in one line, with exit code 1', () => {
  it.each<[string, string, () => Record<string, string>, RegExp]>([
    ['an unknown role', 'everything', () => ({}), /There is no role "everything". Choose one of: all, api, worker/],
    [
      'no role',
      '',
      () => ({}),
      /Which role\? Choose one of: all, api, worker, migrate, .*rotate-master-key, model\.$/m,
    ],
    ['a setting', 'api', () => ({ PORT: 'many' }), /Wrong settings: PORT must be a whole number from 0 to 65535\.$/m],
    [
      'settings out of range',
      'api',
      () => ({ PORT: '80000', WORKER_CONCURRENCY: '-1', ACCESS_TOKEN_MINUTES: 'x' }),
      /Wrong settings: PORT must be a whole number from 0 to 65535; WORKER_CONCURRENCY must be a whole number from 1 to 1000; ACCESS_TOKEN_MINUTES must be a number above 0/,
    ],
    [
      'a word that is none of those offered',
      'api',
      () => ({ PROVIDER_ORDER: 'xai,nobody', LOG_LEVEL: 'loud' }),
      /Wrong settings: LOG_LEVEL must be one of trace, debug, info, .*; PROVIDER_ORDER must be one of xai, google, /,
    ],
    [
      'a data folder that can never be made',
      'all',
      () => ({ OCTAVO_DATA: '/proc/nope' }),
      /Cannot write the data folder \/proc\/nope \(ENOENT\)/,
    ],
    ['a missing DATABASE_URL', 'worker', () => ({}), /DATABASE_URL is not set/],
    [
      'an unreachable DATABASE_URL',
      'all',
      () => ({ DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x' }),
      /Cannot reach PostgreSQL at 127.0.0.1:1 \(ECONNREFUSED\). Check DATABASE_URL/,
    ],
    [
      'an unreachable REDIS_URL',
      'all',
      () => ({ REDIS_URL: 'redis://:secret@127.0.0.1:1' }),
      /Cannot reach Redis at 127.0.0.1:1 \(ECONNREFUSED\). Check REDIS_URL/,
    ],
    [
      'a database without our schema',
      'api',
      () => ({ DATABASE_URL: inject('serverUrl') }),
      /schema is not up to date. Run `npm run octavo migrate`/,
    ],
  ])('%s', async (_name, role, env, message) => {
    const { ended, output } = run(role, { OCTAVO_DATA: folder(), ...env() });
    expect(await ended).toBe(1);
    expect(output()).toMatch(message);
    expect(output().trim().split('\n')).toHaveLength(1);
    expect(output()).not.toContain('secret');
  });

  it('a taken port', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const { ended, output } = run('all', { OCTAVO_DATA: folder(), PORT: String(port) });
    expect(await ended).toBe(1);
    expect(output()).toMatch(new RegExp(`Port ${port} on 127.0.0.1 is taken by another program.*PORT=3001 npm start`));
    expect(output().trim().split('\n')).toHaveLength(1);
    taken.close();
  });

  it.each([
    ['PostgreSQL', (port: number) => ({ DATABASE_URL: `postgres://u:p@127.0.0.1:${port}/x` })],
    ['Redis', (port: number) => ({ DATABASE_URL: inject('serverUrl'), REDIS_URL: `redis://127.0.0.1:${port}` })],
  ])('a %s that takes the connection and never says a word', async (name, env) => {
    const blackHole = createServer().listen(0, '127.0.0.1');
    await once(blackHole, 'listening');
    const { port } = blackHole.address() as { port: number };
    const { ended, output } = run('all', { OCTAVO_DATA: folder(), ...env(port) });
    expect(await ended).toBe(1);
    expect(output()).toContain(`Cannot reach ${name} at 127.0.0.1:${port}`);
    expect(output().trim().split('\n')).toHaveLength(1);
    blackHole.close();
  });

  it('a data folder that cannot be written', async () => {
    const file = join(folder(), 'a-file');
    writeFileSync(file, '');
    const { ended, output } = run('all', { OCTAVO_DATA: join(file, 'data') });
    expect(await ended).toBe(1);
    expect(output()).toMatch(/Cannot write the data folder .* \(ENOTDIR\). Make it writable, or set OCTAVO_DATA/);
  });
});

describe('the role all', () => {
  it('starts with one line, keeps its secrets to itself, and stops cleanly in the middle of work', async () => {
    const data = folder();
    const port = await freePort();
    const server = run('all', { OCTAVO_DATA: data, PORT: String(port) });
    await until(() => server.output().includes('ready'));
    expect(server.output()).toBe(`Octavo is ready at http://localhost:${port}\n`);
    expect((statSync(join(data, 'secrets.json')).mode & 0o777).toString(8)).toBe('600');
    const ready = await fetch(`http://127.0.0.1:${port}/api/ready`);
    expect([ready.status, ((await ready.json()) as { data: { status: string } }).data.status]).toEqual([200, 'ready']);

    const token = await register(port);
    const id = await generate(port, token, 'Slow [sandbox:ok rate=5 words=100]');
    await until(async () => (await textOf(port, token, id)).length > 10);
    const stoppedAt = performance.now();
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(10_000);

    // What was handed back is taken up again.
    const again = run('all', { OCTAVO_DATA: data, PORT: String(port), SANDBOX_TOKENS_PER_SECOND: '0' });
    await until(() => again.output().includes('ready'));
    await until(async () => ['processing', 'completed'].includes(await statusOf(port, token, id)));
    again.child.kill('SIGINT');
    expect(await again.ended).toBe(0);
  });

  it('leaves no flood behind when it is killed in the middle of work', async () => {
    const port = await freePort();
    const server = run('all', { OCTAVO_DATA: folder(), PORT: String(port) });
    await until(() => server.output().includes('ready'));
    const token = await register(port);
    const id = await generate(port, token, 'Slow [sandbox:ok rate=5 words=100]');
    await until(async () => (await textOf(port, token, id)).length > 10);
    const pids = await Promise.all(['main.ts api', 'main.ts worker'].map((name) => pidOf(name, server.child.pid ?? 0)));
    server.child.kill('SIGKILL');
    await until(() => pids.every((pid) => !isAlive(pid)), 10_000);
    // What they have said is still to be read.
    await until(() => server.output().split('the process that started the').length > 2);
    const lines = server.output().trim().split('\n').slice(1);
    const said = lines.filter((line) => line.startsWith('octavo: '));
    expect(said.toSorted()).toEqual(
      ['api', 'worker'].map((name) => `octavo: the process that started the ${name} is gone; the ${name} stops.`),
    );
    // The database may be gone before they are: a word about each connection, and no more.
    expect(lines.length - said.length).toBeLessThan(12);
  });

  it('comes back after kill -9 of everything at the top, of a child, and of the database', async () => {
    const data = folder();
    const port = await freePort();
    const env = { OCTAVO_DATA: data, PORT: String(port) };
    const first = run('all', env);
    await until(() => first.output().includes('ready'));
    const token = await register(port);
    first.child.kill('SIGKILL');
    await first.ended;

    const second = run('all', env);
    await until(() => second.output().includes('ready'));
    const id = await generate(port, token, 'After the crash [sandbox:ok rate=0]');
    await until(async () => (await statusOf(port, token, id)) === 'completed');

    for (const name of ['main.ts api', 'main.ts worker', `${data}/postgres`]) {
      const pid = await pidOf(name, second.child.pid ?? 0);
      process.kill(pid, 'SIGKILL');
      // Another one is there, and what is ready is ready with it.
      await until(async () => ![0, pid].includes(await pidOf(name, second.child.pid ?? 0)) && (await isReady(port)));
    }
    const after = await generate(port, token, 'After all of them [sandbox:ok rate=0]');
    await until(async () => (await statusOf(port, token, after)) === 'completed');
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });
});

async function call(port: number, path: string, token: string, body?: unknown): Promise<Record<string, string>> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return ((await response.json()) as { data?: Record<string, string> }).data ?? {};
}

async function register(port: number): Promise<string> {
  const person = { email: 'a@example.org', password: 'correct horse', firstName: 'A', lastName: 'B' };
  return (await call(port, '/api/auth/register', '', person))['access_token'] ?? '';
}

async function generate(port: number, token: string, prompt: string): Promise<string> {
  const body = { title: 'T', contentType: 'blog', prompt };
  return (await call(port, '/api/content/generate', token, body))['jobId'] ?? '';
}

async function textOf(port: number, token: string, id: string): Promise<string> {
  return (await call(port, `/api/generations/${id}`, token))['text'] ?? '';
}

async function statusOf(port: number, token: string, id: string): Promise<string> {
  return (await call(port, `/api/generations/${id}`, token).catch(() => ({ status: '' })))['status'] ?? '';
}

async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/api/ready`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** The child of `parent` whose command line holds `part`; 0 when there is none. */
async function pidOf(part: string, parent: number): Promise<number> {
  const ps = spawn('ps', ['-eo', 'pid=,ppid=,args='], { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  for await (const chunk of ps.stdout) output += String(chunk);
  const line = output.split('\n').find((row) => row.includes(part) && row.trim().split(/\s+/)[1] === String(parent));
  return Number(line?.trim().split(/\s+/)[0] ?? 0);
}
