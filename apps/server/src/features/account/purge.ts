import type { Audit } from '#features/audit';
import type { Logger } from '#platform/log';
import type { PurgeRepository } from './purge.repository.ts';

/** Ends a user's generations that have not ended; a worker that is at it stops. */
export type CancelGeneration = (userId: string, generationId: string) => Promise<unknown>;

/**
 * Removes accounts whose time is over, with everything that is theirs. The files of their images go with the next sweep
 * of the media, which finds them pointed at by nobody. Any number of processes may do it at once.
 */
export function createPurge(deps: {
  repository: PurgeRepository;
  cancelGeneration: CancelGeneration;
  audit: Audit;
  /** Takes them out of the queue, if they are there. */
  removeJobs: (generationIds: string[]) => Promise<void>;
  log: Logger;
}) {
  const { repository, log } = deps;

  async function cancelAll(userId: string): Promise<void> {
    for (const id of await repository.unfinishedGenerations(userId)) {
      await deps.cancelGeneration(userId, id).catch((error: unknown) => {
        // It may have ended by itself.
        log.info({ err: error instanceof Error ? error.message : error }, 'generation not cancelled');
      });
    }
  }

  return {
    cancelAll,
    /** @returns how many accounts were removed */
    async run(): Promise<number> {
      const due = await repository.dueUsers();
      for (const id of due) {
        await cancelAll(id);
        // A user may have a million rows: each statement takes a bite that ends in time.
        for (;;) {
          const gone = await repository.deleteSomeGenerations(id);
          if (gone.length === 0) break;
          await deps.removeJobs(gone);
        }
        if (!(await repository.deleteUser(id))) continue;
        await deps.audit({ action: 'account.deleted', actorId: null, subjectId: id });
      }
      return due.length;
    },
  };
}
