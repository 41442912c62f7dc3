import { type Kysely, sql } from 'kysely';

/** Accounts, contents, generations, and the run log. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE users (
      id uuid PRIMARY KEY,
      email text NOT NULL UNIQUE,
      password_hash text NOT NULL,
      first_name text NOT NULL,
      last_name text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    CREATE TABLE refresh_tokens (
      id uuid PRIMARY KEY,
      family_id uuid NOT NULL,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      token_hash bytea NOT NULL UNIQUE,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      used_at timestamptz,
      revoked_at timestamptz
    )`.execute(db);
  await sql`CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id)`.execute(db);
  await sql`CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at)`.execute(db);
  await sql`
    CREATE TABLE contents (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      title text NOT NULL,
      content_type text NOT NULL,
      prompt text NOT NULL,
      body text NOT NULL DEFAULT '',
      status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published')),
      generation_id uuid,
      version integer NOT NULL DEFAULT 1,
      edited_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      deleted_at timestamptz
    )`.execute(db);
  // Ids are UUIDv7: newest first is the order of the ids, so this one index serves the list and its cursor.
  await sql`CREATE INDEX contents_list ON contents (user_id, id DESC) WHERE deleted_at IS NULL`.execute(db);
  await sql`
    CREATE TABLE generations (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      content_id uuid NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
      content_type text NOT NULL,
      title text NOT NULL,
      prompt text NOT NULL,
      requested_provider text,
      requested_model text,
      status text NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
      attempt integer NOT NULL DEFAULT 0,
      failures integer NOT NULL DEFAULT 0,
      retry_of uuid,
      delay_ms integer NOT NULL DEFAULT 0,
      run_after timestamptz NOT NULL DEFAULT now(),
      lease_until timestamptz,
      enqueued_at timestamptz,
      cancel_requested_at timestamptz,
      output text,
      provider text,
      model text,
      failure_code text,
      failure_reason text,
      created_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz,
      finished_at timestamptz,
      CHECK ((status = 'processing') = (lease_until IS NOT NULL)),
      CHECK ((status IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
    ) WITH (fillfactor = 80)`.execute(db);
  // Only what still has to run: the sweeper's index stays as small as the backlog.
  await sql`CREATE INDEX generations_unfinished ON generations (run_after)
    WHERE status IN ('pending', 'processing')`.execute(db);
  await sql`CREATE INDEX generations_content ON generations (content_id)`.execute(db);
  // One retry of a generation, however often the button is pressed.
  await sql`CREATE UNIQUE INDEX generations_retry_of ON generations (retry_of) WHERE retry_of IS NOT NULL`.execute(db);
  await sql`
    CREATE TABLE generation_attempts (
      generation_id uuid NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
      attempt integer NOT NULL,
      provider text NOT NULL,
      model text NOT NULL,
      outcome text NOT NULL DEFAULT 'running'
        CHECK (outcome IN ('running', 'completed', 'failed', 'cancelled', 'interrupted')),
      finish_reason text,
      error_code text,
      reason text,
      input_tokens integer,
      output_tokens integer,
      started_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz,
      PRIMARY KEY (generation_id, attempt)
    )`.execute(db);
  await sql`
    CREATE TABLE generation_events (
      generation_id uuid NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
      attempt integer NOT NULL,
      seq integer NOT NULL,
      type text NOT NULL,
      text_offset integer NOT NULL DEFAULT 0,
      text text NOT NULL DEFAULT '',
      data jsonb,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (generation_id, attempt, seq)
    )`.execute(db);
  await sql`CREATE UNIQUE INDEX generation_events_one_end ON generation_events (generation_id)
    WHERE type IN ('completed', 'failed', 'cancelled')`.execute(db);
  await sql`
    CREATE TABLE idempotency_keys (
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      key text NOT NULL,
      fingerprint bytea NOT NULL,
      generation_id uuid NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (user_id, key)
    )`.execute(db);
  await sql`CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at)`.execute(db);
}
