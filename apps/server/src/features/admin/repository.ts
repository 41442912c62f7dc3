import type { AdminUserQuery, Role, SecretName } from '@octavo/contracts';
import { sql } from 'kysely';
import type { Db } from '#platform/db';

export type AdminRepository = ReturnType<typeof createAdminRepository>;

const isActiveAdmin = sql<boolean>`role = 'admin' AND suspended_at IS NULL AND deletion_due_at IS NULL`;
/** Whoever takes an admin away waits for the others who do: the last one must stay. */
const adminsLock = 7_402_112;

export function createAdminRepository(db: Db) {
  const users = () =>
    db
      .selectFrom('users as u')
      .select([
        'u.id',
        'u.email',
        'u.phone',
        'u.pending_email',
        'u.pending_phone',
        'u.first_name',
        'u.last_name',
        'u.role',
        'u.email_verified_at',
        'u.phone_verified_at',
        'u.suspended_at',
        'u.deletion_due_at',
        'u.created_at',
      ])
      .select(
        sql<boolean>`EXISTS (SELECT FROM totp_secrets t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL)
          OR EXISTS (SELECT FROM passkeys p WHERE p.user_id = u.id)`.as('second_factor'),
      );

  /** @returns undefined when there is no such user, false when it would take the last admin away */
  function takeAdmin(id: string, change: (trx: Db) => Promise<void>): Promise<boolean | undefined> {
    return db.transaction().execute(async (trx) => {
      await sql`SELECT pg_advisory_xact_lock(${adminsLock})`.execute(trx);
      const { rows } = await sql<{ mine: boolean; others: boolean }>`
        SELECT (role = 'admin') AS mine,
          EXISTS (SELECT FROM users o WHERE ${isActiveAdmin} AND o.id <> ${id}) AS others
        FROM users WHERE id = ${id} FOR UPDATE`.execute(trx);
      const [user] = rows;
      if (!user) return undefined;
      if (user.mine && !user.others) return false;
      await change(trx);
      return true;
    });
  }

  /** An invitation lasts no longer than the right to make it. */
  async function dropInvitations(trx: Db, createdBy: string): Promise<void> {
    await sql`DELETE FROM invitations WHERE created_by = ${createdBy} AND used_at IS NULL`.execute(trx);
  }

  return {
    /** Newest first; one more than `limit`, so that the caller knows whether there is more. */
    list({ search, cursor }: AdminUserQuery, limit: number) {
      let rows = users()
        .orderBy('u.id', 'desc')
        .limit(limit + 1);
      if (cursor !== undefined) rows = rows.where('u.id', '<', cursor);
      if (search !== undefined) {
        const pattern = `%${search.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
        rows = rows.where((where) =>
          where.or([
            where('u.email', 'ilike', pattern),
            where('u.pending_email', 'ilike', pattern),
            where('u.phone', 'ilike', pattern),
            where(sql`u.first_name || ' ' || u.last_name`, 'ilike', pattern),
          ]),
        );
      }
      return rows.execute();
    },

    find: (id: string) => users().where('u.id', '=', id).executeTakeFirst(),

    suspend: (id: string) =>
      takeAdmin(id, async (trx) => {
        await sql`UPDATE users SET suspended_at = coalesce(suspended_at, now()) WHERE id = ${id}`.execute(trx);
        await sql`UPDATE sessions SET ended_at = now() WHERE user_id = ${id} AND ended_at IS NULL`.execute(trx);
        await dropInvitations(trx, id);
      }),

    async reinstate(id: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('users')
        .set({ suspended_at: null })
        .where('id', '=', id)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    setRole(id: string, role: Role): Promise<boolean | undefined> {
      const set = async (on: Db) => {
        const { numUpdatedRows } = await on.updateTable('users').set({ role }).where('id', '=', id).executeTakeFirst();
        return numUpdatedRows === 1n;
      };
      return role === 'user'
        ? takeAdmin(id, async (trx) => {
            await set(trx);
            await dropInvitations(trx, id);
          })
        : set(db).then((found) => found || undefined);
    },

    /** Whoever takes the maker's rights away waits, and finds it. @returns false when they are gone already */
    async insertInvitation(invitation: {
      id: string;
      tokenHash: Buffer;
      email: string | null;
      role: Role;
      createdBy: string;
      expiresAt: Date;
    }): Promise<boolean> {
      const { numAffectedRows } = await sql`
        INSERT INTO invitations (id, token_hash, email, role, created_by, expires_at)
        SELECT ${invitation.id}, ${invitation.tokenHash}, ${invitation.email}, ${invitation.role}, maker.id,
          ${invitation.expiresAt}::timestamptz
        FROM (SELECT id FROM users WHERE id = ${invitation.createdBy} AND ${isActiveAdmin} FOR SHARE) AS maker`.execute(
        db,
      );
      return numAffectedRows === 1n;
    },

    invitations: () =>
      db
        .selectFrom('invitations')
        .select(['id', 'email', 'role', 'created_at', 'expires_at', 'used_at'])
        .orderBy('id', 'desc')
        .limit(200)
        .execute(),

    /** One that still works. */
    openInvitation: (tokenHash: Buffer) =>
      db
        .selectFrom('invitations')
        .select(['email', 'role', 'expires_at'])
        .where('token_hash', '=', tokenHash)
        .where('used_at', 'is', null)
        .where('expires_at', '>', sql<Date>`now()`)
        .executeTakeFirst(),

    async deleteInvitation(id: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('invitations')
        .where('id', '=', id)
        .where('used_at', 'is', null)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },

    storedSecrets: () => db.selectFrom('stored_secrets').select(['name', 'updated_at']).orderBy('name').execute(),

    sealedSecrets: () => db.selectFrom('stored_secrets').select(['name', 'sealed']).execute(),

    findSecret: (name: SecretName) =>
      db.selectFrom('stored_secrets').select('sealed').where('name', '=', name).executeTakeFirst(),

    async putSecret(name: SecretName, sealed: string): Promise<void> {
      await sql`
        INSERT INTO stored_secrets (name, sealed) VALUES (${name}, ${sealed})
        ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, updated_at = now()`.execute(db);
    },

    async deleteSecret(name: SecretName): Promise<boolean> {
      const { numDeletedRows } = await db.deleteFrom('stored_secrets').where('name', '=', name).executeTakeFirst();
      return numDeletedRows === 1n;
    },
  };
}
