import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../log/index.ts';
import { backendOf, openBullQueue, type QueueBackend, type QueueConnection } from './connection.ts';
import type { JobDefinition, QueuedJob } from './job.ts';

export const queueName = 'octavo';

/**
 * Puts jobs into the queue. The database is the truth about what must run; the queue only says when a worker
 * should look: a job that is lost here is put back by the sweeper.
 */
export interface JobQueue {
  readonly backend: QueueBackend;
  /** Makes sure that these jobs run now, whatever the queue knows of them: lost, forgotten or delayed for too long. */
  rescue<Payload>(job: JobDefinition<Payload>, entries: QueuedJob<Payload>[]): Promise<void>;
  /** Returns at once; entries of the same moment travel together. A failure is logged: the sweeper repairs it. */
  addSoon<Payload>(job: JobDefinition<Payload>, entry: QueuedJob<Payload>): void;
  /** Takes them out. Those that run already go on. */
  remove(ids: string[]): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  name: string;
  data: unknown;
  opts: { jobId: string; delay?: number; priority?: number };
}

const bulkSize = 500;
/** Fewer than this go one by one: a bulk makes two temporary tables in PostgreSQL, the work of a dozen single adds. */
const bulkFrom = 16;
/** After a bulk, so that a busy process sends few large ones. What comes when it is quiet waits for nothing. */
const gatherMs = 100;

export function createQueue(connection: QueueConnection, log: Logger): JobQueue {
  const queue = openBullQueue(queueName, connection, {
    defaultJobOptions: {
      // A finished job leaves no trace, so that its id is free when the sweeper adds it again.
      removeOnComplete: true,
      removeOnFail: true,
      // The handler decides about retries; these are for what it did not expect, such as a database that restarts.
      attempts: 1_000_000,
      backoff: { type: 'fixed', delay: 1000 },
      // One is enough to see what is wrong; a job that waits for a database for an hour would gather thousands.
      stackTraceLimit: 1,
    },
  });
  queue.on('error', (error: Error) => log.warn({ err: error.message }, 'queue connection'));

  let waiting: Entry[] = [];
  let sending: Promise<void> | undefined;

  async function sendWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, bulkSize);
      waiting = waiting.slice(bulkSize);
      try {
        if (batch.length >= bulkFrom) await queue.addBulk(batch);
        else await Promise.all(batch.map(({ name, data, opts }) => queue.add(name, data, opts)));
      } catch (error) {
        log.warn({ err: error, jobs: batch.length }, 'could not enqueue; the sweeper will');
      }
      if (batch.length >= bulkFrom) await sleep(gatherMs);
    }
  }

  return {
    backend: backendOf(connection),
    async rescue(job, entries) {
      await queue.addBulk(entries.map((entry) => toBull(job, entry)));
      // Adding does nothing for a job the queue still has; one that was delayed by a wrong clock must be woken.
      if (entries.length === 0 || (await queue.getDelayedCount()) === 0) return;
      for (const { id } of entries) {
        try {
          const known = await queue.getJob(id);
          if (known && (await known.isDelayed())) await known.promote();
        } catch (error) {
          // It began to run between the two questions.
          log.debug({ err: error, jobId: id }, 'job not woken');
        }
      }
    },
    addSoon(job, entry) {
      waiting.push(toBull(job, entry));
      // The next turn of the event loop: what other requests of this moment add goes along.
      sending ??= new Promise<void>((resolve) => setImmediate(resolve))
        .then(sendWaiting)
        .finally(() => (sending = undefined));
    },
    async remove(ids) {
      for (const id of ids) {
        await queue.remove(id).catch((error: unknown) => log.warn({ err: error, jobId: id }, 'job not removed'));
      }
    },
    async ping() {
      await queue.getJobCounts('wait');
    },
    async close() {
      await sending;
      await queue.close();
    },
  };
}

function toBull<Payload>(job: JobDefinition<Payload>, entry: QueuedJob<Payload>): Entry {
  return {
    name: job.name,
    data: entry.payload,
    opts: {
      jobId: entry.id,
      ...(entry.delayMs ? { delay: entry.delayMs } : {}),
      ...(entry.priority ? { priority: entry.priority } : {}),
    },
  };
}
