import { type Kysely, sql } from 'kysely';

/** Many generations from one template: the batch, and its rows with what belongs into the template. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE batches (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      title text NOT NULL,
      content_type text NOT NULL,
      template jsonb NOT NULL,
      columns text[] NOT NULL,
      provider text,
      model text,
      status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'running', 'paused', 'completed', 'cancelled')),
      paused_reason text,
      max_cost_micro_usd bigint,
      looked_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz,
      ended_at timestamptz,
      deleted_at timestamptz
    )`.execute(db);
  await sql`CREATE INDEX batches_list ON batches (user_id, id DESC) WHERE deleted_at IS NULL`.execute(db);
  await sql`CREATE INDEX batches_moving ON batches (looked_at NULLS FIRST)
    WHERE status IN ('running', 'cancelled') AND ended_at IS NULL`.execute(db);
  // A row has no foreign key to its content: it names the content before that exists.
  await sql`
    CREATE TABLE batch_rows (
      batch_id uuid NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
      number integer NOT NULL,
      "values" jsonb NOT NULL,
      content_id uuid,
      retry_of uuid,
      is_skipped boolean NOT NULL DEFAULT false,
      error text,
      PRIMARY KEY (batch_id, number)
    )`.execute(db);
  await sql`CREATE UNIQUE INDEX batch_rows_content ON batch_rows (content_id) WHERE content_id IS NOT NULL`.execute(db);
}
