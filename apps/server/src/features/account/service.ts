import type {
  AccountLanguage,
  AccountView,
  ChangePasswordBody,
  DeletionView,
  UpdateAccountBody,
} from '@octavo/contracts';
import { hashPassword, verifyPassword } from '#platform/crypto';
import type { Audit } from '#features/audit';
import { AppError } from '#platform/http';
import type { PurgeRepository } from './purge.repository.ts';
import type { AccountRepository } from './repository.ts';

export interface AccountService {
  get(userId: string): Promise<AccountView>;
  update(userId: string, body: UpdateAccountBody): Promise<AccountView>;
  /** @throws AppError invalid_credentials */
  checkPassword(userId: string, password: string): Promise<void>;
  /** Ends every other session. @throws AppError invalid_credentials, validation_failed */
  changePassword(userId: string, sessionId: string, body: ChangePasswordBody): Promise<void>;
  /**
   * Ends every session, stops the keys and the generations that run, and lets a week pass before everything goes.
   * @throws AppError invalid_credentials, last_admin
   */
  delete(userId: string, password: string): Promise<DeletionView>;
  /** Brings a deleted account back, as long as its week is not over. @throws AppError not_found */
  restore(userId: string): Promise<void>;
}

/** For somebody who has changed their mind. */
const deletionGraceMs = 7 * 86_400_000;

interface Owner {
  id: string;
  email: string | null;
  language: AccountLanguage;
}

export function createAccountService(deps: {
  repository: AccountRepository;
  audit: Audit;
  purge: Pick<PurgeRepository, 'requestDeletion' | 'restore'>;
  requireVerification: boolean;
  checkNewPassword: (password: string, personal: string[], field: string) => void;
  secondFactorOf: (userId: string) => Promise<AccountView['secondFactor']>;
  /** With the end of every other session. @returns how many; undefined when the password was changed meanwhile */
  setPassword: (
    userId: string,
    change: { fromHash: string; toHash: string; keepSessionId: string },
  ) => Promise<number | undefined>;
  endSessions: (userId: string) => Promise<void>;
  cancelGenerations: (userId: string) => Promise<void>;
  /** Something of what the user may do has changed. */
  changed: (userId: string) => void;
  tellOfPassword: (user: Owner) => void;
  tellOfDeletion: (user: Owner, at: Date) => void;
}): AccountService {
  const { repository, audit } = deps;

  async function find(userId: string) {
    const user = await repository.find(userId);
    if (!user) throw new AppError('unauthorized', 'This account does not exist any more.');
    return user;
  }

  async function assertPassword(user: { password_hash: string }, password: string, field: string): Promise<void> {
    if (await verifyPassword(user.password_hash, password)) return;
    throw new AppError('invalid_credentials', 'The password is wrong.', {
      fields: [{ path: `body.${field}`, message: 'is wrong' }],
    });
  }

  async function get(userId: string): Promise<AccountView> {
    const [user, secondFactor] = await Promise.all([find(userId), deps.secondFactorOf(userId)]);
    const isConfirmed = user.email_verified_at !== null || user.phone_verified_at !== null;
    return {
      id: user.id,
      email: user.email,
      emailVerified: user.email_verified_at !== null,
      phone: user.phone,
      phoneVerified: user.phone_verified_at !== null,
      pendingEmail: user.pending_email,
      pendingPhone: user.pending_phone,
      firstName: user.first_name,
      lastName: user.last_name,
      language: user.language,
      role: user.role,
      mayGenerate: isConfirmed || !deps.requireVerification,
      secondFactor,
      createdAt: user.created_at.toISOString(),
    };
  }

  return {
    get,
    async update(userId, body) {
      await repository.update(userId, body);
      return get(userId);
    },
    async checkPassword(userId, password) {
      await assertPassword(await find(userId), password, 'password');
    },
    async changePassword(userId, sessionId, { currentPassword, newPassword }) {
      const user = await find(userId);
      await assertPassword(user, currentPassword, 'currentPassword');
      const personal = [user.email, user.phone, user.first_name, user.last_name].filter((each) => each !== null);
      deps.checkNewPassword(newPassword, personal, 'body.newPassword');
      const toHash = await hashPassword(newPassword);
      const sessions = await deps.setPassword(userId, {
        fromHash: user.password_hash,
        toHash,
        keepSessionId: sessionId,
      });
      if (sessions === undefined) throw new AppError('invalid_credentials', 'The password was changed meanwhile.');
      deps.changed(userId);
      await audit({ action: 'password.changed', details: { sessions } });
      deps.tellOfPassword(user);
    },

    async delete(userId, password) {
      const user = await find(userId);
      await assertPassword(user, password, 'password');
      const dueAt = await deps.purge.requestDeletion(userId, deletionGraceMs);
      if (!dueAt) throw new AppError('last_admin', 'You are the last admin. Make somebody else admin first.');
      await audit({ action: 'account.deletion_asked' });
      await deps.endSessions(userId);
      await deps.cancelGenerations(userId);
      deps.tellOfDeletion(user, dueAt);
      return { deletedAt: dueAt.toISOString() };
    },

    async restore(userId) {
      if (!(await deps.purge.restore(userId))) throw new AppError('not_found', 'There is nothing to restore.');
      deps.changed(userId);
      await audit({ action: 'account.deletion_undone', actorId: userId });
    },
  };
}
