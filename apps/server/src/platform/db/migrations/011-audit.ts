import { type Kysely, sql } from 'kysely';

/** What security people look at: the audit log, the counters of the rate limits, and the index of the jobs' quota. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // No foreign keys: what somebody did stays known when the account is gone.
  await sql`
    CREATE TABLE audit_log (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      action text NOT NULL,
      actor_id uuid,
      subject_id uuid,
      ip text,
      user_agent text,
      request_id text,
      details jsonb NOT NULL DEFAULT '{}'
    )`.execute(db);
  await sql`CREATE INDEX audit_log_actor ON audit_log (actor_id, id DESC) WHERE actor_id IS NOT NULL`.execute(db);
  await sql`CREATE INDEX audit_log_subject ON audit_log (subject_id, id DESC) WHERE subject_id IS NOT NULL`.execute(db);
  await sql`CREATE INDEX audit_log_action ON audit_log (action, id DESC)`.execute(db);
  await sql`
    CREATE FUNCTION refuse_to_change_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
    END $$`.execute(db);
  await sql`CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_audit_log()`.execute(db);

  // As rate-limiter-flexible wants it. Losing it in a crash costs nothing, so it is not written to the log.
  await sql`
    CREATE UNLOGGED TABLE rate_limits (
      key varchar(255) PRIMARY KEY,
      points integer NOT NULL DEFAULT 0,
      expire bigint
    )`.execute(db);
}
