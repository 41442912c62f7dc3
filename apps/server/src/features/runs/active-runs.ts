import type { Fence } from '#platform/db';
import type { Logger } from '#platform/log';
import type { EventBus } from '#platform/realtime';
import type { RunRepository } from './run.repository.ts';

/**
 * Why a take stops before its provider has finished: its user wants it to, another worker has it now, or this
 * process is going down and hands it back.
 */
export class TakeStopped extends Error {
  override readonly name = 'TakeStopped';
  readonly why: 'cancelled' | 'fenced' | 'shutdown';

  constructor(why: TakeStopped['why']) {
    super(`take stopped: ${why}`);
    this.why = why;
  }
}

export interface ActiveRun {
  signal: AbortSignal;
  stop(why: TakeStopped['why']): void;
  end(): void;
}

/**
 * The takes this process is working on: keeps their leases alive, and stops those that were cancelled (by a bus
 * message, or at the next heartbeat when the message was lost) or that are not ours any more.
 */
export function createActiveRuns(deps: { repository: RunRepository; bus: EventBus; log: Logger; leaseMs: number }) {
  const { repository, bus, log, leaseMs } = deps;
  const runs = new Map<string, { fence: Fence; abort: AbortController }>();
  let stopping = false;
  let beating = false;

  const unsubscribe = bus.subscribe((message) => {
    if (message.topic === 'cancel') runs.get(message.generationId)?.abort.abort(new TakeStopped('cancelled'));
  });

  async function beat(): Promise<void> {
    if (beating || runs.size === 0) return;
    beating = true;
    const held = new Map(runs);
    try {
      const ours = await repository.extendLeases(
        [...held.values()].map(({ fence }) => fence),
        leaseMs,
      );
      for (const [id, { abort, fence }] of held) {
        // It may have ended, or begun anew, while we asked.
        if (runs.get(id)?.fence !== fence) continue;
        const state = ours.get(id);
        if (!state) abort.abort(new TakeStopped('fenced'));
        else if (state.cancelRequested) abort.abort(new TakeStopped('cancelled'));
      }
    } catch (error) {
      log.warn({ err: error, runs: held.size }, 'leases not extended, will try again');
    } finally {
      beating = false;
    }
  }

  const heartbeat = setInterval(() => void beat(), leaseMs / 4);
  heartbeat.unref();

  return {
    start(fence: Fence): ActiveRun {
      const abort = new AbortController();
      const run = { fence, abort };
      // An earlier take of the same generation, whose lease ran out while the database was away: nobody else would stop it.
      runs.get(fence.generationId)?.abort.abort(new TakeStopped('fenced'));
      runs.set(fence.generationId, run);
      if (stopping) abort.abort(new TakeStopped('shutdown'));
      return {
        signal: abort.signal,
        stop: (why) => abort.abort(new TakeStopped(why)),
        end() {
          if (runs.get(fence.generationId) === run) runs.delete(fence.generationId);
        },
      };
    },

    /** Makes every running take, and every one that starts from now on, hand itself back. */
    handBack(): void {
      stopping = true;
      for (const { abort } of runs.values()) abort.abort(new TakeStopped('shutdown'));
    },

    close(): void {
      clearInterval(heartbeat);
      unsubscribe();
    },
  };
}

export type ActiveRuns = ReturnType<typeof createActiveRuns>;
