import { sql } from 'kysely';
import { type Db, isUniqueViolation } from '#platform/db';

export interface UserRow {
  id: string;
  email: string;
  passwordHash: string;
  firstName: string;
  lastName: string;
}

export interface NewRefreshToken {
  id: string;
  familyId: string;
  userId: string;
  tokenHash: Buffer;
  expiresAt: Date;
}

export type AuthRepository = ReturnType<typeof createAuthRepository>;

export function createAuthRepository(db: Db) {
  const users = () =>
    db
      .selectFrom('users')
      .select(['id', 'email', 'password_hash as passwordHash', 'first_name as firstName', 'last_name as lastName']);

  return {
    /** @returns false when the address is taken */
    async insertUser(user: UserRow): Promise<boolean> {
      try {
        await db
          .insertInto('users')
          .values({
            id: user.id,
            email: user.email,
            password_hash: user.passwordHash,
            first_name: user.firstName,
            last_name: user.lastName,
          })
          .execute();
        return true;
      } catch (error) {
        if (isUniqueViolation(error, 'users_email_key')) return false;
        throw error;
      }
    },

    findUserByEmail: (email: string): Promise<UserRow | undefined> =>
      users().where('email', '=', email).executeTakeFirst(),

    findUser: (id: string): Promise<UserRow | undefined> => users().where('id', '=', id).executeTakeFirst(),

    async insertRefreshToken(token: NewRefreshToken): Promise<void> {
      await db
        .insertInto('refresh_tokens')
        .values({
          id: token.id,
          family_id: token.familyId,
          user_id: token.userId,
          token_hash: token.tokenHash,
          expires_at: token.expiresAt,
        })
        .execute();
    },

    /**
     * Uses a refresh token up and puts its successor in place, in one statement: of two requests with the same
     * token one wins. @returns the user, or undefined when the token was not valid (any more)
     */
    async rotateRefreshToken(tokenHash: Buffer, next: { id: string; tokenHash: Buffer; expiresAt: Date }) {
      const { rows } = await sql<{ user_id: string }>`
        WITH used AS (
          UPDATE refresh_tokens SET used_at = now()
          WHERE token_hash = ${tokenHash} AND used_at IS NULL AND revoked_at IS NULL AND expires_at > now()
          RETURNING family_id, user_id
        )
        INSERT INTO refresh_tokens (id, family_id, user_id, token_hash, expires_at)
        SELECT ${next.id}, family_id, user_id, ${next.tokenHash}, ${next.expiresAt} FROM used
        RETURNING user_id`.execute(db);
      return rows[0]?.user_id;
    },

    /**
     * Whether the token was used up less than `withinMs` ago and its direct successor is still the family's live
     * token. A rotation is one statement, so a successor was created at the instant its predecessor was used.
     */
    async wasJustRotated(tokenHash: Buffer, withinMs: number): Promise<boolean> {
      const { rows } = await sql`
        SELECT 1 FROM refresh_tokens used
        JOIN refresh_tokens successor ON successor.family_id = used.family_id AND successor.created_at = used.used_at
        WHERE used.token_hash = ${tokenHash} AND used.used_at > now() - ${withinMs} * interval '1 millisecond'
          AND successor.id <> used.id AND successor.used_at IS NULL AND successor.revoked_at IS NULL`.execute(db);
      return rows.length > 0;
    },

    /**
     * Ends the family of a token that is known, used or not. A statement does not see the successor that a rotation
     * under way puts in place, but it waits for the token being used up, and the next statement sees the successor: a
     * pass that finds nothing to revoke leaves nothing behind. Rows are locked in one order, so that two passes over a
     * family wait for each other. @returns whose family it was, when there was something left to end
     */
    async revokeFamily(tokenHash: Buffer): Promise<string | undefined> {
      for (let userId: string | undefined; ;) {
        const { rows } = await sql<{ user_id: string }>`
          UPDATE refresh_tokens SET revoked_at = now() WHERE id IN (
            SELECT id FROM refresh_tokens
            WHERE revoked_at IS NULL
              AND family_id = (SELECT family_id FROM refresh_tokens WHERE token_hash = ${tokenHash})
            ORDER BY id FOR UPDATE
          ) RETURNING user_id`.execute(db);
        if (!rows[0]) return userId;
        userId = rows[0].user_id;
      }
    },

    /** Expired tokens prove nothing any more. */
    async deleteExpiredTokens(): Promise<void> {
      await sql`DELETE FROM refresh_tokens WHERE expires_at < now() - interval '1 day'`.execute(db);
    },
  };
}
