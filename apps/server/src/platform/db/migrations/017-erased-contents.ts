import { type Kysely, sql } from 'kysely';

/** Deleted for good: the words are gone, and the rows that money, batches and retries count on stay. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Whatever comes late, it brings no words back.
  await sql`ALTER TABLE contents
    ADD COLUMN erased_at timestamptz,
    ADD CONSTRAINT contents_erased CHECK (
      erased_at IS NULL OR (deleted_at IS NOT NULL AND title = '' AND prompt = '' AND body = ''))`.execute(db);
  // An erased one is in no list.
  await sql`DROP INDEX contents_deleted, contents_deleted_titles`.execute(db);
  await sql`CREATE INDEX contents_deleted ON contents (user_id, deleted_at DESC, id DESC)
    WHERE deleted_at IS NOT NULL AND erased_at IS NULL`.execute(db);
  await sql`CREATE INDEX contents_deleted_titles ON contents USING gin (title_words(user_id, title))
    WHERE deleted_at IS NOT NULL AND erased_at IS NULL`.execute(db);
  // Whether somebody branched from a take. A branch begins with such a version, so no other one has to be looked at.
  await sql`CREATE INDEX content_versions_branched ON content_versions (generation_id)
    WHERE origin = 'branched'`.execute(db);
}
