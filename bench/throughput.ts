import { readFileSync } from 'node:fs';
import { createPostgresBackend, Queue } from 'bullmq';
import { startBaseline } from './lib/child.ts';
import { type Figure, median } from './lib/figures.ts';
import { inLanes, openJobs } from './lib/jobs.ts';
import type { Program } from './lib/program.ts';
import { type Backend, createWorld, type World } from './lib/world.ts';

const bareJobs = 2000;
const rounds = 5;

/**
 * Jobs a second from POST to the terminal event on a socket (instant sandbox), against bare BullMQ add + process on
 * the same backend, in turn; and what the two processes weigh after all of them.
 */
export async function benchThroughput(backend: Backend, jobs: number): Promise<Figure[]> {
  const world = await createWorld({
    backend,
    tokensPerSecond: 0,
    env: { WORKER_CONCURRENCY: '100', LEASE_MS: '60000' },
  });
  try {
    const bare = await openBare(world);
    const api = await world.start('api');
    const worker = await world.start('worker');
    const octavo = await openJobs(api);
    const rates: Array<{ bare: number; octavo: number }> = [];
    const weights: Array<{ apiMb: number; workerMb: number }> = [];
    for (let round = 0; round < rounds; round += 1) {
      rates.push({ bare: await bare.rate(bareJobs), octavo: await octavo.rate(jobs / rounds) });
      weights.push({ apiMb: megabytes(api), workerMb: megabytes(worker) });
    }
    await bare.close();
    octavo.close();
    const ratio = median(rates.map((rate) => rate.octavo / rate.bare));
    const octavoPerSecond = median(rates.map((rate) => rate.octavo));
    const baselinePerSecond = median(rates.map((rate) => rate.bare));
    const last = weights.at(-1)!;
    const middle = weights[Math.floor(weights.length / 2)]!;
    const isLight = last.apiMb <= 200 && last.workerMb <= 200;
    const grows = Math.max(last.apiMb - middle.apiMb, last.workerMb - middle.workerMb);
    return [
      {
        name: `end to end on ${backend}: accept → terminal event on a socket`,
        value: `${octavoPerSecond.toFixed(0)} jobs/s (${ratio.toFixed(2)}x)`,
        baseline: `${baselinePerSecond.toFixed(0)} jobs/s`,
        target: '≥ 0.4x',
        isMet: ratio >= 0.4,
        raw: { ratio, octavoPerSecond, baselinePerSecond },
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

async function openBare(world: World) {
  const connection =
    world.redisUrl === undefined ? { connectionString: world.databaseUrl, max: 10 } : { url: world.redisUrl };
  const queue =
    world.redisUrl === undefined
      ? new Queue('bare', { connection }, createPostgresBackend)
      : new Queue('bare', { connection: connection as never });
  const { child } = await startBaseline('bullmq-worker.ts', [world.databaseUrl, world.redisUrl ?? '']);
  let done = 0;
  let onDone = (): void => undefined;
  child.on('message', (message: { done?: number }) => {
    done = message.done ?? done;
    onDone();
  });
  return {
    async rate(jobs: number): Promise<number> {
      const goal = done + jobs;
      const all = new Promise<void>((resolve) => (onDone = () => done >= goal && resolve()));
      const startedAt = performance.now();
      await inLanes(jobs, (n) => queue.add('bare', { n }, { removeOnComplete: true }));
      await all;
      return jobs / ((performance.now() - startedAt) / 1000);
    },
    async close() {
      child.kill('SIGKILL');
      await queue.close();
    },
  };
}

function megabytes({ pid }: Program): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
