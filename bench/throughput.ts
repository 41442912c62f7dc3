import { readFileSync } from 'node:fs';
import type { GenerationEvent } from '@octavo/contracts';
import { createPostgresBackend, Queue } from 'bullmq';
import { io } from 'socket.io-client';
import { startBaseline } from './lib/child.ts';
import type { Figure } from './lib/figures.ts';
import type { Program } from './lib/program.ts';
import { signUp } from './lib/user.ts';
import { type Backend, createWorld, type World } from './lib/world.ts';

const bareJobs = 4000;
const lanes = 64;

/**
 * Jobs a second from POST to the terminal event on a socket (instant sandbox), against bare BullMQ add + process on
 * the same backend; and what the two processes weigh after all of them.
 */
export async function benchThroughput(backend: Backend, jobs: number): Promise<Figure[]> {
  const world = await createWorld({
    backend,
    tokensPerSecond: 0,
    env: { WORKER_CONCURRENCY: '100', LEASE_MS: '60000' },
  });
  try {
    const bare = await bareRate(world);
    const api = await world.start('api');
    const worker = await world.start('worker');
    const weights: Array<{ after: number; apiMb: number; workerMb: number }> = [];
    const weigh = (after: number): void =>
      void weights.push({ after, apiMb: megabytes(api), workerMb: megabytes(worker) });
    const rate = await octavoRate(api, jobs, weigh);
    const ratio = rate / bare;
    const last = weights.at(-1)!;
    const middle = weights[Math.floor(weights.length / 2)]!;
    const isLight = last.apiMb <= 200 && last.workerMb <= 200;
    const grows = Math.max(last.apiMb - middle.apiMb, last.workerMb - middle.workerMb);
    return [
      {
        name: `end to end on ${backend}: accept → terminal event on a socket`,
        value: `${rate.toFixed(0)} jobs/s (${ratio.toFixed(2)}x)`,
        baseline: `${bare.toFixed(0)} jobs/s`,
        target: '≥ 0.4x',
        isMet: ratio >= 0.4,
        raw: { ratio, octavoPerSecond: rate, baselinePerSecond: bare },
      },
      {
        name: `memory on ${backend} after ${jobs} jobs (half way: api ${middle.apiMb.toFixed(0)}, worker ${middle.workerMb.toFixed(0)})`,
        value: `api ${last.apiMb.toFixed(0)} MB, worker ${last.workerMb.toFixed(0)} MB`,
        baseline: '',
        target: '≤ 200 MB each, not growing',
        isMet: isLight && grows <= 15,
        raw: {
          apiMb: last.apiMb,
          workerMb: last.workerMb,
          apiMbHalfWay: middle.apiMb,
          workerMbHalfWay: middle.workerMb,
        },
      },
    ];
  } finally {
    await world.stop();
  }
}

async function bareRate(world: World): Promise<number> {
  const connection =
    world.redisUrl === undefined ? { connectionString: world.databaseUrl, max: 10 } : { url: world.redisUrl };
  const queue =
    world.redisUrl === undefined
      ? new Queue('bare', { connection }, createPostgresBackend)
      : new Queue('bare', { connection: connection as never });
  const { child } = await startBaseline('bullmq-worker.ts', [world.databaseUrl, world.redisUrl ?? '']);
  let done = 0;
  const all = new Promise<void>((resolve) => {
    child.on('message', (message: { done?: number }) => {
      done = message.done ?? done;
      if (done >= bareJobs) resolve();
    });
  });
  const startedAt = performance.now();
  let added = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (added < bareJobs) {
        added += 1;
        await queue.add('bare', { n: added }, { removeOnComplete: true });
      }
    }),
  );
  await all;
  const seconds = (performance.now() - startedAt) / 1000;
  child.kill('SIGKILL');
  await queue.close();
  return bareJobs / seconds;
}

async function octavoRate(api: Program, jobs: number, weigh: (after: number) => void): Promise<number> {
  const user = await signUp(api.url);
  const socket = io(api.url, { auth: { token: user.token }, transports: ['websocket'] });
  await new Promise<void>((resolve) => socket.on('connect', resolve));
  let ended = 0;
  let failed = 0;
  const all = new Promise<void>((resolve) => {
    socket.on('generation:event', ({ type }: GenerationEvent) => {
      if (type === 'failed') failed += 1;
      if (type !== 'completed' && type !== 'failed') return;
      ended += 1;
      if (ended % Math.ceil(jobs / 10) === 0) weigh(ended);
      if (ended === jobs) resolve();
    });
  });
  const startedAt = performance.now();
  let sent = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (sent < jobs) {
        sent += 1;
        await user.generate(`Subject ${sent} [sandbox:ok words=60]`);
      }
    }),
  );
  await all;
  const seconds = (performance.now() - startedAt) / 1000;
  socket.close();
  if (failed > 0) throw new Error(`${failed} jobs failed`);
  return jobs / seconds;
}

function megabytes({ pid }: Program): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
