import { type Kysely, sql } from 'kysely';

/**
 * Money, in whole micro-USD: what every take costs, the ledger, budgets and their counters.
 *
 * A hold is what a generation may cost at most: set aside for attempt 0 when it is submitted, and taken over by each
 * take when that begins. It counts towards the period in which it was made, and so does what is spent out of it.
 * Without any budget no hold is written to the ledger; `budget_set` makes up for it.
 *
 * The functions are called from the statements of the life cycle, which are fenced and end many takes at once. An entry
 * that is in the ledger is not written again, so that a second call does nothing. All take the same lock shared, and
 * `budget_set` takes it alone: counters are made from the ledger while nobody counts. Each call locks the counters it
 * touches in the order of their keys; a statement makes one call only.
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
  // What was reserved is held as long as the cost is null; where nothing is reserved, the cost is 0 from the start.
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
  // Room for the end of a take beside its beginning: then no index has to hear of it.
  await sql`ALTER TABLE generation_attempts SET (fillfactor = 70)`.execute(db);
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

  await sql`
    CREATE FUNCTION ledger_entry(
      p_kind text, p_generation uuid, p_attempt integer, p_user uuid, p_provider text, p_model text, p_micro_usd bigint,
      p_counted_at timestamptz
    ) RETURNS ledger_entries LANGUAGE sql STABLE AS $$
      SELECT ROW (p_generation, p_attempt, p_kind, p_user, p_provider, p_model, p_micro_usd, p_counted_at, now())::ledger_entries
    $$`.execute(db);

  // Writes entries that are not there yet, and counts those it wrote: a counter is the sum of what the ledger says.
  // All or nothing: where entries must fit, it raises OB402 with the budget that is reached. A hold that only moves
  // from one take to another adds nothing, and fits.
  await sql`
    CREATE FUNCTION ledger_write(p_entries ledger_entries[], p_must_fit boolean) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      reached record;
    BEGIN
      IF p_entries IS NULL THEN RETURN; END IF;
      WITH written AS (
        INSERT INTO ledger_entries SELECT * FROM unnest(p_entries) ON CONFLICT DO NOTHING RETURNING *
      ), change AS (
        SELECT b.scope, b.period, budget_period_start(b.period, w.counted_at) AS period_start, b.limit_micro_usd,
          sum(CASE w.kind WHEN 'reserve' THEN w.micro_usd WHEN 'release' THEN -w.micro_usd ELSE 0 END)::bigint AS held,
          sum(CASE w.kind WHEN 'settle' THEN w.micro_usd ELSE 0 END)::bigint AS spent
        FROM written w JOIN budgets b ON b.scope IN ('server', 'user:' || w.user_id, 'provider:' || w.provider)
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
      WHERE p_must_fit AND c.held > 0 AND u.held_micro_usd + u.spent_micro_usd > c.limit_micro_usd
      -- The one that lasts longest says when another try makes sense.
      ORDER BY resets_at DESC NULLS FIRST LIMIT 1;
      IF FOUND THEN
        RAISE EXCEPTION 'budget reached' USING ERRCODE = 'OB402', DETAIL = json_build_object(
          'scope', reached.scope, 'period', reached.period,
          'resetsAt', to_char(reached.resets_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));
      END IF;
    END $$`.execute(db);

  // What ends the holds of some takes.
  await sql`
    CREATE FUNCTION ledger_releases(p_generations uuid[], p_attempts integer[]) RETURNS ledger_entries[] LANGUAGE sql AS $$
      SELECT array_agg(ledger_entry('release', generation_id, attempt, user_id, provider, model, micro_usd, counted_at))
      FROM ledger_entries JOIN unnest(p_generations, p_attempts) AS take (generation_id, attempt) USING (generation_id, attempt)
      WHERE kind = 'reserve'
    $$`.execute(db);

  // Holds amounts (entries 'reserve') for takes, each in place of what was held for its generation; attempt 0: for the
  // generation. All of them or none: raises OB402. Returns how many it was given.
  await sql`
    CREATE FUNCTION budget_reserve(p_entries ledger_entries[]) RETURNS integer LANGUAGE plpgsql STRICT AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(${lock});
      PERFORM ledger_write(
        ledger_releases(array_agg(e.generation_id) FILTER (WHERE e.attempt > 0), array_agg(0) FILTER (WHERE e.attempt > 0))
          || array_agg(e::ledger_entries) FILTER (WHERE e.micro_usd > 0 AND EXISTS (SELECT FROM budgets)),
        true)
      FROM unnest(p_entries) AS e;
      RETURN cardinality(p_entries);
    END $$`.execute(db);

  // Writes what takes cost (entries 'settle'), which ends their holds, or that nobody knows it (entries 'unknown'),
  // which does not; and gives back what is held for generations that end before a take began. More than was held is
  // written as it is.
  await sql`
    CREATE FUNCTION budget_settle(p_entries ledger_entries[], p_released uuid[]) RETURNS integer LANGUAGE plpgsql AS $$
    BEGIN
      IF p_entries IS NULL AND p_released IS NULL THEN RETURN 0; END IF;
      PERFORM pg_advisory_xact_lock_shared(${lock});
      PERFORM ledger_write(
        ledger_releases(
          array_agg(e.generation_id) FILTER (WHERE e.kind = 'settle'), array_agg(e.attempt) FILTER (WHERE e.kind = 'settle')
        ) || ledger_releases(p_released, array_fill(0, ARRAY[coalesce(cardinality(p_released), 0)])) || p_entries,
        false)
      FROM unnest(p_entries) AS e;
      RETURN coalesce(cardinality(p_entries), 0);
    END $$`.execute(db);

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
