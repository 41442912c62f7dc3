import { type Kysely, sql } from 'kysely';

/** How fast a batch may submit its rows. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE batches
    ADD COLUMN rows_per_minute integer CHECK (rows_per_minute > 0),
    ADD COLUMN next_row_at timestamptz`.execute(db);
}
