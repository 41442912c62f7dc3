import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../packages/sandbox/src/index.ts';
import { signUp } from '../lib/user.ts';
import { createWorld, type World } from '../lib/world.ts';

const redisUrl = inject('redisUrl');

describe.each([
  { backend: 'postgres' as const, skip: false },
  { backend: 'redis' as const, skip: redisUrl === undefined },
])('a limited provider on $backend', ({ backend, skip }) => {
  let world: World;
  let sandbox: Sandbox;

  afterEach(async () => {
    await world?.stop();
    await sandbox?.close();
  });

  async function start(env: Record<string, string>): Promise<{ generate(prompt: string): Promise<string> }> {
    sandbox = await startSandbox({ tokensPerSecond: 0, record: true });
    world = await createWorld({
      backend,
      tokensPerSecond: 0,
      env: { XAI_API_KEY: 'key', XAI_BASE_URL: `${sandbox.url}/v1`, SWEEP_INTERVAL_MS: '300', ...env },
    });
    const api = await world.start('api');
    return signUp(api.url);
  }

  it.skipIf(skip)(
    'is never called more often, nor more at a time, than two workers together may',
    async () => {
      const perMinute = 12;
      const atOnce = 4;
      const user = await start({ XAI_RATE_PER_MINUTE: String(perMinute), XAI_CONCURRENCY: String(atOnce) });
      const workers = [await world.start('worker'), await world.start('worker')];
      let most = 0;
      const watch = setInterval(() => {
        const open = sandbox.requests.filter(({ status, aborted }) => status === undefined && !aborted).length;
        most = Math.max(most, open);
      }, 2);
      await Promise.all(
        Array.from({ length: 30 }, (_, n) => user.generate(`Limit ${n} [sandbox:ok words=40 delay=150]`)),
      );
      // Time is made to pass faster: what was called a moment ago was called 50 seconds ago.
      const hurryMs = 50_000;
      /** When each turn was taken, as it was before time was made to pass. */
      const turns = new Map<string, number>();
      const noteTurns = async () => {
        for (const { id, at } of await rows<{ id: string; at: number }>(
          world,
          'SELECT generation_id AS id, extract(epoch FROM taken_at)::float8 * 1000 AS at FROM provider_turns',
        ))
          if (!turns.has(id)) turns.set(id, at);
      };
      for (const goal of [perMinute, 2 * perMinute]) {
        await until(() => sandbox.requests.length >= goal);
        await noteTurns();
        await rows(world, `UPDATE provider_turns SET taken_at = taken_at - interval '${hurryMs} ms'`);
      }
      await until(() => sandbox.requests.length >= 30);
      await until(async () => (await unfinished(world)) === 0);
      clearInterval(watch);
      expect(most).toBe(atOnce);
      await noteTurns();
      const taken = [...turns.values()].toSorted((a, b) => a - b);
      const starts = sandbox.requests.map(({ startedAtMs }) => startedAtMs).toSorted((a, b) => a - b);
      expect([starts.length, taken.length]).toEqual([30, 30]);
      // No call without its turn; how long it takes from there to the provider is the machine's business.
      for (const [n, at] of taken.entries()) expect(starts[n]).toBeGreaterThanOrEqual(Math.floor(at));
      for (let n = perMinute; n < taken.length; n += 1) {
        expect(taken[n]! - taken[n - perMinute]!).toBeGreaterThanOrEqual(60_000 - hurryMs);
      }
      const [shared] = await rows<{ takes: number }>(world, 'SELECT count(*)::int AS takes FROM generation_attempts');
      expect(shared!.takes).toBe(30);
      await Promise.all(workers.map((worker) => worker.kill('SIGTERM')));
    },
    400_000,
  );

  it.skipIf(skip).each([{ limit: '0' }, { limit: '100' }])(
    'does not stay half-open when the worker that probes it is killed (limit $limit)',
    async ({ limit }) => {
      const user = await start({ XAI_RATE_PER_MINUTE: limit, LEASE_MS: '2000' });
      const first = await world.start('worker');
      await rows(
        world,
        `UPDATE provider_health SET failures = 5, openings = 1, opened_at = now(), opened_until = now() WHERE provider = 'xai'`,
      );
      await sleep(1100);
      sandbox.setDefaults({ firstTokenDelayMs: 60_000 });
      await user.generate('Killed');
      await until(() => sandbox.requests.length === 1);
      const [probe] = await rows<{ probe: string | null }>(
        world,
        `SELECT probe_generation AS probe FROM provider_health WHERE provider = 'xai'`,
      );
      expect(probe!.probe).not.toBeNull();
      await first.kill('SIGKILL');
      sandbox.setDefaults({ firstTokenDelayMs: 0 });
      await world.start('worker');
      await user.generate('Works again');
      await until(async () => {
        const [row] = await rows<{ state: string | null }>(
          world,
          `SELECT opened_until::text AS state FROM provider_health WHERE provider = 'xai'`,
        );
        return row!.state === null;
      });
    },
    400_000,
  );
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(50);
}

async function rows<Row extends pg.QueryResultRow>(world: World, sql: string): Promise<Row[]> {
  const client = new pg.Client(world.databaseUrl);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function unfinished(world: World): Promise<number> {
  const [row] = await rows<{ n: number }>(
    world,
    'SELECT count(*)::int AS n FROM generations WHERE finished_at IS NULL',
  );
  return row!.n;
}
