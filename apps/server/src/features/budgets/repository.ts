import type { BudgetPeriod } from '@octavo/contracts';
import { sql } from 'kysely';
import type { Db } from '#platform/db';

export interface BudgetRow {
  scope: string;
  period: BudgetPeriod;
  limitMicroUsd: number;
  spentMicroUsd: number;
  heldMicroUsd: number;
  resetsAt: Date | null;
}

export type BudgetRepository = ReturnType<typeof createBudgetRepository>;

/** Budgets and who may set them. Reserving and settling are calls from the statements of the life cycle. */
export function createBudgetRepository(db: Db) {
  return {
    /** With what the current period has seen. @param scope one only */
    async list(scope?: string): Promise<BudgetRow[]> {
      const { rows } = await sql<BudgetRow>`
        SELECT b.scope, b.period, b.limit_micro_usd AS "limitMicroUsd",
          coalesce(u.spent_micro_usd, 0) AS "spentMicroUsd", coalesce(u.held_micro_usd, 0) AS "heldMicroUsd",
          budget_resets_at(b.period, budget_period_start(b.period, now())) AS "resetsAt"
        FROM budgets b
        LEFT JOIN budget_usage u ON u.scope = b.scope AND u.period = b.period
          AND u.period_start = budget_period_start(b.period, now())
        WHERE ${scope ?? null}::text IS NULL OR b.scope = ${scope ?? null}
        ORDER BY b.scope, b.period`.execute(db);
      return rows;
    },

    /** @returns false when it would be raised and may not be */
    async set(budget: { scope: string; period: BudgetPeriod; limitMicroUsd: number; by: string; mayRaise: boolean }) {
      const { rows } = await sql<{ done: boolean }>`
        SELECT budget_set(${budget.scope}, ${budget.period}, ${budget.limitMicroUsd}, ${budget.by}, ${budget.mayRaise})
          AS done`.execute(db);
      return rows[0]?.done ?? false;
    },

    /** @returns whether there was one */
    async remove(scope: string, period: BudgetPeriod): Promise<boolean> {
      const { rows } = await sql<{ done: boolean }>`SELECT budget_remove(${scope}, ${period}) AS done`.execute(db);
      return rows[0]?.done ?? false;
    },

    async userExists(id: string): Promise<boolean> {
      return (await db.selectFrom('users').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
    },

    /** Empty when the user has no such content. */
    async contentText(userId: string, contentId: string): Promise<string> {
      const { rows } = await sql<{ body: string }>`
        SELECT body FROM contents WHERE id = ${contentId} AND user_id = ${userId} AND deleted_at IS NULL`.execute(db);
      return rows[0]?.body ?? '';
    },
  };
}
