import { setTimeout as sleep } from 'node:timers/promises';
import type { BudgetsView, GenerationAccepted, Session, Success, UnknownCostView } from '@octavo/contracts';
import { describe, expect, inject, it } from 'vitest';
import { verifyLedger } from '../../apps/server/src/features/budgets/index.ts';
import { type Db, openDatabase } from '../../apps/server/src/platform/db/index.ts';
import { awayFromMidnight } from '../../apps/server/src/testing/away-from-midnight.ts';
import { createWorld, type World } from '../lib/world.ts';

const redisUrl = inject('redisUrl');
/** What the sandbox is made to charge for each take, in micro-USD. */
const take = 20_000;
const limit = 50 * take;

describe.each([
  { backend: 'postgres' as const, skip: false },
  { backend: 'redis' as const, skip: redisUrl === undefined },
])('workers on $backend that are killed amid their calls', ({ backend, skip }) => {
  it.skipIf(skip)(
    'never spend more than the budget, and lose track of nothing',
    async () => {
      const world = await createWorld({
        backend,
        tokensPerSecond: 60,
        env: {
          LEASE_MS: '1500',
          SWEEP_INTERVAL_MS: '300',
          GENERATION_BACKOFF_MS: '100',
          WORKER_CONCURRENCY: '10',
          PRICE_OVERRIDES: JSON.stringify({ 'sandbox/*': { usdPerTake: take / 1e6 } }),
        },
      });
      const db = openDatabase({
        connectionString: world.databaseUrl,
        poolSize: 2,
        applicationName: 'test',
        onIdleError: () => undefined,
      });
      try {
        await run(world, db);
      } finally {
        await db.destroy();
        await world.stop();
      }
    },
    400_000,
  );
});

async function run(world: World, db: Db): Promise<void> {
  await awayFromMidnight();
  const api = await world.start('api');
  const workers = [await world.start('worker'), await world.start('worker')];
  const { access_token: token } = await ask<Session>(api.url, 'POST', '/api/auth/register', {
    email: 'money@example.org',
    password: 'correct horse battery',
    firstName: 'M',
    lastName: 'M',
  });
  const call = <T>(method: string, path: string, body?: unknown): Promise<T> =>
    ask<T>(api.url, method, path, body, token);
  await call('PUT', '/api/budgets/server/day', { limitMicroUsd: limit });

  const answers = await Promise.allSettled(
    Array.from({ length: 200 }, (_, n) =>
      call<GenerationAccepted>('POST', '/api/content/generate', {
        title: `Job ${n}`,
        contentType: 'social',
        prompt: `Number ${n} [sandbox:ok words=60]`,
      }),
    ),
  );
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
  for (let n = 0; n < 4; n += 1) {
    const victim = workers[n % 2]!;
    await runningTake(db);
    await victim.kill('SIGKILL');
    expect(await verifyLedger(db)).toEqual([]);
    await victim.start();
  }
  await allEnded(db);

  // What was begun is paid for, or held because nobody knows: 50 takes either way, and not one more.
  const takes = await db.selectFrom('generation_attempts').select(['outcome', 'cost_micro_usd as cost']).execute();
  const vanished = takes.filter(({ outcome }) => outcome === 'interrupted').length;
  expect(takes).toHaveLength(50);
  expect(vanished).toBeGreaterThan(0);
  expect(await budget()).toMatchObject({ spentMicroUsd: (50 - vanished) * take, heldMicroUsd: vanished * take });
  expect(await verifyLedger(db)).toEqual([]);
  const failed = await db
    .selectFrom('generations')
    .select(['id', 'failure_code'])
    .where('status', '=', 'failed')
    .execute();
  expect(failed.map((row) => row.failure_code)).toEqual(failed.map(() => 'budget_exhausted'));
  expect(failed).toHaveLength(vanished);

  // The provider's bill says that the lost calls cost nothing: then there is room to do them again.
  for (const { generationId, attempt } of await call<UnknownCostView[]>('GET', '/api/usage/unknown')) {
    await call('POST', `/api/usage/unknown/${generationId}/${attempt}`, { costMicroUsd: 0 });
  }
  expect((await budget()).heldMicroUsd).toBe(0);
  await Promise.all(failed.map(({ id }) => call('POST', `/api/generations/${id}/retry`)));
  await allEnded(db);
  expect(await budget()).toMatchObject({ spentMicroUsd: limit, heldMicroUsd: 0 });
  expect(await verifyLedger(db)).toEqual([]);

  async function budget() {
    const [only] = (await call<BudgetsView>('GET', '/api/budgets')).budgets;
    return only!;
  }
}

async function ask<T>(url: string, method: string, path: string, body?: unknown, token?: string): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status} ${await response.text()}`);
  return ((await response.json()) as Success<T>).data;
}

/** Waits until a take has words in the log, if there is still one to come. */
async function runningTake(db: Db): Promise<void> {
  for (;;) {
    const running = await db
      .selectFrom('generations as g')
      .innerJoin('generation_events as e', (join) =>
        join.onRef('e.generation_id', '=', 'g.id').onRef('e.attempt', '=', 'g.attempt'),
      )
      .select('g.id')
      .where('g.status', '=', 'processing')
      .where('e.type', '=', 'delta')
      .executeTakeFirst();
    if (running || (await unfinished(db)) === 0) return;
    await sleep(50);
  }
}

async function allEnded(db: Db): Promise<void> {
  while ((await unfinished(db)) > 0) await sleep(200);
}

async function unfinished(db: Db): Promise<number> {
  const { n } = await db
    .selectFrom('generations')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('finished_at', 'is', null)
    .executeTakeFirstOrThrow();
  return n;
}
