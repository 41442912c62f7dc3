import { sql } from 'kysely';
import type { Db } from '#platform/db';

/**
 * Adds everything up again, in one look at the database: counters are the sums of the ledger, holds in the ledger are
 * those of generations and takes, and what was spent is what the takes cost.
 * @returns what does not add up; nothing is right
 */
export async function verifyLedger(db: Db): Promise<string[]> {
  const { rows } = await sql<{ fault: string }>`
    WITH signed AS (
      SELECT *, CASE kind WHEN 'reserve' THEN micro_usd WHEN 'release' THEN -micro_usd ELSE 0 END AS held,
        CASE kind WHEN 'settle' THEN micro_usd ELSE 0 END AS spent
      FROM ledger_entries
    ),
    summed AS (
      SELECT b.scope, b.period, budget_period_start(b.period, l.counted_at) AS period_start, sum(l.held) AS held, sum(l.spent) AS spent
      FROM budgets b JOIN signed l ON b.scope IN ('server', 'user:' || l.user_id, 'provider:' || l.provider)
      GROUP BY 1, 2, 3
    ),
    held AS (
      SELECT id AS generation_id, 0 AS attempt, reserved_micro_usd AS held FROM generations WHERE reserved_micro_usd > 0
      UNION ALL
      SELECT generation_id, attempt, reserved_micro_usd FROM generation_attempts
      WHERE cost_micro_usd IS NULL AND reserved_micro_usd > 0
    ),
    written AS (
      SELECT generation_id, attempt, sum(held) AS held FROM signed GROUP BY 1, 2 HAVING sum(held) <> 0
    )
    SELECT format('%s %s from %s: counted %s held and %s spent, in the ledger %s and %s', scope, period, period_start,
      u.held_micro_usd, u.spent_micro_usd, s.held, s.spent) AS fault
    FROM budget_usage u FULL JOIN summed s USING (scope, period, period_start)
    WHERE coalesce(u.held_micro_usd, 0) <> coalesce(s.held, 0) OR coalesce(u.spent_micro_usd, 0) <> coalesce(s.spent, 0)
    UNION ALL
    SELECT format('take %s of %s: %s held, in the ledger %s', attempt, generation_id, h.held, w.held)
    FROM held h FULL JOIN written w USING (generation_id, attempt)
    -- Without a budget nobody writes holds down.
    WHERE coalesce(h.held, 0) <> coalesce(w.held, 0) AND (w.held IS NOT NULL OR EXISTS (SELECT FROM budgets))
    UNION ALL
    SELECT format('take %s of %s: cost %s, in the ledger %s', attempt, generation_id, a.cost_micro_usd, l.spent)
    FROM generation_attempts a FULL JOIN (SELECT * FROM signed WHERE kind = 'settle') l USING (generation_id, attempt)
    -- The takes of an account that was removed are gone.
    WHERE coalesce(a.cost_micro_usd, 0) <> coalesce(l.spent, 0)
      AND l.user_id IS DISTINCT FROM '00000000-0000-0000-0000-000000000000'`.execute(db);
  return rows.map(({ fault }) => fault);
}
