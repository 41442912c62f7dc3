import { sql } from 'kysely';
import type { Db } from '#platform/db';

export type PurgeRepository = ReturnType<typeof createPurgeRepository>;

/** As in the repository of the admins: whoever takes an admin away waits for the others who do. */
const adminsLock = 7_402_112;

/** Whose entries of the ledger are nobody's any more. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** Rows in one statement: a content has versions, a batch a thousand rows. */
const bites = { contents: 100, batches: 20, media: 500 };
/** Generations in one statement; each takes a look at the whole ledger. */
const ledgerBite = 5000;

export function createPurgeRepository(db: Db) {
  return {
    /** @returns when it will be gone; undefined when it is the last admin, or there is no such account */
    requestDeletion: (id: string, graceMs: number): Promise<Date | undefined> =>
      db.transaction().execute(async (trx) => {
        await sql`SELECT pg_advisory_xact_lock(${adminsLock})`.execute(trx);
        const { rows } = await sql<{ dueAt: Date }>`
          UPDATE users u SET deletion_due_at = now() + ${graceMs} * interval '1 millisecond'
          WHERE id = ${id} AND (role = 'user' OR EXISTS (
            SELECT FROM users o WHERE o.role = 'admin' AND o.id <> u.id
              AND o.suspended_at IS NULL AND o.deletion_due_at IS NULL)
            -- Nobody is left to administrate.
            OR NOT EXISTS (SELECT FROM users o WHERE o.id <> u.id))
          RETURNING deletion_due_at AS "dueAt"`.execute(trx);
        return rows[0]?.dueAt;
      }),

    /** @returns false when its time is over */
    async restore(id: string): Promise<boolean> {
      const { rows } = await sql`
        UPDATE users SET deletion_due_at = NULL WHERE id = ${id} AND deletion_due_at > now() RETURNING id`.execute(db);
      return rows.length > 0;
    },

    /** Some of those with higher ids than `after`, in the order of their ids; none when there are no more. */
    async dueUsers(after: string): Promise<string[]> {
      const { rows } = await sql<{ id: string }>`
        SELECT id FROM users WHERE deletion_due_at <= now() AND id > ${after} ORDER BY id LIMIT 100`.execute(db);
      return rows.map(({ id }) => id);
    },

    async unfinishedGenerations(userId: string): Promise<string[]> {
      const { rows } = await sql<{ id: string }>`
        SELECT id FROM generations
        WHERE user_id = ${userId} AND status IN ('pending', 'processing') LIMIT 10000`.execute(db);
      return rows.map(({ id }) => id);
    },

    /** With their takes and run logs, and what names them elsewhere. @returns which */
    async deleteSomeGenerations(userId: string): Promise<string[]> {
      const { rows } = await sql<{ id: string }>`
        WITH gone AS (
          DELETE FROM generations WHERE id IN (
            SELECT g.id FROM generations g JOIN users u ON u.id = g.user_id
            WHERE g.user_id = ${userId} AND u.deletion_due_at <= now() LIMIT 200)
          RETURNING id
        ), turns AS (
          DELETE FROM provider_turns WHERE generation_id IN (SELECT id FROM gone)
        ), probes AS (
          UPDATE provider_health SET probe_generation = NULL, probe_attempt = NULL, probe_at = NULL
          WHERE probe_generation IN (SELECT id FROM gone)
        )
        SELECT id FROM gone`.execute(db);
      return rows.map(({ id }) => id);
    },

    /** Rows with all that hangs on them, as many as go well within the time of a statement. @returns how many */
    async deleteSome(table: keyof typeof bites, userId: string): Promise<number> {
      const { numAffectedRows } = await sql`
        DELETE FROM ${sql.table(table)} WHERE id IN (
          SELECT t.id FROM ${sql.table(table)} t JOIN users u ON u.id = t.user_id
          WHERE t.user_id = ${userId} AND u.deletion_due_at <= now() LIMIT ${bites[table]})`.execute(db);
      return Number(numAffectedRows ?? 0);
    },

    /** @returns how many entries of the ledger are nobody's from now on */
    forgetSomeSpending: (userId: string): Promise<number> =>
      db.transaction().execute(async (trx) => {
        // Whoever else is at it waits, and then sees other entries.
        const { rows } = await sql`
          SELECT FROM users WHERE id = ${userId} AND deletion_due_at <= now() FOR UPDATE`.execute(trx);
        return rows.length === 0 ? 0 : forgetSpending(trx, userId);
      }),

    /**
     * The account and all that hangs on it, and what names its addresses without hanging on it.
     * @returns false when it was gone already, or was brought back
     */
    deleteUser: (id: string): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ addresses: string[] }>`
          SELECT array_remove(ARRAY[email, phone, pending_email, pending_phone], NULL) AS addresses
          FROM users WHERE id = ${id} AND deletion_due_at <= now() FOR UPDATE`.execute(trx);
        const [user] = rows;
        // Brought back in the last moment, or gone already.
        if (!user) return false;
        const { addresses } = user;
        await sql`DELETE FROM outbox_messages WHERE destination = ANY(${addresses}::text[])`.execute(trx);
        await sql`DELETE FROM codes WHERE destination = ANY(${addresses}::text[])`.execute(trx);
        await sql`DELETE FROM invitations WHERE email = ANY(${addresses}::text[]) OR used_by = ${id}`.execute(trx);
        while ((await forgetSpending(trx, id)) > 0);
        await sql`DELETE FROM users WHERE id = ${id}`.execute(trx);
        return true;
      }),
  };
}

/**
 * What it spent stays counted for the server and its providers, as nobody's and for nothing in particular.
 * @returns how many entries were renamed, of some generations only
 */
async function forgetSpending(trx: Db, userId: string): Promise<number> {
  // Before the ledger: they are the sum of what it says of the user.
  await sql`SELECT budget_remove(scope, period) FROM budgets WHERE scope = ${`user:${userId}`}`.execute(trx);
  await sql`UPDATE budgets SET set_by = ${nobody} WHERE set_by = ${userId}`.execute(trx);
  await sql`SELECT set_config('octavo.forgetting', 'on', true)`.execute(trx);
  const { numAffectedRows } = await sql`
    WITH renamed AS MATERIALIZED (
      SELECT generation_id, gen_random_uuid() AS new_id
      FROM (SELECT DISTINCT generation_id FROM ledger_entries WHERE user_id = ${userId} LIMIT ${ledgerBite}) AS mine
    )
    UPDATE ledger_entries l SET user_id = ${nobody}, generation_id = r.new_id
    FROM renamed r WHERE l.generation_id = r.generation_id`.execute(trx);
  return Number(numAffectedRows ?? 0);
}
