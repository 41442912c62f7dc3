import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import { z } from 'zod';
import type { Logger } from '../log/index.ts';
import { openBullWorker, type QueueConnection } from './connection.ts';
import type { JobDefinition, JobHandler } from './job.ts';
import { queueName } from './queue.ts';

/** BullMQ says it once for each job, beside its event `lockRenewalFailed`. */
const lockNotRenewed = 'could not renew lock for job ';

export interface QueueWorker {
  ready(): Promise<void>;
  /** Takes no more jobs and resolves when the running ones have ended; `force` does not wait for them. */
  close(options?: { force?: boolean }): Promise<void>;
}

/**
 * Runs the handlers. Throws when a job of `jobs` has no handler or two: then nothing would run it, or the
 * wrong one.
 */
export function createWorker(options: {
  connection: QueueConnection;
  jobs: JobDefinition<never>[];
  handlers: JobHandler[];
  concurrency: number;
  log: Logger;
}): QueueWorker {
  const { log } = options;
  const handlers = handlersByName(options.jobs, options.handlers);

  const running = new Set<string>();

  async function process(job: Job, token?: string): Promise<void> {
    const handler = handlers.get(job.name);
    // Neither gets better by trying again; the sweeper asks once more in a while, perhaps of another version.
    if (!handler) throw new UnrecoverableError(`No handler for job ${job.name}`);
    const id = job.id ?? '';
    running.add(id);
    const outcome = await handler
      .run(job.data)
      .catch((error: unknown) => {
        throw error instanceof z.ZodError ? new UnrecoverableError(`Payload of ${job.name} not understood`) : error;
      })
      .finally(() => running.delete(id));
    if (outcome) {
      await job.moveToDelayed(Date.now() + outcome.runAgainInMs, token);
      throw new DelayedError();
    }
  }

  const worker = openBullWorker(queueName, options.connection, process, {
    concurrency: options.concurrency,
    // After a kill -9 another worker has the job again in about 6 s (with BullMQ's defaults it takes 30 s).
    lockDuration: 5000,
    stalledInterval: 2000,
    // How often a job may be taken over is decided by the attempts in our database.
    maxStalledCount: 1_000_000,
    drainDelay: 5,
  });
  worker.on('error', (error: Error) => {
    if (!error.message.startsWith(lockNotRenewed)) log.warn({ err: error.message }, 'queue worker');
  });
  worker.on('lockRenewalFailed', (ids: string[]) => {
    // A renewal that was on its way while its job ended or was handed back finds no lock, and nothing is wrong.
    const lost = ids.filter((id) => running.has(id)).length;
    if (lost > 0) log.warn({ jobs: lost }, 'running jobs lost their lock in the queue; another worker may take them');
  });
  worker.on('failed', (job, error) => log.error({ jobId: job?.id, err: error }, 'job handler failed'));

  return {
    async ready() {
      await worker.waitUntilReady();
    },
    async close({ force = false } = {}) {
      await worker.close(force);
    },
  };
}

export function handlersByName(jobs: JobDefinition<never>[], handlers: JobHandler[]): Map<string, JobHandler> {
  const byName = new Map<string, JobHandler>();
  for (const handler of handlers) {
    if (byName.has(handler.job.name)) throw new Error(`Job ${handler.job.name} has two handlers`);
    byName.set(handler.job.name, handler);
  }
  const missing = jobs.find((job) => !byName.has(job.name));
  if (missing) throw new Error(`Job ${missing.name} has no handler`);
  return byName;
}
