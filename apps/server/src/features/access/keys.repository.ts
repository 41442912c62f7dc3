import type { Scope } from '@octavo/contracts';
import { sql } from 'kysely';
import type { Db } from '#platform/db';

export interface KeyRow {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
}

export type KeysRepository = ReturnType<typeof createKeysRepository>;

export function createKeysRepository(db: Db) {
  const columns = ['id', 'name', 'prefix', 'scopes', 'created_at', 'expires_at', 'last_used_at'] as const;
  return {
    /**
     * Holds the account meanwhile: of keys made at the same moment none is counted too few, and what ends sessions and
     * keys (`createPasswordRepository`) comes before, so that the session is over, or after, and ends this key as well.
     */
    insert: (
      key: {
        id: string;
        userId: string;
        sessionId: string;
        name: string;
        prefix: string;
        hash: Buffer;
        scopes: Scope[];
        expiresAt: Date | null;
      },
      limit: number,
    ): Promise<KeyRow | 'session_over' | 'limit_reached'> =>
      db.transaction().execute(async (trx) => {
        await sql`SELECT FROM users WHERE id = ${key.userId} FOR NO KEY UPDATE`.execute(trx);
        const { rows } = await sql<{ count: number }>`
          SELECT (SELECT count(*)::int FROM api_keys WHERE user_id = ${key.userId}) AS count
          FROM sessions WHERE id = ${key.sessionId} AND ended_at IS NULL`.execute(trx);
        const [session] = rows;
        if (!session) return 'session_over';
        if (session.count >= limit) return 'limit_reached';
        return trx
          .insertInto('api_keys')
          .values({
            id: key.id,
            user_id: key.userId,
            name: key.name,
            prefix: key.prefix,
            key_hash: key.hash,
            scopes: key.scopes,
            expires_at: key.expiresAt,
          })
          .returning(columns)
          .executeTakeFirstOrThrow();
      }),
    list: (userId: string): Promise<KeyRow[]> =>
      db.selectFrom('api_keys').select(columns).where('user_id', '=', userId).orderBy('id', 'desc').execute(),
    async delete(userId: string, id: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('api_keys')
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
  };
}
