import type { AuditListQuery } from '@octavo/contracts';
import type { Insertable, Selectable } from 'kysely';
import type { Database, Db } from '#platform/db';

export type AuditRow = Selectable<Database['audit_log']>;
export type NewAuditRow = Omit<Insertable<Database['audit_log']>, 'id' | 'at'>;

export type AuditRepository = ReturnType<typeof createAuditRepository>;

/** There is no way to change or remove an entry: the database refuses. */
export function createAuditRepository(db: Db) {
  return {
    async insert(row: NewAuditRow): Promise<void> {
      await db.insertInto('audit_log').values(row).execute();
    },

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
