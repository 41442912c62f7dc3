import type { AccountLanguage, Channel } from '@octavo/contracts';
import { sql } from 'kysely';
import { type Db, isUniqueViolation } from '#platform/db';

export type AddressRepository = ReturnType<typeof createAddressRepository>;

/** The addresses of accounts: which belong to whom, and which wait to be confirmed. */
export function createAddressRepository(db: Db) {
  return {
    /** What a code would confirm: the address that waits, else the one that was never confirmed. */
    async toConfirm(
      userId: string,
      channel: Channel,
    ): Promise<{ to: string; language: AccountLanguage; isTaken: boolean } | undefined> {
      const { rows } = await (
        channel === 'email'
          ? sql<{ to: string | null; language: AccountLanguage; isTaken: boolean }>`
              SELECT coalesce(u.pending_email, CASE WHEN u.email_verified_at IS NULL THEN u.email END) AS to, u.language,
                EXISTS (SELECT FROM users o WHERE o.email = u.pending_email AND o.id <> u.id) AS "isTaken"
              FROM users u WHERE u.id = ${userId}`
          : sql<{ to: string | null; language: AccountLanguage; isTaken: boolean }>`
              SELECT coalesce(u.pending_phone, CASE WHEN u.phone_verified_at IS NULL THEN u.phone END) AS to, u.language,
                EXISTS (SELECT FROM users o WHERE o.phone = u.pending_phone AND o.id <> u.id) AS "isTaken"
              FROM users u WHERE u.id = ${userId}`
      ).execute(db);
      const [row] = rows;
      return row?.to == null ? undefined : { to: row.to, language: row.language, isTaken: row.isTaken };
    },

    async confirm(
      userId: string,
      channel: Channel,
      to: string,
    ): Promise<'confirmed' | 'code_invalid' | 'email_taken' | 'phone_taken'> {
      try {
        const { numAffectedRows } = await (
          channel === 'email'
            ? sql`
                UPDATE users SET email = ${to}, email_verified_at = now(), pending_email = NULL
                WHERE id = ${userId} AND (pending_email = ${to} OR email = ${to})`
            : sql`
                UPDATE users SET phone = ${to}, phone_verified_at = now(), pending_phone = NULL
                WHERE id = ${userId} AND (pending_phone = ${to} OR phone = ${to})`
        ).execute(db);
        return numAffectedRows === 1n ? 'confirmed' : 'code_invalid';
      } catch (error) {
        if (isUniqueViolation(error, 'users_email_key')) return 'email_taken';
        if (isUniqueViolation(error, 'users_phone_key')) return 'phone_taken';
        throw error;
      }
    },

    async setPending(userId: string, channel: Channel, to: string): Promise<void> {
      const column = channel === 'email' ? 'pending_email' : 'pending_phone';
      await db
        .updateTable('users')
        .set({ [column]: to })
        .where('id', '=', userId)
        .execute();
    },

    async isConfirmed(userId: string): Promise<boolean> {
      const { rows } = await sql`
        SELECT 1 FROM users
        WHERE id = ${userId} AND (email_verified_at IS NOT NULL OR phone_verified_at IS NOT NULL)`.execute(db);
      return rows.length > 0;
    },
  };
}
