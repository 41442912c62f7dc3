import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { deferred, until } from '../../testing/until.ts';
import { createLog } from '../log/index.ts';
import { openBullQueue, type QueueConnection } from './connection.ts';
import { defineHandler, type JobDefinition, type JobOutcome } from './job.ts';
import { createQueue, type JobQueue, queueName } from './queue.ts';
import { createWorker, handlersByName, type QueueWorker } from './worker.ts';

const log = createLog('silent', 'test');
const job: JobDefinition<{ n: number }> = { name: 'test.job', payload: z.strictObject({ n: z.int() }) };
const redisUrl = inject('redisUrl');

describe.each([
  { backend: 'postgres' as const, skip: false },
  { backend: 'redis' as const, skip: redisUrl === undefined },
])('the job queue on $backend', ({ backend, skip }) => {
  describe.skipIf(skip)('contract', () => {
    let database: TestDatabase;
    let connection: QueueConnection;
    let queue: JobQueue;
    const workers: QueueWorker[] = [];

    beforeAll(async () => {
      database = await createTestDatabase(inject('serverUrl'));
      connection = { databaseUrl: database.url, redisUrl: backend === 'redis' ? `${redisUrl}/1` : undefined };
      queue = createQueue(connection, log);
    });
    afterEach(async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.close({ force: true })));
      const raw = openBullQueue(queueName, connection, {});
      await raw.obliterate({ force: true });
      await raw.close();
    });
    afterAll(async () => {
      await queue?.close();
      await database?.drop();
    });

    async function work(run: (payload: { n: number }) => Promise<JobOutcome>, concurrency = 5): Promise<QueueWorker> {
      const worker = createWorker({
        connection,
        jobs: [job as never],
        handlers: [defineHandler(job, run)],
        concurrency,
        log,
      });
      workers.push(worker);
      await worker.ready();
      return worker;
    }

    it('knows its backend and answers', async () => {
      expect(queue.backend).toBe(backend);
      await queue.ping();
    });

    it('runs every job that is added, and an id that waits already only once', async () => {
      const seen: number[] = [];
      for (let n = 0; n < 200; n += 1) queue.addSoon(job, { id: `job-${n}`, payload: { n } });
      for (let n = 0; n < 200; n += 1) queue.addSoon(job, { id: `job-${n}`, payload: { n } });
      // All of it goes out in one send, which has to have happened before a worker may take the first.
      await queue.rescue(job, [{ id: 'job-last', payload: { n: 200 } }]);
      await until(async () => (await counts(connection)).waiting === 201);
      await work(async ({ n }) => void seen.push(n));
      await until(() => seen.length >= 201);
      expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 201 }, (_, n) => n));
    });

    it('frees the id of a job that is done', async () => {
      let runs = 0;
      await work(async () => void (runs += 1));
      queue.addSoon(job, { id: 'job-again', payload: { n: 1 } });
      await until(async () => runs === 1 && (await counts(connection)).all === 0);
      queue.addSoon(job, { id: 'job-again', payload: { n: 1 } });
      await until(() => runs === 2);
    });

    it('does not run a delayed job before its time', async () => {
      const startedAt = performance.now();
      const ran = deferred<number>();
      await work(async () => {
        ran.resolve(performance.now() - startedAt);
        return undefined;
      });
      queue.addSoon(job, { id: 'job-later', payload: { n: 1 }, delayMs: 400 });
      expect(await ran.promise).toBeGreaterThanOrEqual(395);
    });

    it('brings a job back when the handler asks for it', async () => {
      const runs: number[] = [];
      await work(async () => {
        runs.push(performance.now());
        return runs.length < 3 ? { runAgainInMs: 100 } : undefined;
      });
      queue.addSoon(job, { id: 'job-returning', payload: { n: 1 } });
      await until(async () => runs.length === 3 && (await counts(connection)).all === 0);
      expect(runs[1]! - runs[0]!).toBeGreaterThanOrEqual(95);
    });

    it('brings a job back when the handler throws', async () => {
      let runs = 0;
      await work(async () => {
        runs += 1;
        if (runs === 1) throw new Error('the database restarts');
      });
      queue.addSoon(job, { id: 'job-thrown', payload: { n: 1 } });
      await until(async () => runs === 2 && (await counts(connection)).all === 0);
    });

    it('rescues a job that was delayed for too long, and one the queue has lost', async () => {
      const seen: number[] = [];
      await work(async ({ n }) => void seen.push(n));
      queue.addSoon(job, { id: 'job-sleeper', payload: { n: 1 }, delayMs: 3_600_000 });
      await until(async () => (await counts(connection)).delayed === 1);
      await queue.rescue(job, [
        { id: 'job-sleeper', payload: { n: 1 } },
        { id: 'job-lost', payload: { n: 2 } },
      ]);
      await until(() => seen.length === 2);
      expect(seen.toSorted((a, b) => a - b)).toEqual([1, 2]);
    });

    it('finishes what runs before it closes', async () => {
      const started = deferred<void>();
      const release = deferred<void>();
      let finished = false;
      const worker = await work(async () => {
        started.resolve();
        await release.promise;
        finished = true;
      });
      queue.addSoon(job, { id: 'job-running', payload: { n: 1 } });
      await started.promise;
      const closed = worker.close();
      await sleep(50);
      expect(finished).toBe(false);
      release.resolve();
      await closed;
      expect(finished).toBe(true);
    });
  });
});

