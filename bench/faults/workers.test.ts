import { setTimeout as sleep } from 'node:timers/promises';
import { resolve } from 'node:path';
import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { signUp } from '../lib/user.ts';
import { createWorld, type World } from '../lib/world.ts';
import { verify } from './verify.ts';

const redisUrl = inject('redisUrl');
const skewed = `--import ${resolve(import.meta.dirname, '../lib/skewed-clock.mjs')}`;

async function rows<Row extends pg.QueryResultRow>(world: World, sql: string): Promise<Row[]> {
  const client = new pg.Client(world.databaseUrl);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function allEnded(world: World, count: number): Promise<void> {
  for (;;) {
    const [row] = await rows<{ n: number }>(
      world,
      'SELECT count(*)::int AS n FROM generations WHERE finished_at IS NOT NULL',
    );
    if (row!.n >= count) return;
    await sleep(200);
  }
}

describe.each([
  { backend: 'postgres' as const, skip: false },
  { backend: 'redis' as const, skip: redisUrl === undefined },
])('workers on $backend', ({ backend, skip }) => {
  it.skipIf(skip).each([3_600_000, -3_600_000])(
    'with a clock %i ms off neither run a job twice nor fail one',
    async (skewMs) => {
      const world = await createWorld({
        backend,
        tokensPerSecond: 20,
        env: { LEASE_MS: '4000', SWEEP_INTERVAL_MS: '500', WORKER_CONCURRENCY: '12' },
      });
      try {
        const api = await world.start('api');
        await world.start('worker', { NODE_OPTIONS: skewed, SKEW_MS: String(skewMs) });
        await world.start('worker');
        const user = await signUp(api.url);
        // Longer than the queue's locks live, so that a worker that misreads them would act on it.
        const ids = await Promise.all(
          Array.from({ length: 24 }, (_, n) => user.generate(`Clock ${n} [sandbox:ok words=180]`)),
        );
        await allEnded(world, ids.length);
        const { faults, ...counts } = await verify(world.databaseUrl, ids);
        expect(faults).toEqual([]);
        expect(counts).toMatchObject({ completed: 24, takes: 24 });
      } finally {
        await world.stop();
      }
    },
    400_000,
  );

  it.skipIf(skip)(
    'that were stopped past their lease and go on write nothing',
    async () => {
      const world = await createWorld({
        backend,
        tokensPerSecond: 30,
        env: { LEASE_MS: '2000', SWEEP_INTERVAL_MS: '300' },
      });
      try {
        const api = await world.start('api');
        const stopped = await world.start('worker');
        const user = await signUp(api.url);
        const ids = await Promise.all(
          Array.from({ length: 5 }, (_, n) => user.generate(`Stopped ${n} [sandbox:ok words=240]`)),
        );
        // In the middle of each of them.
        const begun = "SELECT DISTINCT generation_id FROM generation_events WHERE type = 'delta'";
        while ((await rows(world, begun)).length < ids.length) await sleep(50);
        await stopped.kill('SIGSTOP');
        await world.start('worker');
        const takenOver = "SELECT FROM generations WHERE attempt >= 2 AND status = 'processing'";
        while ((await rows(world, takenOver)).length < ids.length) await sleep(100);
        await stopped.kill('SIGCONT');
        await allEnded(world, ids.length);
        const { faults, ...counts } = await verify(world.databaseUrl, ids);
        expect(faults).toEqual([]);
        expect(counts.completed).toBe(5);
        const late = await rows(
          world,
          `SELECT FROM generation_events old JOIN generation_events started
             ON started.generation_id = old.generation_id AND started.type = 'started' AND started.attempt = old.attempt + 1
           WHERE old.created_at > started.created_at`,
        );
        expect(late).toEqual([]);
      } finally {
        await world.stop();
      }
    },
    400_000,
  );
});
