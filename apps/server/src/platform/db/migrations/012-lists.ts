import { type Kysely, sql } from 'kysely';

/** The filters and the search of the list of contents, each with an index that begins with the owner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX contents_of_type ON contents (user_id, content_type, id DESC)
    WHERE deleted_at IS NULL`.execute(db);
  await sql`CREATE INDEX contents_of_status ON contents (user_id, status, id DESC)
    WHERE deleted_at IS NULL`.execute(db);
  // Completed ones are most of what there is: they are found on the way. These are few, and would be looked for long.
  await sql`CREATE INDEX generations_failed_or_cancelled ON generations (user_id, status)
    WHERE status IN ('failed', 'cancelled')`.execute(db);

  // Each word begins with its owner: so a search, of beginnings of words as well, reads nobody else's, and needs no
  // extension that small servers lack. What joins words (example.com, well_known) parts them here, as it does there.
  await sql`
    CREATE FUNCTION title_words(owner uuid, title text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
    RETURN (SELECT array_to_tsvector(coalesce(array_agg(replace(owner::text, '-', '') || word), '{}'))
      FROM unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', translate(title, './:@_+-''', '        ')))) AS word
    )`.execute(db);
  await sql`CREATE INDEX contents_titles ON contents USING gin (title_words(user_id, title))
    WHERE deleted_at IS NULL`.execute(db);
}
