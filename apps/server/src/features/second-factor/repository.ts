import { sql } from 'kysely';
import type { Db } from '#platform/db';

export interface PasskeyRow {
  id: string;
  userId: string;
  name: string;
  publicKey: Buffer;
  counter: number;
  transports: string[];
  createdAt: Date;
  lastUsedAt: Date | null;
}

export type SecondFactorRepository = ReturnType<typeof createSecondFactorRepository>;

export function createSecondFactorRepository(db: Db) {
  const passkeys = () =>
    db
      .selectFrom('passkeys')
      .select([
        'id',
        'user_id as userId',
        'name',
        'public_key as publicKey',
        'counter',
        'transports',
        'created_at as createdAt',
        'last_used_at as lastUsedAt',
      ]);
  const toPasskey = (row: Omit<PasskeyRow, 'counter'> & { counter: string }): PasskeyRow => ({
    ...row,
    counter: Number(row.counter),
  });

  /** With the last second factor go, in the same transaction, the recovery codes and what sessions could do because of it. */
  const remove = (userId: string, work: (trx: Db) => Promise<boolean>): Promise<boolean> =>
    db.transaction().execute(async (trx) => {
      await lock(trx, userId);
      if (!(await work(trx))) return false;
      await sql`
        WITH bare AS (
          SELECT id FROM users u WHERE id = ${userId}
            AND NOT EXISTS (SELECT FROM totp_secrets t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL)
            AND NOT EXISTS (SELECT FROM passkeys p WHERE p.user_id = u.id)
        ), codes AS (
          DELETE FROM recovery_codes WHERE user_id IN (SELECT id FROM bare)
        )
        UPDATE sessions SET second_factor = false WHERE user_id IN (SELECT id FROM bare)`.execute(trx);
      return true;
    });

  return {
    async status(userId: string): Promise<{ totp: boolean; passkeys: number; recoveryCodesLeft: number }> {
      const { rows } = await sql<{ totp: boolean; passkeys: number; recoveryCodesLeft: number }>`
        SELECT EXISTS (SELECT FROM totp_secrets WHERE user_id = ${userId} AND confirmed_at IS NOT NULL) AS totp,
          (SELECT count(*)::int FROM passkeys WHERE user_id = ${userId}) AS passkeys,
          (SELECT count(*)::int FROM recovery_codes WHERE user_id = ${userId} AND used_at IS NULL)
            AS "recoveryCodesLeft"`.execute(db);
      return rows[0] ?? { totp: false, passkeys: 0, recoveryCodesLeft: 0 };
    },

    /** Counts a try. @returns how many there were within the window, this one included */
    async countTry(userId: string, windowMs: number): Promise<number> {
      const { rows } = await sql<{ tries: number }>`
        UPDATE users SET
          factor_tries = CASE WHEN factor_tries_since > now() - ${windowMs} * interval '1 millisecond'
            THEN factor_tries + 1 ELSE 1 END,
          factor_tries_since = CASE WHEN factor_tries_since > now() - ${windowMs} * interval '1 millisecond'
            THEN factor_tries_since ELSE now() END
        WHERE id = ${userId} RETURNING factor_tries AS tries`.execute(db);
      return rows[0]?.tries ?? Infinity;
    },

    async forgetTries(userId: string): Promise<void> {
      await db.updateTable('users').set({ factor_tries: 0 }).where('id', '=', userId).execute();
    },

    /** A secret that waits for its first code; it replaces one that waits, not one that is in use. */
    async putTotp(userId: string, sealed: string): Promise<boolean> {
      const { numAffectedRows } = await sql`
        INSERT INTO totp_secrets (user_id, sealed) VALUES (${userId}, ${sealed})
        ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, last_step = 0, created_at = now()
        WHERE totp_secrets.confirmed_at IS NULL`.execute(db);
      return numAffectedRows === 1n;
    },

    findTotp: (userId: string) =>
      db
        .selectFrom('totp_secrets')
        .select(['sealed', 'confirmed_at as confirmedAt'])
        .where('user_id', '=', userId)
        .executeTakeFirst(),

    /** Takes the code of a step once, and none of an earlier step after it; the first one confirms the secret. */
    async useTotpStep(userId: string, step: number): Promise<boolean> {
      const { numAffectedRows } = await sql`
        UPDATE totp_secrets SET last_step = ${step}, confirmed_at = coalesce(confirmed_at, now())
        WHERE user_id = ${userId} AND last_step < ${step}`.execute(db);
      return numAffectedRows === 1n;
    },

    deleteTotp: (userId: string): Promise<boolean> =>
      remove(userId, async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('totp_secrets')
          .where('user_id', '=', userId)
          .executeTakeFirst();
        return numDeletedRows === 1n;
      }),

    putRecoveryCodes: (userId: string, hashes: Buffer[]): Promise<void> =>
      db.transaction().execute(async (trx) => {
        await trx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
        await trx
          .insertInto('recovery_codes')
          .values(hashes.map((hash) => ({ user_id: userId, code_hash: hash })))
          .execute();
      }),

    async useRecoveryCode(userId: string, hash: Buffer): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('recovery_codes')
        .set({ used_at: sql`now()` })
        .where('user_id', '=', userId)
        .where('code_hash', '=', hash)
        .where('used_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async passkeysOf(userId: string): Promise<PasskeyRow[]> {
      return (await passkeys().where('user_id', '=', userId).orderBy('created_at').execute()).map(toPasskey);
    },

    async findPasskey(id: string): Promise<PasskeyRow | undefined> {
      const row = await passkeys().where('id', '=', id).executeTakeFirst();
      return row && toPasskey(row);
    },

    /** Holds the account meanwhile, so that of passkeys added at the same moment none is counted too few. */
    insertPasskey: (
      passkey: Omit<PasskeyRow, 'createdAt' | 'lastUsedAt'>,
      limit: number,
    ): Promise<PasskeyRow | 'known_already' | 'limit_reached'> =>
      db.transaction().execute(async (trx) => {
        await lock(trx, passkey.userId);
        const { rows } = await sql<{ count: number }>`
          SELECT count(*)::int AS count FROM passkeys WHERE user_id = ${passkey.userId}`.execute(trx);
        if ((rows[0]?.count ?? 0) >= limit) return 'limit_reached';
        const inserted = await trx
          .insertInto('passkeys')
          .values({
            id: passkey.id,
            user_id: passkey.userId,
            name: passkey.name,
            public_key: passkey.publicKey,
            counter: passkey.counter,
            transports: passkey.transports,
          })
          .onConflict((on) => on.doNothing())
          .returning('created_at as createdAt')
          .executeTakeFirst();
        return inserted ? { ...passkey, createdAt: inserted.createdAt, lastUsedAt: null } : 'known_already';
      }),

    /** @returns false when it was used meanwhile, or is a copy that lags behind */
    async notePasskeyUse(id: string, from: number, counter: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('passkeys')
        .set({ counter, last_used_at: sql`now()` })
        .where('id', '=', id)
        .where('counter', '=', String(from))
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async renamePasskey(userId: string, id: string, name: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('passkeys')
        .set({ name })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    deletePasskey: (userId: string, id: string): Promise<boolean> =>
      remove(userId, async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('passkeys')
          .where('id', '=', id)
          .where('user_id', '=', userId)
          .executeTakeFirst();
        return numDeletedRows === 1n;
      }),

    async deleteAll(userId: string): Promise<void> {
      await remove(userId, async (trx) => {
        await trx.deleteFrom('totp_secrets').where('user_id', '=', userId).execute();
        await trx.deleteFrom('passkeys').where('user_id', '=', userId).execute();
        return true;
      });
    },

    async insertChallenge(challenge: string, userId: string | null, lifetimeMs: number): Promise<void> {
      await sql`
        INSERT INTO passkey_challenges (challenge, user_id, expires_at)
        VALUES (${challenge}, ${userId}, now() + ${lifetimeMs} * interval '1 millisecond')`.execute(db);
    },

    /** A challenge is answered once. */
    async takeChallenge(challenge: string, userId: string | null): Promise<boolean> {
      const { numAffectedRows } = await sql`
        DELETE FROM passkey_challenges
        WHERE challenge = ${challenge} AND user_id IS NOT DISTINCT FROM ${userId}::uuid AND expires_at > now()`.execute(
        db,
      );
      return numAffectedRows === 1n;
    },

    async deleteOldChallenges(): Promise<void> {
      await sql`DELETE FROM passkey_challenges WHERE expires_at < now()`.execute(db);
    },

    findOwner: (userId: string) =>
      db
        .selectFrom('users')
        .select(['email', 'phone', 'pending_email', 'pending_phone', 'first_name', 'last_name'])
        .where('id', '=', userId)
        .executeTakeFirst(),
  };
}

/** Whoever adds or removes second factors of an account goes one after the other. */
async function lock(trx: Db, userId: string): Promise<void> {
  await sql`SELECT FROM users WHERE id = ${userId} FOR NO KEY UPDATE`.execute(trx);
}
