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
    /** @returns undefined when the user has `limit` keys already */
    async insert(
      key: {
        id: string;
        userId: string;
        name: string;
        prefix: string;
        hash: Buffer;
        scopes: Scope[];
        expiresAt: Date | null;
      },
      limit: number,
    ): Promise<KeyRow | undefined> {
      const { rows } = await sql<KeyRow>`
        INSERT INTO api_keys (id, user_id, name, prefix, key_hash, scopes, expires_at)
        SELECT ${key.id}, ${key.userId}, ${key.name}, ${key.prefix}, ${key.hash}, ${key.scopes}::text[],
          ${key.expiresAt}::timestamptz
        WHERE (SELECT count(*) FROM api_keys WHERE user_id = ${key.userId}) < ${limit}
        RETURNING id, name, prefix, scopes, created_at, expires_at, last_used_at`.execute(db);
      return rows[0];
    },
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
    async deleteAll(userId: string): Promise<number> {
      const { numDeletedRows } = await db.deleteFrom('api_keys').where('user_id', '=', userId).executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
