import type { AuditListQuery } from '@octavo/contracts';
import { type Insertable, type Selectable, sql } from 'kysely';
import type { Database, Db } from '#platform/db';

export type AuditRow = Selectable<Database['audit_log']>;
export type NewAuditRow = Omit<Insertable<Database['audit_log']>, 'id' | 'at'>;

export type AuditRepository = ReturnType<typeof createAuditRepository>;

/** Taken by whoever looks for an entry before writing it. */
const onceLock = 7_402_113;

/** There is no way to change or remove an entry: the database refuses. */
export function createAuditRepository(db: Db) {
  return {
    async insert(row: NewAuditRow): Promise<void> {
      await db.insertInto('audit_log').values(row).execute();
    },

    /** Unless there is one with the same action and details. */
    insertOnce: (row: NewAuditRow): Promise<void> =>
      db.transaction().execute(async (trx) => {
        await sql`SELECT pg_advisory_xact_lock(${onceLock})`.execute(trx);
        const { rows } = await sql`
          SELECT 1 FROM audit_log WHERE action = ${row.action} AND details = ${row.details}::jsonb LIMIT 1`.execute(
          trx,
        );
        if (rows.length === 0) await trx.insertInto('audit_log').values(row).execute();
      }),

    /** Newest first. */
    list({ action, userId, from, to, cursor }: AuditListQuery, limit: number): Promise<AuditRow[]> {
      let rows = db.selectFrom('audit_log').selectAll().orderBy('id', 'desc').limit(limit);
      if (action) rows = rows.where('action', '=', action);
      if (userId) rows = rows.where((eb) => eb.or([eb('actor_id', '=', userId), eb('subject_id', '=', userId)]));
      if (from) rows = rows.where('at', '>=', new Date(from));
      if (to) rows = rows.where('at', '<', new Date(to));
      if (cursor) rows = rows.where('id', '<', Number(cursor));
      return rows.execute();
    },

    /** Those of the ids that have an account; the log itself holds no names. */
    people: (ids: string[]) =>
      db
        .selectFrom('users')
        .select(['id', 'first_name', 'last_name', 'email', 'phone', 'pending_email', 'pending_phone'])
        .where('id', 'in', ids)
        .execute(),
  };
}
