import type { Channel } from '@octavo/contracts';
import { sql } from 'kysely';
import type { Db } from '#platform/db';

export type PasswordRepository = ReturnType<typeof createPasswordRepository>;

/**
 * A new password and the end of what the old one has opened, in one transaction. The first statement locks the account: a
 * sign-in that was faster is there for the second to end, one that comes later finds another password (`insertSession`).
 */
export function createPasswordRepository(db: Db) {
  return {
    /**
     * Ends every session but one.
     * @returns how many; undefined when the password was changed meanwhile
     */
    change: (
      userId: string,
      change: { fromHash: string; toHash: string; keepSessionId: string },
    ): Promise<number | undefined> =>
      db.transaction().execute(async (trx) => {
        const { numAffectedRows } = await sql`
          UPDATE users SET password_hash = ${change.toHash}
          WHERE id = ${userId} AND password_hash = ${change.fromHash}`.execute(trx);
        if (numAffectedRows === 0n) return undefined;
        return (await end(trx, userId, change.keepSessionId)).sessions;
      }),

    /**
     * For somebody who has read a message at this address, which confirms the address as well. Ends every session and
     * the API keys: whoever was in before may have made some.
     * @returns how many of them; undefined when the account is gone or has another address by now
     */
    recover: (
      userId: string,
      { channel, to, toHash }: { channel: Channel; to: string; toHash: string },
    ): Promise<{ sessions: number; keys: number } | undefined> =>
      db.transaction().execute(async (trx) => {
        const { numAffectedRows } = await (
          channel === 'email'
            ? sql`
                UPDATE users SET password_hash = ${toHash}, email_verified_at = coalesce(email_verified_at, now())
                WHERE id = ${userId} AND email = ${to}`
            : sql`
                UPDATE users SET password_hash = ${toHash}, phone_verified_at = coalesce(phone_verified_at, now())
                WHERE id = ${userId} AND phone = ${to}`
        ).execute(trx);
        if (numAffectedRows === 0n) return undefined;
        const { sessions } = await end(trx, userId, null);
        const keys = await trx.deleteFrom('api_keys').where('user_id', '=', userId).executeTakeFirst();
        return { sessions, keys: Number(keys.numDeletedRows) };
      }),
  };
}

/** What the old password has opened, and what was asked for to replace it. */
async function end(trx: Db, userId: string, keepSessionId: string | null): Promise<{ sessions: number }> {
  await sql`
    UPDATE codes SET used_at = now()
    WHERE user_id = ${userId} AND purpose = 'recover' AND used_at IS NULL`.execute(trx);
  const { numAffectedRows = 0n } = await sql`
    UPDATE sessions SET ended_at = now()
    WHERE user_id = ${userId} AND ended_at IS NULL AND id IS DISTINCT FROM ${keepSessionId}::uuid`.execute(trx);
  return { sessions: Number(numAffectedRows) };
}
