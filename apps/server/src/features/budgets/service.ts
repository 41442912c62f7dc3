import type {
  BudgetParams,
  BudgetPeriod,
  BudgetsView,
  BudgetView,
  EstimateView,
  GenerateBody,
  UnknownCostView,
  UsageQuery,
  UsageView,
} from '@octavo/contracts';
import { type PricedRequest, type Prices, ProviderNotAvailable, type Providers } from '@octavo/providers';
import type { Audit } from '#features/audit';
import { refuseUnavailable } from '#features/providers';
import { AppError } from '#platform/http';
import type { CostRepository } from './cost.repository.ts';
import type { BudgetRepository } from './repository.ts';

/** What a generation is reserved for when it is submitted. */
export interface Quote {
  provider: string;
  model: string;
  microUsd: number;
}

export interface BudgetService {
  list(userId: string): Promise<BudgetsView>;
  /** Everyone may set and lower their own; the rest is for admins. @throws AppError forbidden, not_found */
  set(userId: string, budget: BudgetParams, limitMicroUsd: number): Promise<BudgetView>;
  /** @throws AppError forbidden, not_found */
  remove(userId: string, budget: BudgetParams): Promise<void>;
  usage(userId: string, query: UsageQuery): Promise<UsageView>;
  /** @throws AppError provider_unavailable */
  estimate(userId: string, request: GenerateBody): Promise<EstimateView>;
  /**
   * The worst case of the provider that comes first.
   * @returns undefined when no provider is available: then there is nothing to reserve for
   */
  quote(userId: string, request: QuotedRequest): Promise<Quote | undefined>;
  unknownCosts(userId: string): Promise<UnknownCostView[]>;
  settleUnknown(userId: string, generationId: string, attempt: number, costMicroUsd: number): Promise<void>;
}

/** What is known of a request when it is submitted, or when it is retried. */
export type QuotedRequest = Pick<PricedRequest, 'contentType' | 'title' | 'prompt'> & {
  input?: object | undefined;
  provider?: string | null | undefined;
  model?: string | null | undefined;
};

const dayMs = 86_400_000;

