import { type Kysely, sql } from 'kysely';

/** The list of what was deleted: the latest deletion first, and its search. Only a deletion or its undoing writes them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX contents_deleted ON contents (user_id, deleted_at DESC, id DESC)
    WHERE deleted_at IS NOT NULL`.execute(db);
  await sql`CREATE INDEX contents_deleted_titles ON contents USING gin (title_words(user_id, title))
    WHERE deleted_at IS NOT NULL`.execute(db);
}
