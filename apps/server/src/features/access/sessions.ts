import type { SessionView } from '@octavo/contracts';
import { AppError } from '#platform/http';
import type { Access } from './access.ts';
import { describeDevice } from './describe-device.ts';
import type { AccessRepository } from './repository.ts';

export interface Sessions {
  list(userId: string, currentId: string): Promise<SessionView[]>;
  /** @throws AppError not_found */
  end(userId: string, id: string): Promise<void>;
  /** All of them, or all but one; their tokens stop working at once. */
  endAll(userId: string, exceptId?: string): Promise<void>;
  /** From now on it counts as opened with a second factor. */
  markSecondFactor(userId: string, id: string): Promise<void>;
  deleteOld(): Promise<void>;
}

export function createSessions(deps: { repository: AccessRepository; access: Pick<Access, 'changed'> }): Sessions {
  const { repository, access } = deps;
  return {
    async list(userId, currentId) {
      return (await repository.sessionsOf(userId)).map(({ userAgent, ...row }) => ({
        ...row,
        current: row.id === currentId,
        device: describeDevice(userAgent),
        createdAt: row.createdAt.toISOString(),
        lastUsedAt: row.lastUsedAt.toISOString(),
      }));
    },
    async end(userId, id) {
      if (!(await repository.endSession(userId, id))) throw new AppError('not_found', 'There is no such session.');
      access.changed(userId);
    },
    async endAll(userId, exceptId) {
      await repository.endSessions(userId, exceptId);
      access.changed(userId);
    },
    async markSecondFactor(userId, id) {
      await repository.markSecondFactor(id);
      access.changed(userId);
    },
    deleteOld: repository.deleteOldSessions,
  };
}
