import { z } from 'zod';
import { contentType, providerName } from './content-types.ts';
import { providerNames } from './names.ts';

/** Money is whole micro-USD everywhere: 1,000,000 is one US dollar. */
export const microUsd = z.int().min(0);

/** Days and months are UTC's; `total` never starts over. */
export const budgetPeriod = z.enum(['day', 'month', 'total']);
export type BudgetPeriod = z.infer<typeof budgetPeriod>;

/** A budget that stands in the way of a generation. */
export const budgetReached = z.object({
  /** `server`, `user:<id>` or `provider:<name>`. */
  scope: z.string(),
  period: budgetPeriod,
  /** When it starts over; null: never, somebody has to raise it. */
  resetsAt: z.string().nullable(),
});
export type BudgetReached = z.infer<typeof budgetReached>;

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
export const budgetParams = z.object({
  scope: z
    .string()
    .regex(
      new RegExp(`^(server|me|user:${uuid}|provider:(${providerNames.join('|')}))$`),
      'must be server, me, user:<id> or provider:<name>',
    ),
  period: budgetPeriod,
});
export type BudgetParams = z.infer<typeof budgetParams>;

/** A billion dollars: far below 2^53 micro-USD, whatever is added up. */
export const setBudgetBody = z
  .strictObject({ limitMicroUsd: microUsd.max(1e15) })
  .meta({ examples: [{ limitMicroUsd: 20_000_000 }] });

export const budgetView = z.object({
  scope: z.string(),
  period: budgetPeriod,
  limitMicroUsd: microUsd,
  spentMicroUsd: microUsd,
  /** Set aside for what is queued and running, and for calls whose outcome is not known. */
  heldMicroUsd: microUsd,
  resetsAt: z.string().nullable(),
});
export type BudgetView = z.infer<typeof budgetView>;

export const budgetsView = z.object({
  /** May set the budgets of the server, of providers and of other users. */
  isAdmin: z.boolean(),
  budgets: z.array(budgetView),
});
export type BudgetsView = z.infer<typeof budgetsView>;

const day = z.iso.date('must be a day such as 2026-11-21');

export const usageQuery = z
  .strictObject({
    /** First day, UTC; 30 days ago without it. */
    from: day.optional(),
    /** Last day, UTC, itself included; today without it. */
    to: day.optional(),
    by: z.enum(['day', 'kind', 'provider', 'model']).default('day'),
    /** `server`: everybody's; for admins. */
    of: z.enum(['me', 'server']).default('me'),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['to'],
    message: 'must not be before from',
  });
export type UsageQuery = z.infer<typeof usageQuery>;

const usageFigures = {
  jobs: z.int(),
  takes: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  images: z.int(),
  spentMicroUsd: microUsd,
  heldMicroUsd: microUsd,
};

export const usageView = z.object({
  from: z.string(),
  to: z.string(),
  rows: z.array(z.object({ key: z.string(), ...usageFigures })),
  total: z.object(usageFigures),
});
export type UsageView = z.infer<typeof usageView>;

export const estimateView = z.object({
  provider: providerName,
  model: z.string(),
  contentType,
  /** Reserved when it is submitted; a take never costs more. */
  worstCaseMicroUsd: microUsd,
  typicalMicroUsd: microUsd,
  /** False: no price is known for this model, and a configured amount stands in for it. */
  known: z.boolean(),
});
export type EstimateView = z.infer<typeof estimateView>;

/** A call whose outcome is not known; its worst case is held. */
export const unknownCostView = z.object({
  generationId: z.string(),
  attempt: z.int(),
  userId: z.string(),
  provider: z.string(),
  model: z.string(),
  heldMicroUsd: microUsd,
  startedAt: z.string(),
});
export type UnknownCostView = z.infer<typeof unknownCostView>;

export const settleCostBody = z
  .strictObject({ costMicroUsd: microUsd.max(1e15) })
  .meta({ examples: [{ costMicroUsd: 1500 }] });
