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

  /** A user may have a million rows: each statement takes a bite that ends in time. @returns whether it was removed */
  async function remove(id: string): Promise<boolean> {
    await cancelAll(id);
    for (;;) {
      const gone = await repository.deleteSomeGenerations(id);
      if (gone.length === 0) break;
      await deps.removeJobs(gone);
    }
    for (const table of ['contents', 'batches', 'media'] as const) {
      while ((await repository.deleteSome(table, id)) > 0);
    }
    while ((await repository.forgetSomeSpending(id)) > 0);
    if (!(await repository.deleteUser(id))) return false;
    await deps.audit({ action: 'account.deleted', actorId: null, subjectId: id });
    return true;
  }

  return {
    cancelAll,
    /** One that cannot be removed stays until the next run, and keeps nobody else. @returns how many were removed */
    async run(): Promise<number> {
      let removed = 0;
      let after = '00000000-0000-0000-0000-000000000000';
      for (;;) {
        const due = await repository.dueUsers(after);
        for (const id of due) {
          try {
            if (await remove(id)) removed += 1;
          } catch (error) {
            // Not the message: the database puts values of rows into it.
            const code = error instanceof Error && 'code' in error ? error.code : undefined;
            const name = error instanceof Error ? error.name : typeof error;
            log.error({ userId: id, name, code }, 'account not removed, will try again');
          }
        }
        const last = due.at(-1);
        if (last === undefined) return removed;
        after = last;
      }
    },
  };
}
