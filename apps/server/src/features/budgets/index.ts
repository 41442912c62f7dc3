export { describeBudgetReached, readBudgetReached, refuseOverBudget } from './budget-reached.ts';
export { createCostRepository } from './cost.repository.ts';
export { createBudgetRepository } from './repository.ts';
export { budgetRoutes } from './routes.ts';
export { type BudgetService, createBudgetService, type Quote } from './service.ts';
export { createMoneySweeper } from './sweeper.ts';
export { verifyLedger } from './verify-ledger.ts';
