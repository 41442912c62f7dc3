import { type Kysely, sql } from 'kysely';

/** What was spent stays spent when an account is removed, but nobody can tell any more by whom and on what. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // `octavo.forgetting` is set for one transaction, by the removal of an account; even then only ids may change.
  await sql`
    CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'UPDATE' AND current_setting('octavo.forgetting', true) = 'on'
        AND NEW.user_id = '00000000-0000-0000-0000-000000000000'
        AND (NEW.attempt, NEW.kind, NEW.provider, NEW.model, NEW.micro_usd, NEW.counted_at, NEW.at)
          IS NOT DISTINCT FROM (OLD.attempt, OLD.kind, OLD.provider, OLD.model, OLD.micro_usd, OLD.counted_at, OLD.at)
      THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'the ledger is append-only';
    END $$`.execute(db);
}
