import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../apps/server/src/platform/postgres/index.ts';
import { freePort, startRedis } from '../../apps/server/src/testing/redis.ts';
import { type Program, repositoryRoot, startProgram } from './program.ts';

export type Backend = 'postgres' | 'redis';

/** A PostgreSQL, perhaps a Redis, a sandbox, and as many processes of the server as one likes. */
export interface World {
  databaseUrl: string;
  /** Of the postmaster, whose children do the work. */
  readonly postgresPid: number;
  redisUrl: string | undefined;
  env: Record<string, string>;
  start(role: 'api' | 'worker', env?: Record<string, string>): Promise<Program>;
  /** Kills the database as a power cut would, and starts it again on the same data. */
  restartPostgres(): Promise<void>;
  stop(): Promise<void>;
}

export async function createWorld(options: {
  backend: Backend;
  tokensPerSecond: number;
  env?: Record<string, string>;
}): Promise<World> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'octavo-world-'));
  const password = 'a-password-for-this-run-only';
  let postgres: EmbeddedPostgres = await startEmbeddedPostgres({ dataFolder, password });
  const redis = options.backend === 'redis' ? await startRedis() : undefined;
  if (options.backend === 'redis' && !redis) throw new Error('there is no redis-server on the PATH');
  const sandbox = await startSandboxProcess(options.tokensPerSecond);
  const programs: Program[] = [];

  const env: Record<string, string> = {
    OCTAVO_DATA: dataFolder,
    DATABASE_URL: postgres.connectionString,
    REDIS_URL: redis?.url ?? '',
    SANDBOX_URL: sandbox.url,
    LOCAL_SERVER_DISCOVERY: 'off',
    LOG_LEVEL: 'silent',
    // One user does what no user may: the limits are counted all the same, only wider.
    RATE_LIMIT_SCALE: '1000',
    MAX_UNFINISHED_JOBS: '10000000',
    ...options.env,
  };
  await runToEnd(['migrate'], env);

  return {
    databaseUrl: postgres.connectionString,
    get postgresPid() {
      return postgres.pid;
    },
    redisUrl: redis?.url,
    env,
    async start(role, extra = {}) {
      const port = role === 'api' ? { PORT: String(await freePort()) } : {};
      const program = await startProgram(role, { ...env, ...port, ...extra });
      programs.push(program);
      return program;
    },
    async restartPostgres() {
      process.kill(postgres.pid, 'SIGQUIT');
      await postgres.exited;
      postgres = await startEmbeddedPostgres({ dataFolder, password });
    },
    async stop() {
      await Promise.all(programs.map((program) => program.kill('SIGKILL')));
      sandbox.process.kill('SIGKILL');
      await redis?.stop();
      await postgres.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

async function runToEnd(args: string[], env: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, [resolve(repositoryRoot, 'apps/server/src/main.ts'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}`);
}

async function startSandboxProcess(tokensPerSecond: number): Promise<{ url: string; process: ChildProcess }> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [
      resolve(repositoryRoot, 'packages/sandbox/src/main.ts'),
      '--port',
      String(port),
      '--tokens-per-second',
      String(tokensPerSecond),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  for await (const line of createInterface({ input: child.stdout })) if (line.includes(String(port))) break;
  return { url: `http://127.0.0.1:${port}`, process: child };
}
