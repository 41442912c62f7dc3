import { type Kysely, sql } from 'kysely';

/** What a kind of generation was asked for besides title and prompt. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE generations ADD COLUMN input jsonb`.execute(db);
  // The images of a content are those its latest generation has made.
  await sql`CREATE INDEX generation_events_images ON generation_events (generation_id, attempt)
    WHERE type = 'image'`.execute(db);
}
