import type { Config } from '#config';
import { createAdminRepository } from '#features/admin';
import { createAddressRepository, createAuthRepository } from '#features/auth';
import type { Db } from '#platform/db';
import { AppError } from '#platform/http';

/**
 * For work that goes on without a request, such as the rows of a batch: no session was looked at, so whoever has been
 * suspended or is being deleted is refused here. @throws AppError account_suspended, account_deleted, verification_required
 */
export async function createAssertMayGenerate(config: Config, db: Db): Promise<(userId: string) => Promise<void>> {
  const users = createAuthRepository(db);
  const addresses = createAddressRepository(db);
  const isRequired = config.accounts.requireVerification ?? (await canSendCodes(config, db));
  return async (userId) => {
    const user = await users.findUser(userId);
    if (!user || user.suspendedAt) throw new AppError('account_suspended');
    if (user.deletionDueAt) throw new AppError('account_deleted');
    if (isRequired && !(await addresses.isConfirmed(userId))) throw new AppError('verification_required');
  };
}

/** Whether mail or WhatsApp is set up; the credentials are not opened. */
export async function canSendCodes(config: Config, db: Db): Promise<boolean> {
  if (config.mail !== undefined || config.whatsapp.settings !== undefined) return true;
  const stored = await createAdminRepository(db).storedSecrets();
  return stored.some(({ name }) => name === 'mail' || name === 'whatsapp');
}
