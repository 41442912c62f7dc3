import type { Logger } from '#platform/log';
import type { JobQueue } from '#platform/queue';
import type { EventBus } from '#platform/realtime';
import { repeatEvery } from '#platform/repeat';
import { runJob } from './run.job.ts';
import type { SweepRepository } from './sweep.repository.ts';

const batchSize = 200;
const batchesPerSweep = 10;

/**
 * Puts right what a crash left behind: generations that no job in the queue stands for any more, and those that
 * nobody may take again.
 */
export function createSweeper(deps: {
  repository: SweepRepository;
  queue: JobQueue;
  bus: EventBus;
  log: Logger;
  intervalMs: number;
}) {
  const { repository, queue, bus, log } = deps;
  let lastHousekeepingMs = 0;

  async function sweep(): Promise<void> {
    for (const end of await repository.endAbandoned('The work was interrupted too often and was given up.')) {
      const { id: generationId, userId, status: type, reason, ...place } = end;
      const words = type === 'failed' ? { type, code: 'worker_lost', reason: reason ?? '' } : { type };
      bus.publish({ topic: 'generation', userId, event: { generationId, ...place, ...words } });
      log.warn({ generationId, attempt: end.attempt, status: type }, 'nobody runs it any more: ended');
    }
    await repository.returnToLines();
    for (let batch = 0; batch < batchesPerSweep; batch += 1) {
      const overdue = await repository.takeOverdue(batchSize);
      await queue.rescue(
        runJob,
        overdue.map(({ id, place: priority }) => ({ id, payload: { generationId: id }, priority })),
      );
      if (overdue.length < batchSize) break;
    }
    if (performance.now() - lastHousekeepingMs > 600_000) {
      lastHousekeepingMs = performance.now();
      await repository.forgetIdempotencyKeys();
    }
  }

  return repeatEvery(deps.intervalMs, sweep, { log, failure: 'sweep failed, will try again' });
}
