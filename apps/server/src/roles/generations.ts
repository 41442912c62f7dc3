import { createPrices, type Providers } from '@octavo/providers';
import type { Config } from '#config';
import type { Audit } from '#features/audit';
import { createBudgetRepository, createBudgetService, createCostRepository } from '#features/budgets';
import { createContentRepository } from '#features/content';
import { createGenerationRepository, createGenerationService } from '#features/generations';
import { createIdempotencyKeys } from '#features/idempotency';
import { type Dispatch, createQuota } from '#features/lines';
import type { MediaService } from '#features/media';
import type { Circuits } from '#features/providers';
import type { Db } from '#platform/db';
import type { EventBus } from '#platform/realtime';

/** Generations as they are asked for, by people through the API and by batches in the worker, and what they may cost. */
export function createGenerations(deps: {
  config: Config;
  db: Db;
  bus: EventBus;
  providers: Providers;
  circuits: Circuits;
  dispatch: Dispatch;
  media: MediaService;
  audit: Audit;
  /** @throws AppError verification_required */
  assertMayGenerate: (userId: string) => Promise<void>;
}) {
  const { config, db, bus, providers, circuits, dispatch, media, assertMayGenerate } = deps;
  const prices = createPrices(config.prices);
  const costs = createCostRepository(db);
  const budgets = createBudgetService({
    budgets: createBudgetRepository(db),
    costs,
    audit: deps.audit,
    prices,
    providers,
  });
  const repository = createGenerationRepository(db);
  const { defaultDelayMs, maxUnfinished } = config.generation;
  const generations = createGenerationService({
    repository,
    keys: createIdempotencyKeys(db),
    dispatch,
    bus,
    providers,
    budgets,
    circuits,
    defaultDelayMs,
    quota: createQuota({ max: maxUnfinished, count: repository.countUnfinished }),
    assertMayGenerate,
    intake: { findContent: createContentRepository(db).find, findImages: media.views },
    viewImages: media.views,
  });
  return { generations, repository, budgets, costs };
}