it('says nothing of a lock that could not be renewed because its job was just handed back', async () => {
  const database = await createTestDatabase(inject('serverUrl'));
  const lines: string[] = [];
  const heard = createLog('debug', 'test', { write: (line) => void lines.push(line) });
  const connection = { databaseUrl: database.url, redisUrl: undefined };
  const queue = createQueue(connection, heard);
  const started = deferred<void>();
  const release = deferred<void>();
  let runs = 0;
  const handler = defineHandler(job, async () => {
    runs += 1;
    if (runs > 1) return undefined;
    started.resolve();
    await release.promise;
    return { runAgainInMs: 1 };
  });
  const worker = createWorker({ connection, jobs: [job as never], handlers: [handler], concurrency: 1, log: heard });
  const other = new pg.Client(database.url);
  await other.connect();
  const waits = async (statement: string) => {
    // Inside a transaction the first answer would be repeated.
    await other.query('SELECT pg_stat_clear_snapshot()');
    const { rowCount } = await other.query(
      "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database() AND query LIKE $1",
      [`%${statement}%`],
    );
    return rowCount !== 0;
  };
  try {
    queue.addSoon(job, { id: 'job-returned', payload: { n: 1 } });
    await started.promise;
    // While its row is held, first the handing back and then the renewal wait for it.
    await other.query('BEGIN');
    await other.query("SELECT FROM bullmq.job WHERE id = 'job-returned' FOR UPDATE");
    release.resolve();
    await until(() => waits('move_to_delayed'));
    await until(() => waits('locked_until_ms'));
    await other.query('COMMIT');
    await until(() => runs === 2);
  } finally {
    await other.end();
    await worker.close();
    await queue.close();
    await database.drop();
  }
  expect(lines).toEqual([]);
});

describe('handlers', () => {
  it('must be there exactly once for every job', () => {
    const handler = defineHandler(job, async () => undefined);
    expect(() => handlersByName([job as never], [])).toThrow('Job test.job has no handler');
    expect(() => handlersByName([job as never], [handler, handler])).toThrow('Job test.job has two handlers');
    expect(handlersByName([job as never], [handler]).size).toBe(1);
  });

  it('parse the payload again', async () => {
    const handler = defineHandler(job, async () => undefined);
    expect(() => handler.run({ n: 'one' })).toThrow(z.ZodError);
  });
});

async function counts(connection: QueueConnection): Promise<{ waiting: number; delayed: number; all: number }> {
  const raw = openBullQueue(queueName, connection, {});
  const { waiting = 0, delayed = 0, active = 0 } = await raw.getJobCounts('waiting', 'delayed', 'active');
  await raw.close();
  return { waiting, delayed, all: waiting + delayed + active };
}
