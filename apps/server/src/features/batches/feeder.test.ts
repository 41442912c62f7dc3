import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { BatchDetail, GenerateBody } from '@octavo/contracts';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createGenerationRepository, createGenerationService, type GenerationService } from '#features/generations';
import { createIdempotencyKeys } from '#features/idempotency';
import { createDispatch } from '#features/lines';
import { type Db, openDatabase } from '#platform/db';
import { createLog } from '#platform/log';
import { createQueue } from '#platform/queue';
import { createBus } from '#platform/realtime';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { deferred, until } from '../../testing/until.ts';
import { createFeedRepository } from './feed.repository.ts';
import { createFeeder } from './feeder.ts';
import { createBatchRepository } from './repository.ts';
import { createBatchService } from './service.ts';

const log = createLog('silent', 'test');
const template = { title: 'About {{city}}', prompt: 'Write about {{city}}' };
const rowsOf = (count: number) => Array.from({ length: count }, (_, n) => ({ city: `Town ${n + 1}` }));

async function create(user: TestUser, body: Record<string, unknown>): Promise<BatchDetail> {
  const request = { title: 'Towns', contentType: 'social', template, ...body };
  return (await user.call<BatchDetail>('POST', '/api/batches', request)).body.data;
}

async function get(user: TestUser, id: string): Promise<BatchDetail> {
  return (await user.call<BatchDetail>('GET', `/api/batches/${id}`)).body.data;
}

/** Everything that came of a batch, by row. */
async function generationsOf(database: pg.Client, userId: string) {
  const { rows } = await database.query<{ title: string; count: number }>(
    `SELECT title, count(*)::int AS count FROM generations WHERE user_id = $1 GROUP BY title`,
    [userId],
  );
  return { rows: rows.length, most: Math.max(0, ...rows.map((row) => row.count)) };
}

