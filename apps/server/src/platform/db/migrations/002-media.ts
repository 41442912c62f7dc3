import { type Kysely, sql } from 'kysely';

/** Images: the files (shared by whoever has the same one), whose they are, and what uses them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A file that is being removed keeps its row until its bytes are gone; the same bytes uploaded meanwhile are another
  // file with another key. So there is one living file for each content, and removing never meets storing.
  await sql`
    CREATE TABLE media_files (
      id uuid PRIMARY KEY,
      sha256 bytea NOT NULL CHECK (length(sha256) = 32),
      media_type text NOT NULL,
      width integer NOT NULL,
      height integer NOT NULL,
      bytes integer NOT NULL,
      claimed_at timestamptz NOT NULL DEFAULT now(),
      removed_at timestamptz
    )`.execute(db);
  await sql`CREATE UNIQUE INDEX media_files_content ON media_files (sha256) WHERE removed_at IS NULL`.execute(db);
  await sql`CREATE INDEX media_files_removed ON media_files (removed_at) WHERE removed_at IS NOT NULL`.execute(db);
  await sql`
    CREATE TABLE media (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      file_id uuid NOT NULL REFERENCES media_files (id),
      origin text NOT NULL CHECK (origin IN ('upload', 'generated')),
      alt text NOT NULL DEFAULT '',
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`CREATE INDEX media_list ON media (user_id, id DESC)`.execute(db);
  await sql`CREATE INDEX media_file ON media (file_id)`.execute(db);
  await sql`CREATE INDEX media_age ON media (created_at)`.execute(db);
  await sql`
    CREATE TABLE media_uses (
      media_id uuid NOT NULL REFERENCES media (id) ON DELETE CASCADE,
      generation_id uuid REFERENCES generations (id) ON DELETE CASCADE,
      content_id uuid REFERENCES contents (id) ON DELETE CASCADE,
      created_at timestamptz NOT NULL DEFAULT now(),
      CHECK (num_nonnulls(generation_id, content_id) = 1)
    )`.execute(db);
  await sql`CREATE INDEX media_uses_media ON media_uses (media_id)`.execute(db);
  await sql`CREATE UNIQUE INDEX media_uses_generation ON media_uses (generation_id, media_id)
    WHERE generation_id IS NOT NULL`.execute(db);
  await sql`CREATE UNIQUE INDEX media_uses_content ON media_uses (content_id, media_id)
    WHERE content_id IS NOT NULL`.execute(db);
}
