import type { SessionView } from '@octavo/contracts';
import type { Audit } from '#features/audit';
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

export function createSessions(deps: {
  repository: AccessRepository;
  access: Pick<Access, 'changed'>;
  audit: Audit;
}): Sessions {
  const { repository, access, audit } = deps;
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
      await audit({ action: 'session.ended', details: { sessionId: id } });
    },
    async endAll(userId, exceptId) {
      const sessions = await repository.endSessions(userId, exceptId);
      access.changed(userId);
      if (sessions > 0) await audit({ action: 'session.ended', subjectId: userId, details: { sessions } });
    },
    async markSecondFactor(userId, id) {
      await repository.markSecondFactor(id);
      access.changed(userId);
    },
    deleteOld: repository.deleteOldSessions,
  };
}
