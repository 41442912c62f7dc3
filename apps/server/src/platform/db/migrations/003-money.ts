import { type Kysely, sql } from 'kysely';

/**
 * Money, in whole micro-USD: what every take costs, the ledger, budgets and their counters.
 *
 * A hold is what a generation may cost at most: set aside for attempt 0 when it is submitted, and taken over by each
 * take when that begins. It counts towards the period in which it was made, and so does what is spent out of it.
 * Without any budget no hold is written to the ledger; `budget_set` makes up for it.
 *
 * The functions are called from the statements of the life cycle, which are fenced; what they insert into the ledger
 * makes a second call do nothing. All take the same lock shared, and `budget_set` takes it alone: counters are made
 * from the ledger while nobody counts. Counters are locked in the order of their keys.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await tables(db);
  await functions(db);
}

async function tables(db: Kysely<unknown>): Promise<void> {
  // What is held for a generation until its first take begins; 0 from then on.
  await sql`ALTER TABLE generations
    ADD COLUMN reserved_micro_usd bigint NOT NULL DEFAULT 0,
    ADD COLUMN reserved_provider text`.execute(db);
  await sql`CREATE INDEX generations_reserved ON generations (user_id) WHERE reserved_micro_usd > 0`.execute(db);
  // What was reserved is held as long as the cost is null.
  await sql`ALTER TABLE generation_attempts
    ADD COLUMN user_id uuid,
    ADD COLUMN IF NOT EXISTS images integer,
    ADD COLUMN reserved_micro_usd bigint NOT NULL DEFAULT 0,
    ADD COLUMN cost_micro_usd bigint,
    ADD COLUMN cost_source text CHECK (cost_source IN ('billed', 'catalog', 'unknown'))`.execute(db);
  await sql`UPDATE generation_attempts a SET user_id = g.user_id FROM generations g WHERE g.id = a.generation_id`.execute(
    db,
  );
  await sql`ALTER TABLE generation_attempts ALTER COLUMN user_id SET NOT NULL`.execute(db);
  await sql`CREATE INDEX generation_attempts_usage ON generation_attempts (user_id, started_at)`.execute(db);
  await sql`CREATE INDEX generation_attempts_held ON generation_attempts (started_at)
    WHERE cost_micro_usd IS NULL AND reserved_micro_usd > 0`.execute(db);

  // No foreign keys: what was paid stays paid, whatever is deleted.
  await sql`
    CREATE TABLE ledger_entries (
      generation_id uuid NOT NULL,
      attempt integer NOT NULL,
      kind text NOT NULL CHECK (kind IN ('reserve', 'release', 'settle', 'unknown')),
      user_id uuid NOT NULL,
      provider text NOT NULL,
      model text,
      micro_usd bigint NOT NULL CHECK (micro_usd >= 0),
      -- Whose day and month it counts towards.
      counted_at timestamptz NOT NULL,
      at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (generation_id, attempt, kind)
    )`.execute(db);
  await sql`
    CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'the ledger is append-only';
    END $$`.execute(db);
  await sql`CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE ON ledger_entries
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()`.execute(db);
  await sql`
    CREATE TABLE budgets (
      scope text NOT NULL CHECK (scope ~ '^(server|user:[0-9a-f-]{36}|provider:[a-z-]+)$'),
      period text NOT NULL CHECK (period IN ('day', 'month', 'total')),
      limit_micro_usd bigint NOT NULL CHECK (limit_micro_usd >= 0),
      set_by uuid NOT NULL,
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (scope, period)
    )`.execute(db);
  await sql`
    CREATE TABLE budget_usage (
      scope text NOT NULL,
      period text NOT NULL,
      period_start timestamptz NOT NULL,
      held_micro_usd bigint NOT NULL,
      spent_micro_usd bigint NOT NULL,
      PRIMARY KEY (scope, period, period_start),
      FOREIGN KEY (scope, period) REFERENCES budgets ON DELETE CASCADE
    ) WITH (fillfactor = 50)`.execute(db);
}

async function functions(db: Kysely<unknown>): Promise<void> {
  // Periods are UTC's, whatever the time zone of the session.
  await sql`
    CREATE FUNCTION budget_period_start(p_period text, p_at timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
      SELECT CASE p_period WHEN 'total' THEN 'epoch'::timestamptz ELSE date_trunc(p_period, p_at, 'UTC') END
    $$`.execute(db);
  await sql`
    CREATE FUNCTION budget_resets_at(p_period text, p_start timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
      SELECT CASE WHEN p_period <> 'total' THEN
        (p_start AT TIME ZONE 'UTC' + ('1 ' || p_period)::interval) AT TIME ZONE 'UTC' END
    $$`.execute(db);

  // Takes a hold off the counters and puts another hold, or what was spent, in its place: in one pass, so that
  // locks are taken in order and a hold that only moves never looks like a new one. New holds must fit.
  await sql`
    CREATE FUNCTION budget_change(
      p_user uuid, p_old_provider text, p_old_at timestamptz, p_old_held bigint,
      p_provider text, p_at timestamptz, p_held bigint, p_spent bigint
    ) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      reached record;
    BEGIN
      WITH change AS (
        SELECT b.scope, b.period, budget_period_start(b.period, c.at) AS period_start, b.limit_micro_usd,
          sum(c.held)::bigint AS held, sum(c.spent)::bigint AS spent
        FROM (VALUES (p_old_provider, p_old_at, -p_old_held, 0::bigint), (p_provider, p_at, p_held, p_spent))
          AS c (provider, at, held, spent)
        JOIN budgets b ON b.scope IN ('server', 'user:' || p_user, 'provider:' || c.provider)
        GROUP BY 1, 2, 3, 4
      ), counted AS (
        INSERT INTO budget_usage AS u (scope, period, period_start, held_micro_usd, spent_micro_usd)
        SELECT scope, period, period_start, held, spent FROM change WHERE held <> 0 OR spent <> 0
        ORDER BY scope, period, period_start
        ON CONFLICT (scope, period, period_start) DO UPDATE SET
          held_micro_usd = u.held_micro_usd + excluded.held_micro_usd,
          spent_micro_usd = u.spent_micro_usd + excluded.spent_micro_usd
        RETURNING *
      )
      SELECT c.scope, c.period, budget_resets_at(c.period, c.period_start) AS resets_at INTO reached
      FROM counted u JOIN change c USING (scope, period, period_start)
      WHERE p_held > 0 AND c.held + c.spent > 0 AND u.held_micro_usd + u.spent_micro_usd > c.limit_micro_usd
      -- The one that lasts longest says when another try makes sense.
      ORDER BY resets_at DESC NULLS FIRST LIMIT 1;
      IF FOUND THEN
        RAISE EXCEPTION 'budget reached' USING ERRCODE = 'OB402', DETAIL = json_build_object(
          'scope', reached.scope, 'period', reached.period,
          'resetsAt', to_char(reached.resets_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));
      END IF;
    END $$`.execute(db);

  // Holds an amount for a take, in place of what was held for its generation; attempt 0: for the generation.
  // All or nothing: raises OB402 with the budget that is reached. Returns the amount.
  await sql`
    CREATE FUNCTION budget_reserve(
      p_generation uuid, p_attempt integer, p_user uuid, p_provider text, p_model text, p_amount bigint
    ) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
      old ledger_entries;
    BEGIN
      IF p_amount = 0 AND p_attempt = 0 THEN RETURN 0; END IF;
      PERFORM pg_advisory_xact_lock_shared(${lock});
      IF NOT EXISTS (SELECT FROM budgets) THEN RETURN p_amount; END IF;
      IF p_attempt > 0 THEN old := ledger_release(p_generation, 0); END IF;
      IF p_amount > 0 THEN
        INSERT INTO ledger_entries (generation_id, attempt, kind, user_id, provider, model, micro_usd, counted_at)
        VALUES (p_generation, p_attempt, 'reserve', p_user, p_provider, p_model, p_amount, now())
        ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN RETURN p_amount; END IF;
      END IF;
      PERFORM budget_change(p_user, old.provider, old.counted_at, coalesce(old.micro_usd, 0), p_provider, now(), p_amount, 0);
      RETURN p_amount;
    END $$`.execute(db);

  // Ends the hold of a take: what it cost is spent, more than was held included. A cost of null is not known yet:
  // then the hold stays. Returns what was spent.
  await sql`
    CREATE FUNCTION budget_settle(
      p_generation uuid, p_attempt integer, p_user uuid, p_provider text, p_model text, p_at timestamptz,
      p_reserved bigint, p_cost bigint
    ) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
      old ledger_entries;
    BEGIN
      IF p_reserved = 0 AND coalesce(p_cost, 0) = 0 THEN RETURN 0; END IF;
      PERFORM pg_advisory_xact_lock_shared(${lock});
      INSERT INTO ledger_entries (generation_id, attempt, kind, user_id, provider, model, micro_usd, counted_at)
      VALUES (p_generation, p_attempt, CASE WHEN p_cost IS NULL THEN 'unknown' ELSE 'settle' END, p_user, p_provider,
        p_model, coalesce(p_cost, p_reserved), p_at)
      ON CONFLICT DO NOTHING;
      IF NOT FOUND OR p_cost IS NULL THEN RETURN 0; END IF;
      old := ledger_release(p_generation, p_attempt);
      IF EXISTS (SELECT FROM budgets) THEN
        PERFORM budget_change(p_user, old.provider, old.counted_at, coalesce(old.micro_usd, 0), p_provider, p_at, 0, p_cost);
      END IF;
      RETURN p_cost;
    END $$`.execute(db);

  // Gives back what is held for a generation that ends before a take began. Returns how much that was.
  await sql`
    CREATE FUNCTION budget_release(p_generation uuid) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
      old ledger_entries;
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(${lock});
      old := ledger_release(p_generation, 0);
      IF old.micro_usd IS NOT NULL THEN
        PERFORM budget_change(old.user_id, old.provider, old.counted_at, old.micro_usd, NULL, NULL, 0, 0);
      END IF;
      RETURN coalesce(old.micro_usd, 0);
    END $$`.execute(db);

  // Writes that a hold has ended. Returns it; all null when there is none, or none any more.
  await sql`
    CREATE FUNCTION ledger_release(p_generation uuid, p_attempt integer) RETURNS ledger_entries LANGUAGE sql AS $$
      INSERT INTO ledger_entries (generation_id, attempt, kind, user_id, provider, model, micro_usd, counted_at)
      SELECT generation_id, attempt, 'release', user_id, provider, model, micro_usd, counted_at FROM ledger_entries
      WHERE generation_id = p_generation AND attempt = p_attempt AND kind = 'reserve'
      ON CONFLICT DO NOTHING
      RETURNING *
    $$`.execute(db);

  // Sets the limit of a budget; a new one starts with what its period has seen so far. Holds that nobody wrote down
  // while there was no budget are written down first. Returns false when it would be raised and may not be.
  await sql`
    CREATE FUNCTION budget_set(p_scope text, p_period text, p_limit bigint, p_by uuid, p_may_raise boolean)
    RETURNS boolean LANGUAGE plpgsql AS $$
    DECLARE
      old_limit bigint;
    BEGIN
      PERFORM pg_advisory_xact_lock(${lock});
      SELECT limit_micro_usd INTO old_limit FROM budgets WHERE scope = p_scope AND period = p_period;
      IF FOUND THEN
        IF p_limit > old_limit AND NOT p_may_raise THEN RETURN false; END IF;
        UPDATE budgets SET limit_micro_usd = p_limit, set_by = p_by, updated_at = now()
        WHERE scope = p_scope AND period = p_period;
        RETURN true;
      END IF;
      INSERT INTO budgets (scope, period, limit_micro_usd, set_by) VALUES (p_scope, p_period, p_limit, p_by);
      INSERT INTO ledger_entries (generation_id, attempt, kind, user_id, provider, model, micro_usd, counted_at)
      SELECT id, 0, 'reserve', user_id, reserved_provider, NULL, reserved_micro_usd, created_at
      FROM generations WHERE reserved_micro_usd > 0
      UNION ALL
      SELECT generation_id, attempt, 'reserve', user_id, provider, model, reserved_micro_usd, started_at
      FROM generation_attempts WHERE cost_micro_usd IS NULL AND reserved_micro_usd > 0
      ON CONFLICT DO NOTHING;
      INSERT INTO budget_usage (scope, period, period_start, held_micro_usd, spent_micro_usd)
      SELECT p_scope, p_period, budget_period_start(p_period, counted_at),
        sum(CASE kind WHEN 'reserve' THEN micro_usd WHEN 'release' THEN -micro_usd ELSE 0 END),
        sum(CASE kind WHEN 'settle' THEN micro_usd ELSE 0 END)
      FROM ledger_entries WHERE p_scope IN ('server', 'user:' || user_id, 'provider:' || provider)
      GROUP BY 3;
      RETURN true;
    END $$`.execute(db);

  // Takes a budget away. Returns whether there was one.
  await sql`
    CREATE FUNCTION budget_remove(p_scope text, p_period text) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock(${lock});
      DELETE FROM budgets WHERE scope = p_scope AND period = p_period;
      RETURN FOUND;
    END $$`.execute(db);
}

/** Any number nobody else locks: "octavo$" in ASCII. */
const lock = sql.raw('31353073917390628');
