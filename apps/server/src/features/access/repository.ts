import type { Role, Scope } from '@octavo/contracts';
import { sql } from 'kysely';
import type { Db } from '#platform/db';

/** What somebody who holds a token or a key may do now. */
export type Standing =
  | { id: string; userId: string; role: Role; kind: 'session'; secondFactor: boolean }
  | { id: string; userId: string; role: Role; kind: 'key'; scopes: Scope[]; expiresAt: Date | null };

export interface SessionRow {
  id: string;
  userAgent: string;
  ip: string;
  secondFactor: boolean;
  createdAt: Date;
  lastUsedAt: Date;
}

export type AccessRepository = ReturnType<typeof createAccessRepository>;

const userIsGood = sql<boolean>`u.suspended_at IS NULL AND u.deletion_due_at IS NULL`;

export function createAccessRepository(db: Db) {
  return {
    /** Those of the sessions that live, of users that are neither suspended nor deleted. */
    async findSessions(ids: string[]): Promise<Standing[]> {
      const rows = await db
        .selectFrom('sessions as s')
        .innerJoin('users as u', 'u.id', 's.user_id')
        .select(['s.id', 's.user_id as userId', 'u.role', 's.second_factor as secondFactor'])
        .where('s.id', 'in', ids)
        .where('s.ended_at', 'is', null)
        .where(userIsGood)
        .execute();
      return rows.map((row) => ({ ...row, kind: 'session' as const }));
    },

    async findKey(keyHash: Buffer): Promise<Standing | undefined> {
      const [key] = await keys().where('k.key_hash', '=', keyHash).execute();
      return key && { ...key, kind: 'key' };
    },

    async findKeys(ids: string[]): Promise<Standing[]> {
      const rows = await keys().where('k.id', 'in', ids).execute();
      return rows.map((row) => ({ ...row, kind: 'key' as const }));
    },

    async noteKeyUse(id: string): Promise<void> {
      await sql`
        UPDATE api_keys SET last_used_at = now()
        WHERE id = ${id} AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`.execute(db);
    },

    sessionsOf: (userId: string): Promise<SessionRow[]> =>
      db
        .selectFrom('sessions as s')
        .select([
          's.id',
          's.user_agent as userAgent',
          's.ip',
          's.second_factor as secondFactor',
          's.created_at as createdAt',
          's.last_used_at as lastUsedAt',
        ])
        .where('s.user_id', '=', userId)
        .where('s.ended_at', 'is', null)
        // One whose last refresh token has expired is over, although nobody ended it.
        .where((where) =>
          where.exists(
            where
              .selectFrom('refresh_tokens as t')
              .select('t.id')
              .whereRef('t.family_id', '=', 's.id')
              .where('t.used_at', 'is', null)
              .where('t.revoked_at', 'is', null)
              .where('t.expires_at', '>', sql<Date>`now()`),
          ),
        )
        .orderBy('s.last_used_at', 'desc')
        .limit(200)
        .execute(),

    /** @returns whether there was such a session */
    async endSession(userId: string, id: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('sessions')
        .set({ ended_at: sql`now()` })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** @returns how many */
    async endSessions(userId: string, exceptId: string | undefined): Promise<number> {
      let update = db
        .updateTable('sessions')
        .set({ ended_at: sql`now()` })
        .where('user_id', '=', userId)
        .where('ended_at', 'is', null);
      if (exceptId !== undefined) update = update.where('id', '<>', exceptId);
      const { numUpdatedRows } = await update.executeTakeFirst();
      return Number(numUpdatedRows);
    },

    async markSecondFactor(id: string): Promise<void> {
      await db.updateTable('sessions').set({ second_factor: true }).where('id', '=', id).execute();
    },

    /** Ended sessions are kept for a month, sessions without any refresh token that is good not at all. */
    async deleteOldSessions(): Promise<void> {
      await sql`
        DELETE FROM sessions s WHERE s.ended_at < now() - interval '30 days'
          OR (s.last_used_at < now() - interval '1 day'
            AND NOT EXISTS (SELECT FROM refresh_tokens t WHERE t.family_id = s.id AND t.expires_at > now()))`.execute(
        db,
      );
    },
  };

  function keys() {
    return db
      .selectFrom('api_keys as k')
      .innerJoin('users as u', 'u.id', 'k.user_id')
      .select(['k.id', 'k.user_id as userId', 'u.role', 'k.scopes', 'k.expires_at as expiresAt'])
      .where(userIsGood)
      .where((where) => where.or([where('k.expires_at', 'is', null), where('k.expires_at', '>', sql<Date>`now()`)]));
  }
}
