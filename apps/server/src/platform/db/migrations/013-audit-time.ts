import { type Kysely, sql } from 'kysely';

/** What happened between two moments is found without reading everything since. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX audit_log_at ON audit_log (at)`.execute(db);
}
