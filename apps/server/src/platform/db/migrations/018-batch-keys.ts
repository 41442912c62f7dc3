import { type Kysely, sql } from 'kysely';

/** An Idempotency-Key stands for a generation or for a batch. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE idempotency_keys
    ALTER COLUMN generation_id DROP NOT NULL,
    ADD COLUMN batch_id uuid,
    ADD CHECK (num_nonnulls(generation_id, batch_id) = 1)`.execute(db);
}
