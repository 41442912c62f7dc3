import type { JobQueue } from '#platform/queue';
import type { EventBus } from '#platform/realtime';
import { runJob } from './run.job.ts';

/**
 * Says where a pending generation is to be found: a limited provider has a line of its own in the database, which its
 * workers look after; everything else goes through the queue.
 */
export function createDispatch(deps: {
  queue: Pick<JobQueue, 'addSoon'>;
  bus: Pick<EventBus, 'publish'>;
  isLimited: (provider: string) => boolean;
}) {
  const { queue, bus, isLimited } = deps;
  return {
    isLimited,
    /** Returns at once. A hint that is lost is made good by whoever looks after the line, or by the sweeper. */
    send(generation: { id: string; provider: string; place: number; delayMs: number }): void {
      const { id, provider, place: priority, delayMs } = generation;
      if (isLimited(provider)) bus.publish({ topic: 'line', provider });
      else queue.addSoon(runJob, { id, payload: { generationId: id }, delayMs, priority });
    },
  };
}

export type Dispatch = ReturnType<typeof createDispatch>;
