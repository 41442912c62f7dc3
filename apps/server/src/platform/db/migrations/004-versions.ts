import { type Kysely, sql } from 'kysely';

/** Versions of a content's text, and what each take was asked with. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // convert_to() counts as changeable only because a database's encoding might: ours is UTF-8 for good.
  await sql`
    CREATE FUNCTION text_sha256(text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN sha256(convert_to($1, 'UTF8'))`.execute(db);
  await sql`
    CREATE TABLE content_versions (
      content_id uuid NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
      number integer NOT NULL CHECK (number > 0),
      title text NOT NULL,
      body text NOT NULL,
      hash bytea NOT NULL GENERATED ALWAYS AS (text_sha256(body)) STORED,
      origin text NOT NULL
        CHECK (origin IN ('generated', 'edited', 'restored', 'written', 'branched', 'accepted')),
      is_edited boolean NOT NULL DEFAULT false,
      user_id uuid REFERENCES users (id) ON DELETE SET NULL,
      generation_id uuid,
      attempt integer,
      provider text,
      model text,
      prompt text,
      source_content_id uuid,
      source_number integer,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (content_id, number)
    )`.execute(db);
  await sql`
    ALTER TABLE contents
      ADD COLUMN revision integer NOT NULL DEFAULT 1,
      ADD COLUMN last_version integer NOT NULL DEFAULT 0,
      ADD COLUMN pending_version integer,
      ALTER COLUMN version SET DEFAULT 0`.execute(db);
  await sql`ALTER TABLE generation_attempts ADD COLUMN parameters jsonb`.execute(db);
  // What there is already becomes the first version; what was called its version was the lock.
  await sql`
    WITH kept AS (
      UPDATE contents SET revision = version, version = has_text::int, last_version = has_text::int
      FROM (SELECT id, body <> '' OR generation_id IS NULL AS has_text FROM contents) AS c
      WHERE contents.id = c.id
      RETURNING contents.*
    )
    INSERT INTO content_versions (content_id, number, title, body, origin, is_edited, user_id, generation_id, attempt,
      provider, model, prompt, created_at, updated_at)
    SELECT kept.id, 1, kept.title, kept.body,
      CASE WHEN kept.generation_id IS NULL THEN 'written' WHEN kept.edited_at IS NULL THEN 'generated' ELSE 'edited' END,
      kept.generation_id IS NOT NULL AND kept.edited_at IS NOT NULL, kept.user_id, g.id, g.attempt, g.provider, g.model,
      g.prompt, kept.updated_at, kept.updated_at
    FROM kept LEFT JOIN generations g ON g.id = kept.generation_id
    WHERE kept.version = 1`.execute(db);
}
