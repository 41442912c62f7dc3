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

/** Who asks, and why they may not act as an admin, if they may not. */
export interface Actor {
  userId: string;
  adminRefusal: AppError | undefined;
}

export interface BudgetService {
  list(actor: Actor): Promise<BudgetsView>;
  /** Everyone may set and lower their own; the rest is for admins. @throws AppError forbidden, not_found */
  set(actor: Actor, budget: BudgetParams, limitMicroUsd: number): Promise<BudgetView>;
  /** For admins. @throws AppError not_found */
  remove(userId: string, budget: BudgetParams): Promise<void>;
  /** That of everybody is for admins. @throws AppError forbidden */
  usage(actor: Actor, query: UsageQuery): Promise<UsageView>;
  /** @throws AppError provider_unavailable */
  estimate(userId: string, request: GenerateBody): Promise<EstimateView>;
  /**
   * The worst case of the provider that comes first.
   * @returns undefined when no provider is available: then there is nothing to reserve for
   */
  quote(userId: string, request: QuotedRequest): Promise<Quote | undefined>;
  /** For admins, as is settling them. */
  unknownCosts(): Promise<UnknownCostView[]>;
  settleUnknown(generationId: string, attempt: number, costMicroUsd: number): Promise<void>;
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
  now?: () => number;
}): BudgetService {
  const { budgets, costs, audit, prices, providers, now = Date.now } = deps;

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
    async list({ userId, adminRefusal }) {
      const isAdmin = adminRefusal === undefined;
      const rows = await budgets.list(isAdmin ? undefined : ownScope(userId));
      return { isAdmin, budgets: rows.map(presentBudget) };
    },

    async set({ userId, adminRefusal }, { scope: wanted, period }, limitMicroUsd) {
      const scope = scopeOf(userId, wanted);
      if (adminRefusal && scope !== ownScope(userId)) throw adminRefusal;
      if (scope.startsWith('user:') && !(await budgets.userExists(scope.slice(5)))) {
        throw new AppError('not_found', 'There is no such user.');
      }
      if (!(await budgets.set({ scope, period, limitMicroUsd, by: userId, mayRaise: adminRefusal === undefined }))) {
        throw new AppError('forbidden', 'Only an administrator may raise this budget.');
      }
      await audit({ action: 'budget.changed', subjectId: userOf(scope), details: { scope, period, limitMicroUsd } });
      return find(scope, period);
    },

    async remove(userId, { scope, period }) {
      const removed = scopeOf(userId, scope);
      if (!(await budgets.remove(removed, period))) throw new AppError('not_found', 'There is no such budget.');
      await audit({ action: 'budget.removed', subjectId: userOf(removed), details: { scope: removed, period } });
    },

    async usage({ userId, adminRefusal }, { from, to, by, of }) {
      if (of === 'server' && adminRefusal) throw adminRefusal;
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

    async unknownCosts() {
      const rows = await costs.unknownCosts(200);
      return rows.map(({ startedAt, ...cost }) => ({ ...cost, startedAt: startedAt.toISOString() }));
    },

    async settleUnknown(generationId, attempt, costMicroUsd) {
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