export function createBudgetService(deps: {
  budgets: BudgetRepository;
  costs: CostRepository;
  audit: Audit;
  prices: Prices;
  providers: Pick<Providers, 'candidates'>;
  /** In lower case. Their owners are admins; without any, those with the role are. */
  adminEmails: readonly string[];
  now?: () => number;
}): BudgetService {
  const { budgets, costs, audit, prices, providers, adminEmails, now = Date.now } = deps;

  async function isAdmin(userId: string): Promise<boolean> {
    const account = await budgets.account(userId);
    if (!account) return false;
    return adminEmails.length > 0 ? adminEmails.includes(account.email ?? '') : account.role === 'admin';
  }

  async function assertAdmin(userId: string, what: string): Promise<void> {
    if (!(await isAdmin(userId))) throw new AppError('forbidden', `Only an administrator may ${what}.`);
  }

  /** @throws ProviderNotAvailable */
  async function firstCandidate(userId: string, request: QuotedRequest) {
    const [chosen] = providers.candidates(request.contentType, {
      ...(request.provider && { provider: request.provider as never }),
      ...(request.model && { model: request.model }),
    });
    if (!chosen) throw new ProviderNotAvailable(`No provider is available for ${request.contentType}.`);
    const { contentId, text } = (request.input ?? {}) as { contentId?: string; text?: string };
    const priced = { ...request } as PricedRequest;
    // What is translated is taken when the request is accepted; from then on the text stands there itself.
    if (contentId !== undefined && text === undefined) {
      priced.input = { ...request.input, text: await budgets.contentText(userId, contentId) };
    }
    return { provider: chosen.provider.name, model: chosen.model, priced, at: new Date(now()) };
  }

  return {
    async list(userId) {
      const admin = await isAdmin(userId);
      const rows = await budgets.list(admin ? undefined : ownScope(userId));
      return { isAdmin: admin, budgets: rows.map(presentBudget) };
    },

    async set(userId, { scope: wanted, period }, limitMicroUsd) {
      const scope = scopeOf(userId, wanted);
      const mayRaise = await isAdmin(userId);
      if (!mayRaise && scope !== ownScope(userId)) {
        throw new AppError('forbidden', 'Only an administrator may set this budget; you may lower your own.');
      }
      if (scope.startsWith('user:') && !(await budgets.userExists(scope.slice(5)))) {
        throw new AppError('not_found', 'There is no such user.');
      }
      if (!(await budgets.set({ scope, period, limitMicroUsd, by: userId, mayRaise }))) {
        throw new AppError('forbidden', 'Only an administrator may raise this budget.');
      }
      await audit({ action: 'budget.changed', subjectId: userOf(scope), details: { scope, period, limitMicroUsd } });
      return find(scope, period);
    },

    async remove(userId, { scope, period }) {
      await assertAdmin(userId, 'remove a budget');
      const removed = scopeOf(userId, scope);
      if (!(await budgets.remove(removed, period))) throw new AppError('not_found', 'There is no such budget.');
      await audit({ action: 'budget.removed', subjectId: userOf(removed), details: { scope: removed, period } });
    },

    async usage(userId, { from, to, by, of }) {
      if (of === 'server') await assertAdmin(userId, 'see the usage of everybody');
      const lastMs = to === undefined ? now() : Date.parse(to);
      const first = from ?? toDay(lastMs - 29 * dayMs);
      const last = toDay(lastMs);
      const rows = await costs.usage({
        userId: of === 'server' ? undefined : userId,
        from: new Date(first),
        before: new Date(Date.parse(last) + dayMs),
        by,
      });
      const view: UsageView = { from: first, to: last, rows: [], total: noUsage };
      for (const { key, ...figures } of rows) {
        if (key === null) view.total = figures;
        else view.rows.push({ key, ...figures });
      }
      return view;
    },

    async estimate(userId, request) {
      try {
        const { provider, model, priced, at } = await firstCandidate(userId, request);
        const worst = prices.worstCase(provider, model, priced, at);
        return {
          provider,
          model,
          contentType: request.contentType,
          worstCaseMicroUsd: worst.microUsd,
          typicalMicroUsd: prices.typical(provider, model, priced, at).microUsd,
          known: worst.isKnown,
        };
      } catch (error) {
        return refuseUnavailable(error);
      }
    },

    async quote(userId, request) {
      try {
        const { provider, model, priced, at } = await firstCandidate(userId, request);
        return { provider, model, microUsd: prices.worstCase(provider, model, priced, at).microUsd };
      } catch (error) {
        if (error instanceof ProviderNotAvailable) return undefined;
        throw error;
      }
    },

    async unknownCosts(userId) {
      await assertAdmin(userId, 'see these costs');
      const rows = await costs.unknownCosts(200);
      return rows.map(({ startedAt, ...cost }) => ({ ...cost, startedAt: startedAt.toISOString() }));
    },

    async settleUnknown(userId, generationId, attempt, costMicroUsd) {
      await assertAdmin(userId, 'settle a cost');
      if (!(await costs.settleUnknown(generationId, attempt, costMicroUsd))) {
        throw new AppError('not_found', 'There is no such call, or its cost is known already.');
      }
      await audit({ action: 'cost.settled', subjectId: null, details: { generationId, attempt, costMicroUsd } });
    },
  };

  async function find(scope: string, period: BudgetPeriod): Promise<BudgetView> {
    const row = (await budgets.list(scope)).find((budget) => budget.period === period);
    if (!row) throw new AppError('not_found', 'The budget was removed meanwhile.');
    return presentBudget(row);
  }
}

function ownScope(userId: string): string {
  return `user:${userId}`;
}

function scopeOf(userId: string, scope: string): string {
  return scope === 'me' ? ownScope(userId) : scope;
}

/** Whose budget it is; null for those of the server and of providers. */
function userOf(scope: string): string | null {
  return scope.startsWith('user:') ? scope.slice(5) : null;
}

function presentBudget(row: Awaited<ReturnType<BudgetRepository['list']>>[number]): BudgetView {
  return { ...row, resetsAt: row.resetsAt?.toISOString() ?? null };
}

const noUsage = { jobs: 0, takes: 0, inputTokens: 0, outputTokens: 0, images: 0, spentMicroUsd: 0, heldMicroUsd: 0 };

function toDay(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