describe('two workers on one batch', () => {
  let server: TestServer;
  let database: pg.Client;
  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 2, env: { BATCH_WINDOW: '10' } });
    database = new pg.Client(server.database.url);
    await database.connect();
  });
  afterAll(async () => {
    await database?.end();
    await server?.stop();
  });

  it('submit each row once, and together no more than the window', async () => {
    const user = await server.signUp();
    const { id } = await create(user, { rows: rowsOf(300), startsPaused: false });
    let most = 0;
    await until(async () => {
      const { rows } = await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM generations WHERE status IN ('pending', 'processing')`,
      );
      most = Math.max(most, rows[0]?.count ?? 0);
      return (await get(user, id)).endedAt !== null;
    }, 300_000);
    expect(most).toBeLessThanOrEqual(10);
    expect((await get(user, id)).counts.completed).toBe(300);
    expect(await generationsOf(database, user.session.user.id)).toEqual({ rows: 300, most: 1 });
    expect(server.sandbox.requests).toHaveLength(300);
  }, 400_000);
});

describe('a worker that dies', () => {
  let server: TestServer;
  let user: TestUser;
  let database: pg.Client;
  beforeAll(async () => {
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: { BATCH_WINDOW: '20', LEASE_MS: '1000' },
    });
    user = await server.signUp();
    database = new pg.Client(server.database.url);
    await database.connect();
  });
  afterAll(async () => {
    await database?.end();
    await server?.stop();
  });

  it('by kill -9, again and again, costs no row and doubles none', async () => {
    const { id } = await create(user, { rows: rowsOf(150), startsPaused: false });
    const workers: ChildProcess[] = [];
    try {
      for (const goal of [20, 50, 90, 150]) {
        const worker = spawn(process.execPath, [resolve(import.meta.dirname, '../../main.ts'), 'worker'], {
          env: { ...process.env, ...server.env },
          stdio: 'ignore',
        });
        workers.push(worker);
        await until(async () => (await get(user, id)).counts.completed >= goal, 180_000);
        if (goal === 150) continue;
        const gone = once(worker, 'exit');
        worker.kill('SIGKILL');
        await gone;
      }
      await until(async () => (await get(user, id)).status === 'completed');
    } finally {
      for (const worker of workers) worker.kill('SIGKILL');
    }
    expect(await generationsOf(database, user.session.user.id)).toEqual({ rows: 150, most: 1 });
    expect((await get(user, id)).counts).toMatchObject({ completed: 150, failed: 0, cancelled: 0 });
  }, 600_000);
});

/** A feeder as a worker has one, that can be stopped at the moment between a row's submit and what follows. */
describe('a feeder', () => {
  let server: TestServer;
  let user: TestUser;
  let database: pg.Client;
  let stops: Array<() => Promise<unknown>> = [];
  beforeAll(async () => {
    // Nobody runs the generations: what is submitted stays to be counted.
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    database = new pg.Client(server.database.url);
    await database.connect();
  });
  beforeEach(async () => {
    user = await server.signUp();
  });
  afterEach(async () => {
    for (const stop of stops.toReversed()) await stop();
    stops = [];
  });
  afterAll(async () => {
    await database?.end();
    await server?.stop();
  });

  function open(applicationName: string): Db {
    const db = openDatabase({
      connectionString: server.database.url,
      poolSize: 5,
      applicationName,
      onIdleError: () => undefined,
    });
    stops.push(() => db.destroy());
    return db;
  }

  async function startFeeder(
    name: string,
    wrap: (service: GenerationService) => Partial<GenerationService> = () => ({}),
  ) {
    const db = open(name);
    const connection = { databaseUrl: server.database.url, redisUrl: undefined };
    const [queue, bus] = [createQueue(connection, log), await createBus(connection, log)];
    const service = createGenerationService({
      repository: createGenerationRepository(db),
      keys: createIdempotencyKeys(db),
      dispatch: createDispatch({ queue, bus, isLimited: () => false }),
      circuits: { blockedMs: () => 0, refresh: () => Promise.resolve() },
      bus,
      providers: { candidates: () => [] },
      budgets: { quote: () => Promise.resolve(undefined) },
      quota: { take: (_userId, work) => work() },
      defaultDelayMs: 0,
      assertMayGenerate: () => Promise.resolve(),
      intake: { findContent: () => Promise.resolve(undefined), findImages: () => Promise.resolve([]) },
      viewImages: () => Promise.resolve([]),
    });
    const feeder = createFeeder({
      repository: createFeedRepository(open(`${name} feed`)),
      generations: { ...service, ...wrap(service) },
      bus,
      log,
      window: 30,
      intervalMs: 50,
    });
    stops.push(() => Promise.all([queue.close(), bus.close()]));
    return feeder;
  }

  it('that dies between the submit of a row and anything after it neither loses nor doubles the row', async () => {
    const { id } = await create(user, { rows: rowsOf(25), startsPaused: false });
    const submitted: string[] = [];
    // Only when all is over does it come to itself again, and then it has nothing to say any more.
    const forEver = Promise.withResolvers<never>();
    const doomed = await startFeeder('doomed', ({ submit }) => ({
      async submit(...args) {
        if (submitted.length >= 12) return forEver.promise;
        const answer = await submit(...args);
        submitted.push(answer.accepted.title);
        return forEver.promise;
      },
    }));
    await until(() => submitted.length >= 12);
    const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`;
    await database.query(kill, ['doomed feed']);
    const feeder = await startFeeder('heir');
    await until(async () => (await get(user, id)).counts.pending === 25);
    await feeder.close();
    forEver.reject(new Error('late'));
    await doomed.close();
    expect(await generationsOf(database, user.session.user.id)).toEqual({ rows: 25, most: 1 });
    expect((await get(user, id)).counts).toMatchObject({ pending: 25, waiting: 0, failed: 0 });
  });

  it('is waited for by a cancel, which then misses no row', async () => {
    const { id } = await create(user, { rows: rowsOf(5), startsPaused: false });
    const [began, goOn] = [deferred<void>(), deferred<void>()];
    const feeder = await startFeeder('slow', ({ submit }) => ({
      async submit(...args) {
        began.resolve();
        await goOn.promise;
        return submit(...args);
      },
    }));
    await began.promise;
    const cancelled = user.call<BatchDetail>('POST', `/api/batches/${id}/cancel`);
    await until(async () => {
      const { rows } = await database.query(`SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        AND query LIKE '%UPDATE batches SET status = ''cancelled''%'`);
      return rows.length === 1;
    });
    goOn.resolve();
    expect((await cancelled).body.data.counts).toMatchObject({ cancelled: 5, waiting: 0, pending: 0 });
    await until(async () => (await get(user, id)).endedAt !== null);
    await feeder.close();
    expect(await generationsOf(database, user.session.user.id)).toEqual({ rows: 5, most: 1 });
  });

  it('refuses a row that has no content, once', async () => {
    const { id } = await create(user, { rows: rowsOf(3), startsPaused: false });
    await database.query('UPDATE batch_rows SET content_id = NULL WHERE batch_id = $1 AND number > 1', [id]);
    const feeder = await startFeeder('strict');
    await until(async () => (await get(user, id)).counts.waiting === 0);
    await feeder.close();
    expect((await get(user, id)).counts).toMatchObject({ pending: 1, failed: 2 });
    expect(await generationsOf(database, user.session.user.id)).toEqual({ rows: 1, most: 1 });
  });

  it('cancels what an API that died while cancelling has left', async () => {
    const { id } = await create(user, { rows: rowsOf(3), startsPaused: false });
    const feeder = await startFeeder('tidy');
    await until(async () => (await get(user, id)).counts.pending === 3);
    await createBatchRepository(open('dead api')).cancel(user.session.user.id, id);
    await until(async () => (await get(user, id)).endedAt !== null);
    await feeder.close();
    expect((await get(user, id)).counts.cancelled).toBe(3);
  });

  it('keeps the pace: one row when it is due, and after a pause no more than those of a second', async () => {
    const { id } = await create(user, { rows: rowsOf(30), startsPaused: false, rowsPerMinute: 120 });
    const repository = createFeedRepository(open('paced'));
    const fed = async (refused = 0): Promise<number> => {
      let count = 0;
      await repository.feed(id, 20, async (_batch, rows) => {
        count = rows.length;
        return {
          refused: rows.slice(0, refused).map(({ number }) => ({ number, error: 'x' })),
          pausedReason: undefined,
        };
      });
      return count;
    };
    const wait = (ms: number) =>
      database.query(`UPDATE batches SET next_row_at = now() - $2::int * interval '1 ms' WHERE id = $1`, [id, ms]);
    const { rows: before } = await database.query<{ at: string }>('SELECT now()::text AS at');
    expect(await fed()).toBe(1);
    const { rows } = await database.query(
      `SELECT next_row_at >= $2::timestamptz + interval '500 ms' AS is_ahead FROM batches WHERE id = $1`,
      [id, before[0]?.at],
    );
    expect(rows).toEqual([{ is_ahead: true }]);
    await wait(-60_000);
    expect(await fed()).toBe(0);
    await wait(600_000);
    expect(await fed()).toBe(3);
    // What was refused asked nothing of anybody.
    await wait(600_000);
    expect(await fed(3)).toBe(3);
    expect(await fed()).toBe(3);
  });

  describe('and the limit of the cost', () => {
    const body = { title: 'x', contentType: 'social' as const, template, rows: rowsOf(4), startsPaused: true };

    function service(
      estimate?: (userId: string, request: GenerateBody) => Promise<{ worstCaseMicroUsd: number; known: boolean }>,
    ) {
      const db = open('limits');
      return createBatchService({
        repository: createBatchRepository(db),
        keys: createIdempotencyKeys(db),
        cancelGeneration: () => Promise.resolve(),
        announce: () => undefined,
        images: { views: () => Promise.resolve([]), read: () => Promise.reject(new Error('there are none')) },
        ...(estimate && { estimate }),
      });
    }

    it('shows what all rows may cost, and starts nothing that may cost more than was allowed', async () => {
      const userId = user.session.user.id;
      // A tenth of a cent for each letter.
      const batches = service((_user, { prompt }) =>
        Promise.resolve({ worstCaseMicroUsd: prompt.length * 1000, known: true }),
      );
      const most = 4 * 'Write about Town 1'.length * 1000;
      const { batch: draft } = await batches.create(userId, { ...body, maxCostUsd: (most - 1) / 1_000_000 }, undefined);
      expect(draft).toMatchObject({ maxCostMicroUsd: most - 1, estimate: { worstCaseMicroUsd: most, known: true } });
      await expect(batches.start(userId, draft.id)).rejects.toMatchObject({ code: 'cost_above_limit' });
      expect(await batches.get(userId, draft.id)).toMatchObject({ status: 'draft', estimate: draft.estimate });

      const { batch: enough } = await batches.create(userId, { ...body, maxCostUsd: most / 1_000_000 }, undefined);
      expect((await batches.start(userId, enough.id)).status).toBe('running');
      const before = (await batches.list(userId, {})).pagination.total;
      const atOnce = { ...body, startsPaused: false, maxCostUsd: 0 };
      await expect(batches.create(userId, atOnce, undefined)).rejects.toMatchObject({ code: 'cost_above_limit' });
      expect((await batches.list(userId, {})).pagination.total).toBe(before);
    });

    it('keeps no limit that it cannot keep', async () => {
      const userId = user.session.user.id;
      for (const batches of [service(), service(() => Promise.resolve({ worstCaseMicroUsd: 0, known: false }))]) {
        const { batch: draft } = await batches.create(userId, { ...body, maxCostUsd: 1 }, undefined);
        await expect(batches.start(userId, draft.id)).rejects.toMatchObject({ code: 'cost_above_limit' });
      }
    });
  });
});
