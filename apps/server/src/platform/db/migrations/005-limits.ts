import { type Kysely, sql } from 'kysely';

/** Whose turn it is, and which providers may be called right now. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE generations
      ADD COLUMN next_provider text NOT NULL DEFAULT '',
      ADD COLUMN place integer NOT NULL DEFAULT 1`.execute(db);
  // The front of a provider's line, and the end of a user's part of it: one index entry is read of each.
  await sql`CREATE INDEX generations_line ON generations (next_provider, place, id)
    WHERE status = 'pending'`.execute(db);
  // How many a user has, and the last of them in each line.
  await sql`CREATE INDEX generations_unfinished_of_user ON generations (user_id, next_provider, place)
    WHERE status IN ('pending', 'processing')`.execute(db);
  await sql`
    CREATE TABLE provider_health (
      provider text PRIMARY KEY,
      failures integer NOT NULL DEFAULT 0,
      openings integer NOT NULL DEFAULT 0,
      opened_at timestamptz,
      opened_until timestamptz,
      code text,
      paused_until timestamptz,
      probe_generation uuid,
      probe_attempt integer,
      probe_at timestamptz
    )`.execute(db);
  // No foreign key: a call that was made counts, whatever became of its generation.
  await sql`
    CREATE TABLE provider_turns (
      provider text NOT NULL,
      taken_at timestamptz NOT NULL,
      generation_id uuid NOT NULL,
      attempt integer NOT NULL,
      PRIMARY KEY (provider, taken_at, generation_id)
    )`.execute(db);
}
