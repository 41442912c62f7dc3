import type { AccountLanguage, Role } from '@octavo/contracts';
import { type RawBuilder, sql } from 'kysely';
import { type Db, isUniqueViolation } from '#platform/db';

export interface UserRow {
  id: string;
  email: string | null;
  phone: string | null;
  pendingEmail: string | null;
  pendingPhone: string | null;
  passwordHash: string;
  firstName: string;
  lastName: string;
  language: AccountLanguage;
  role: Role;
  suspendedAt: Date | null;
  deletionDueAt: Date | null;
}

export type NewUser = Omit<UserRow, 'role' | 'suspendedAt' | 'deletionDueAt'>;

export interface NewRefreshToken {
  id: string;
  familyId: string;
  userId: string;
  tokenHash: Buffer;
  expiresAt: Date;
}

/** Whose session a refresh token belongs to. */
interface Renewed {
  userId: string;
  sessionId: string;
}

export type InsertOutcome = 'inserted' | 'email_taken' | 'phone_taken' | 'not_first' | 'invitation_invalid';

export type AuthRepository = ReturnType<typeof createAuthRepository>;

/** Taken by whoever may become the first account; two at once would both be. */
const firstAccountLock = 7_402_110;

export function createAuthRepository(db: Db) {
  const users = () =>
    db
      .selectFrom('users')
      .select([
        'id',
        'email',
        'phone',
        'pending_email as pendingEmail',
        'pending_phone as pendingPhone',
        'password_hash as passwordHash',
        'first_name as firstName',
        'last_name as lastName',
        'language',
        'role',
        'suspended_at as suspendedAt',
        'deletion_due_at as deletionDueAt',
      ]);

  return {
    async hasUsers(): Promise<boolean> {
      const { rows } = await sql`SELECT 1 FROM users LIMIT 1`.execute(db);
      return rows.length > 0;
    },

    /**
     * The first account of all becomes admin. `only: 'first'` inserts no other; an invitation is used up with the insert,
     * or nothing happens, and gives its role.
     */
    async insertUser(
      user: NewUser,
      options: { mayBeFirst: boolean; only?: 'first'; invitation?: Buffer | undefined },
    ): Promise<InsertOutcome> {
      try {
        return await db.transaction().execute(async (trx): Promise<InsertOutcome> => {
          let role: Role = 'user';
          let isFirst = false;
          if (options.mayBeFirst) {
            await sql`SELECT pg_advisory_xact_lock(${firstAccountLock})`.execute(trx);
            isFirst = (await sql`SELECT 1 FROM users LIMIT 1`.execute(trx)).rows.length === 0;
            if (isFirst) role = 'admin';
          }
          if (options.only === 'first' && !isFirst) return 'not_first';
          if (options.invitation && !isFirst) {
            const invited = await trx
              .updateTable('invitations')
              .set({ used_at: sql`now()` })
              .where('token_hash', '=', options.invitation)
              .where('used_at', 'is', null)
              .where('expires_at', '>', sql<Date>`now()`)
              .where((where) =>
                where.or([where('email', 'is', null), where('email', '=', user.email ?? user.pendingEmail ?? '')]),
              )
              .returning('role')
              .executeTakeFirst();
            if (!invited) return 'invitation_invalid';
            ({ role } = invited);
          }
          await trx
            .insertInto('users')
            .values({
              id: user.id,
              email: user.email,
              phone: user.phone,
              pending_email: user.pendingEmail,
              pending_phone: user.pendingPhone,
              password_hash: user.passwordHash,
              first_name: user.firstName,
              last_name: user.lastName,
              language: user.language,
              role,
            })
            .execute();
          if (options.invitation) {
            await trx
              .updateTable('invitations')
              .set({ used_by: user.id })
              .where('token_hash', '=', options.invitation)
              .execute();
          }
          return 'inserted';
        });
      } catch (error) {
        if (isUniqueViolation(error, 'users_email_key')) return 'email_taken';
        if (isUniqueViolation(error, 'users_phone_key')) return 'phone_taken';
        throw error;
      }
    },

    /**
     * Who may be meant by an address, the account it belongs to first, then the newest one that waits to confirm it
     * and has no other. At most two.
     */
    async findByAddress({ email, phone }: { email?: string | undefined; phone?: string | undefined }) {
      const owner = await (
        email === undefined ? users().where('phone', '=', phone ?? '') : users().where('email', '=', email)
      ).executeTakeFirst();
      const waiting = await (
        email === undefined
          ? users().where('pending_phone', '=', phone ?? '')
          : users().where('pending_email', '=', email)
      )
        .where('email', 'is', null)
        .where('phone', 'is', null)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return { owner, waiting };
    },

    findUser: (id: string): Promise<UserRow | undefined> => users().where('id', '=', id).executeTakeFirst(),

    /**
     * A session and its first refresh token. The lock on the account makes a new password, a suspension and a deletion
     * wait, so that what they end includes this one.
     * @returns false when one of them came first: what was proved is proved no more
     */
    async insertSession(
      token: NewRefreshToken,
      session: { ip: string; userAgent: string; secondFactor: boolean; passwordHash: string },
    ): Promise<boolean> {
      const { rows } = await sql`
        WITH owner AS (
          SELECT id FROM users
          WHERE id = ${token.userId} AND password_hash = ${session.passwordHash}
            AND suspended_at IS NULL AND deletion_due_at IS NULL
          FOR SHARE
        ), session AS (
          INSERT INTO sessions (id, user_id, ip, user_agent, second_factor)
          SELECT ${token.familyId}::uuid, id, ${session.ip}, ${session.userAgent}, ${session.secondFactor}::boolean FROM owner
        )
        INSERT INTO refresh_tokens (id, family_id, user_id, token_hash, expires_at)
        SELECT ${token.id}::uuid, ${token.familyId}::uuid, id, ${token.tokenHash}::bytea, ${token.expiresAt}::timestamptz
        FROM owner
        RETURNING id`.execute(db);
      return rows.length === 1;
    },

    /**
     * Uses a refresh token up and puts its successor in place, in one statement: of two requests with the same
     * token one wins. A session that has ended, by logout or for another reason, gets nothing.
     * @returns whose it is, or undefined when the token was not valid (any more)
     */
    async rotateRefreshToken(tokenHash: Buffer, next: { id: string; tokenHash: Buffer; expiresAt: Date }) {
      const { rows } = await sql<Renewed>`
        WITH used AS (
          UPDATE refresh_tokens SET used_at = now()
          WHERE token_hash = ${tokenHash} AND used_at IS NULL AND revoked_at IS NULL AND expires_at > now()
            AND ${sessionIsGood(sql.ref('family_id'))}
          RETURNING family_id, user_id
        ), touched AS (
          UPDATE sessions SET last_used_at = now() WHERE id = (SELECT family_id FROM used)
        )
        INSERT INTO refresh_tokens (id, family_id, user_id, token_hash, expires_at)
        SELECT ${next.id}, family_id, user_id, ${next.tokenHash}, ${next.expiresAt} FROM used
        RETURNING user_id AS "userId", family_id AS "sessionId"`.execute(db);
      return rows[0];
    },

    /**
     * Whose a token is that was used up less than `withinMs` ago, when what followed it is its successor and that one
     * is still good and unused.
     */
    async findRepeated(tokenHash: Buffer, successorHash: Buffer, withinMs: number): Promise<Renewed | undefined> {
      const { rows } = await sql<Renewed>`
        SELECT used.user_id AS "userId", used.family_id AS "sessionId" FROM refresh_tokens used
        JOIN refresh_tokens successor ON successor.family_id = used.family_id AND successor.token_hash = ${successorHash}
        WHERE used.token_hash = ${tokenHash} AND used.used_at > now() - ${withinMs} * interval '1 millisecond'
          AND successor.used_at IS NULL AND successor.revoked_at IS NULL AND successor.expires_at > now()
          AND ${sessionIsGood(sql.ref('used.family_id'))}`.execute(db);
      return rows[0];
    },

    /**
     * Ends the family of a token that is known, used or not, and its session with it. A statement does not see the
     * successor that a rotation under way puts in place, but it waits for the token being used up, and the next statement
     * sees the successor: a pass that finds nothing to revoke leaves nothing behind. Rows are locked in one order, so
     * that two passes over a family wait for each other.
     * @returns whose session it was, when it lived until now
     */
    async revokeFamily(tokenHash: Buffer): Promise<string | undefined> {
      for (;;) {
        const { numAffectedRows = 0n } = await sql`
          UPDATE refresh_tokens SET revoked_at = now() WHERE id IN (
            SELECT id FROM refresh_tokens
            WHERE revoked_at IS NULL
              AND family_id = (SELECT family_id FROM refresh_tokens WHERE token_hash = ${tokenHash})
            ORDER BY id FOR UPDATE
          )`.execute(db);
        if (numAffectedRows === 0n) break;
      }
      const { rows } = await sql<{ userId: string }>`
        UPDATE sessions SET ended_at = now()
        WHERE ended_at IS NULL AND id = (SELECT family_id FROM refresh_tokens WHERE token_hash = ${tokenHash})
        RETURNING user_id AS "userId"`.execute(db);
      return rows[0]?.userId;
    },

    /** Expired tokens prove nothing any more. */
    async deleteExpiredTokens(): Promise<void> {
      await sql`DELETE FROM refresh_tokens WHERE expires_at < now() - interval '1 day'`.execute(db);
    },

    /** Accounts that nobody has confirmed, where that is asked for, do not pile up. Admins stay. */
    async deleteUnconfirmed(olderThanMs: number): Promise<void> {
      await sql`
        DELETE FROM users WHERE id IN (
          SELECT id FROM users
          WHERE email IS NULL AND phone IS NULL AND role = 'user'
            AND (pending_email IS NOT NULL OR pending_phone IS NOT NULL)
            AND created_at < now() - ${olderThanMs} * interval '1 millisecond'
          LIMIT 1000)`.execute(db);
    },
  };
}

function sessionIsGood(familyId: RawBuilder<unknown>) {
  return sql<boolean>`EXISTS (
    SELECT FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ${familyId} AND s.ended_at IS NULL AND u.suspended_at IS NULL AND u.deletion_due_at IS NULL)`;
}
