import type { Channel } from '@octavo/contracts';
import { sql } from 'kysely';
import type { Db } from '#platform/db';

export interface NewCode {
  id: string;
  userId: string | null;
  purpose: 'verify' | 'recover';
  channel: Channel;
  destination: string;
  codeHash: Buffer;
  lifetimeMs: number;
}

export type CodesRepository = ReturnType<typeof createCodesRepository>;

export function createCodesRepository(db: Db) {
  return {
    /** Voids what was sent there before for the same purpose. @returns false when the limits allow no more */
    insert(code: NewCode, limits: { perDestination: number; inAll: number; windowMs: number }): Promise<boolean> {
      return db.transaction().execute(async (trx) => {
        // One after the other, so that none slips through the counts.
        await sql`SELECT pg_advisory_xact_lock(7402111)`.execute(trx);
        const { rows } = await sql<{ there: number; all: number }>`
          SELECT count(*)::int AS "all", (count(*) FILTER (WHERE destination = ${code.destination}))::int AS there
          FROM codes WHERE created_at > now() - ${limits.windowMs} * interval '1 millisecond'`.execute(trx);
        const { there = 0, all = 0 } = rows[0] ?? {};
        if (there >= limits.perDestination || all >= limits.inAll) return false;
        await sql`
          UPDATE codes SET used_at = now()
          WHERE destination = ${code.destination} AND purpose = ${code.purpose}
            AND user_id IS NOT DISTINCT FROM ${code.userId} AND used_at IS NULL`.execute(trx);
        await sql`
          INSERT INTO codes (id, user_id, purpose, channel, destination, code_hash, expires_at)
          VALUES (${code.id}, ${code.userId}, ${code.purpose}, ${code.channel}, ${code.destination}, ${code.codeHash},
            now() + ${code.lifetimeMs} * interval '1 millisecond')`.execute(trx);
        return true;
      });
    },

    /**
     * Counts a try against the code that was sent to an address last, whoever's it is.
     * @returns undefined when there is none that still takes tries
     */
    async countTry(which: {
      purpose: NewCode['purpose'];
      destination: string;
      /** Only this user's; of anybody when it is left out. */
      userId?: string;
      maxTries: number;
    }): Promise<{ id: string; userId: string | null; codeHash: Buffer } | undefined> {
      const { rows } = await sql<{ id: string; userId: string | null; codeHash: Buffer }>`
        UPDATE codes SET tries = tries + 1
        WHERE id = (
          SELECT id FROM codes
          WHERE destination = ${which.destination} AND purpose = ${which.purpose} AND used_at IS NULL
            AND (${which.userId ?? null}::uuid IS NULL OR user_id = ${which.userId ?? null}::uuid)
          ORDER BY created_at DESC LIMIT 1
        ) AND tries < ${which.maxTries} AND used_at IS NULL AND expires_at > now()
        RETURNING id, user_id AS "userId", code_hash AS "codeHash"`.execute(db);
      return rows[0];
    },

    /** Of many requests with the same code one gets true. */
    async useUp(id: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('codes')
        .set({ used_at: sql`now()` })
        .where('id', '=', id)
        .where('used_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** The user of a link that is used up with this call; undefined for every other link. */
    async useLink(codeHash: Buffer): Promise<{ userId: string; destination: string } | undefined> {
      const row = await db
        .updateTable('codes')
        .set({ used_at: sql`now()` })
        .where('code_hash', '=', codeHash)
        .where('purpose', '=', 'recover')
        .where('channel', '=', 'email')
        .where('used_at', 'is', null)
        .where('expires_at', '>', sql<Date>`now()`)
        .returning(['user_id as userId', 'destination'])
        .executeTakeFirst();
      return row?.userId == null ? undefined : { userId: row.userId, destination: row.destination };
    },

    async deleteOld(): Promise<void> {
      await sql`DELETE FROM codes WHERE created_at < now() - interval '1 day'`.execute(db);
    },
  };
}
