import { type BudgetReached, budgetReached } from '@octavo/contracts';
import { AppError } from '#platform/http';

/** Raised by `budget_reserve`: what was asked for does not fit into a budget. */
const sqlState = 'OB402';

/** @returns which budget a statement was refused for; undefined when it failed for another reason */
export function readBudgetReached(error: unknown): BudgetReached | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== sqlState) return undefined;
  return budgetReached.parse(JSON.parse('detail' in error ? String(error.detail) : ''));
}

/** Says to a person which budget is used up, and when it starts over. */
export function describeBudgetReached({ scope, period, resetsAt }: BudgetReached): string {
  const whose = scope === 'server' ? "The server's" : scope.startsWith('user:') ? 'Your' : `The ${scope.slice(9)}`;
  const which = { day: 'budget for today', month: 'budget for this month', total: 'budget' }[period];
  const until =
    resetsAt === null
      ? 'It does not start over by itself: it has to be raised.'
      : `It starts over on ${resetsAt.slice(0, 10)} at ${resetsAt.slice(11, 16)} UTC.`;
  return `${whose} ${which} has no room for what this may cost. ${until}`;
}

/** Hands an error on; one of a budget in the words of the API. @throws always */
export function refuseOverBudget(error: unknown): never {
  const budget = readBudgetReached(error);
  if (!budget) throw error;
  throw new AppError('budget_exceeded', describeBudgetReached(budget), { budget });
}
