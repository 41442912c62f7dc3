import type { Readable } from 'node:stream';
import {
  type BatchCheck,
  type BatchDetail,
  type BatchListQuery,
  type BatchPage,
  type BatchRowPage,
  type BatchRowsQuery,
  type BatchStatus,
  type BatchTable,
  type BatchTableBody,
  type BatchView,
  type CreateBatchBody,
  type GenerateBody,
  usualLimits,
} from '@octavo/contracts';
import { v7 as uuidv7 } from 'uuid';
import { type IdempotencyKeys, idempotencyOf } from '#features/idempotency';
import { AppError } from '#platform/http';
import { createBatchCost, type EstimateOne } from './cost.ts';
import { fillRow, fillRows, previewOf, type RowKind } from './table/fill-row.ts';
import { presentBatch, presentRow } from './presenter.ts';
import { readTable } from './table/read-table.ts';
import type { BatchRecord, BatchRepository } from './repository.ts';
import { type ResultDeps, resultsAsCsv, resultsAsZip } from './results.ts';

const previewRows = 3;

/** `replayed`: it was created before, under the same key. */
interface Answer {
  batch: BatchDetail;
  replayed: boolean;
}

export interface BatchService {
  /** The table as it is understood. @throws AppError validation_failed naming rows and columns */
  table(body: BatchTableBody): BatchTable;
  /** All that `create` looks at, without storing anything. @throws AppError as `create`, but for the limit of the cost */
  check(userId: string, body: CreateBatchBody): Promise<BatchCheck>;
  /**
   * Reads and checks every row, and stores them as a draft; with `startsPaused: false` it is started as well.
   * With an idempotency key a repeated request gets the batch of the first one, as it is by then (`replayed`).
   * @throws AppError validation_failed naming rows and columns, cost_above_limit, provider_unavailable,
   * idempotency_conflict when the key stands for another request, not_found when its batch was deleted
   */
  create(userId: string, body: CreateBatchBody, idempotencyKey: string | undefined): Promise<Answer>;
  list(userId: string, query: BatchListQuery): Promise<BatchPage>;
  get(userId: string, id: string): Promise<BatchDetail>;
  rows(userId: string, id: string, query: BatchRowsQuery): Promise<BatchRowPage>;
  /** @throws AppError cost_above_limit, batch_state */
  start(userId: string, id: string): Promise<BatchView>;
  /** Rows that have been submitted go on. @throws AppError batch_state */
  pause(userId: string, id: string): Promise<BatchView>;
  resume(userId: string, id: string): Promise<BatchView>;
  /** For good: rows that have been submitted are cancelled, the others never are. @throws AppError batch_state */
  cancel(userId: string, id: string): Promise<BatchView>;
  /** Failed rows once more, each into its own content; the limit of the cost holds for them alone. */
  retry(userId: string, id: string): Promise<BatchView>;
  /** Cancels what still runs. The contents stay. */
  delete(userId: string, id: string): Promise<void>;
  resultsAsCsv(userId: string, id: string, origin: string): Promise<{ title: string; stream: Readable }>;
  /** @throws AppError payload_too_large */
  resultsAsZip(userId: string, id: string): Promise<{ title: string; stream: Readable }>;
}

export function createBatchService(deps: {
  repository: BatchRepository;
  keys: IdempotencyKeys;
  cancelGeneration: (userId: string, generationId: string) => Promise<unknown>;
  images: ResultDeps['images'];
  /** Tells the workers, which would find out by themselves a second later. */
  announce: (batchId: string) => void;
  estimate?: EstimateOne;
}): BatchService {
  const { repository } = deps;
  const { estimate, assertWithinLimit } = createBatchCost(deps.estimate);
  const resultDeps: ResultDeps = { results: repository.results, images: deps.images };

  async function find(userId: string, id: string): Promise<BatchRecord> {
    const batch = await repository.find(userId, id);
    if (!batch) throw new AppError('not_found', 'There is no such batch.');
    return batch;
  }

  async function view(userId: string, id: string): Promise<BatchView> {
    const batch = await find(userId, id);
    return presentBatch(batch, (await repository.stateCounts([id])).get(id) ?? {});
  }

  async function detail(userId: string, id: string): Promise<BatchDetail> {
    const batch = await find(userId, id);
    const first = await requestsOf(batch, { limit: previewRows });
    const isDraft = batch.status === 'draft';
    const most = isDraft ? await estimate(userId, await requestsOf(batch)).catch(unknownWithoutProvider) : null;
    const { spent, held } = isDraft ? { spent: 0, held: 0 } : await repository.money(id);
    const money = { spentMicroUsd: spent, heldMicroUsd: held };
    return { ...(await view(userId, id)), preview: previewsOf(first), estimate: most, ...money };
  }

  async function requestsOf(batch: BatchRecord, options: Parameters<BatchRepository['values']>[1] = {}) {
    const kind = kindOf(batch);
    // A row that is not understood any more is refused when it is submitted.
    return (await repository.values(batch.id, options)).flatMap((values) => fillRow(kind, values).request ?? []);
  }

  async function setStatus(userId: string, id: string, from: BatchStatus, to: BatchStatus, done: string) {
    if (await repository.setStatus(userId, id, [from], to)) {
      if (to === 'running') deps.announce(id);
      return view(userId, id);
    }
    const now = await view(userId, id);
    if (now.status === to) return now;
    throw await wrongState(userId, id, done);
  }

  async function wrongState(userId: string, id: string, done: string): Promise<AppError> {
    const { status } = await find(userId, id);
    return new AppError('batch_state', `This batch is ${inWords[status]}; it cannot be ${done}.`);
  }

  async function cancel(userId: string, id: string): Promise<boolean> {
    if (!(await repository.cancel(userId, id))) return false;
    for (const state of ['pending', 'processing'] as const) {
      const { rows } = await repository.rows(id, { state }, 1, 1000);
      for (const { generation_id: generationId } of rows) {
        if (generationId === null) continue;
        // It may have ended meanwhile. What is missed here, should this process die, the workers cancel.
        await deps.cancelGeneration(userId, generationId).catch((error: unknown) => {
          if (!(error instanceof AppError)) throw error;
        });
      }
    }
    return true;
  }

  function read(body: CreateBatchBody) {
    const table = readTable(body);
    const kind: RowKind = { ...body, provider: body.provider ?? null, model: body.model ?? null };
    const requests = fillRows(kind, table);
    return { table, kind, requests };
  }

  return {
    table: readTable,

    async check(userId, body) {
      const { requests } = read(body);
      return { rowCount: requests.length, preview: previewsOf(requests), estimate: await estimate(userId, requests) };
    },

    async create(userId, body, key) {
      const { table, kind, requests } = read(body);
      const idempotency = idempotencyOf(key, body);
      return deps.keys.once<Answer>(userId, idempotency, 'batch_id', {
        show: async (id) => ({ batch: await detail(userId, id), replayed: true }),
        async make() {
          const maxCostMicroUsd = body.maxCostUsd === undefined ? null : Math.round(body.maxCostUsd * 1_000_000);
          if (!body.startsPaused) await assertWithinLimit(userId, maxCostMicroUsd, requests);
          const most = await estimate(userId, requests);
          const id = uuidv7();
          const isStored = await repository.insert({
            id,
            userId,
            idempotency,
            title: body.title,
            contentType: body.contentType,
            template: body.template,
            columns: table.columns,
            provider: kind.provider,
            model: kind.model,
            maxCostMicroUsd,
            rowsPerMinute: body.rowsPerMinute ?? null,
            rows: table.rows,
            contentIds: body.startsPaused ? [] : contentIdsFor(table.rows.length),
          });
          if (!isStored) throw new AppError('idempotency_conflict');
          if (!body.startsPaused) deps.announce(id);
          const preview = previewsOf(requests);
          const money = { spentMicroUsd: 0, heldMicroUsd: 0 };
          const now = await view(userId, id);
          return { batch: { ...now, preview, estimate: body.startsPaused ? most : null, ...money }, replayed: false };
        },
      });
    },

    async list(userId, { page = 1, limit = usualLimits.batches }) {
      const [rows, total] = await Promise.all([repository.list(userId, page, limit), repository.count(userId)]);
      const counts = await repository.stateCounts(rows.map(({ id }) => id));
      return {
        batches: rows.map((batch) => presentBatch(batch, counts.get(batch.id) ?? {})),
        pagination: { total, page, totalPages: Math.ceil(total / limit), limit },
      };
    },

    get: detail,

    async rows(userId, id, query) {
      await find(userId, id);
      const { page = 1, limit = usualLimits.rows } = query;
      const { rows, total } = await repository.rows(id, query, page, limit);
      return {
        rows: rows.map(presentRow),
        pagination: { total, page, totalPages: Math.ceil(total / limit), limit },
      };
    },

    async start(userId, id) {
      const batch = await find(userId, id);
      if (batch.status !== 'draft') throw await wrongState(userId, id, 'started');
      await assertWithinLimit(userId, limitOf(batch), await requestsOf(batch));
      const contentIds = contentIdsFor((await view(userId, id)).rowCount);
      if (!(await repository.start(userId, id, contentIds))) throw await wrongState(userId, id, 'started');
      deps.announce(id);
      return view(userId, id);
    },

    pause: (userId, id) => setStatus(userId, id, 'running', 'paused', 'paused'),
    resume: (userId, id) => setStatus(userId, id, 'paused', 'running', 'resumed'),

    async cancel(userId, id) {
      const { status } = await find(userId, id);
      if (status !== 'cancelled' && !(await cancel(userId, id))) throw await wrongState(userId, id, 'cancelled');
      return view(userId, id);
    },

    async retry(userId, id) {
      const batch = await find(userId, id);
      await assertWithinLimit(userId, limitOf(batch), await requestsOf(batch, { state: 'failed' }));
      if (!(await repository.retryFailed(userId, id))) throw new AppError('batch_state', 'No row has failed.');
      deps.announce(id);
      return view(userId, id);
    },

    async delete(userId, id) {
      await find(userId, id);
      await cancel(userId, id);
      await repository.softDelete(userId, id);
    },

    async resultsAsCsv(userId, id, origin) {
      const batch = await find(userId, id);
      return { title: batch.title, stream: resultsAsCsv(resultDeps, batch, origin) };
    },

    async resultsAsZip(userId, id) {
      const batch = await find(userId, id);
      return { title: batch.title, stream: await resultsAsZip(resultDeps, batch) };
    },
  };
}

const inWords: Record<BatchStatus, string> = {
  draft: 'not started',
  running: 'running',
  paused: 'paused',
  completed: 'completed',
  cancelled: 'cancelled',
};

function kindOf(batch: BatchRecord): RowKind {
  const { content_type: contentType, template, provider, model } = batch;
  return { contentType, template, provider, model };
}

function contentIdsFor(rowCount: number): string[] {
  return Array.from({ length: rowCount }, () => uuidv7());
}

function previewsOf(requests: GenerateBody[]) {
  return requests.slice(0, previewRows).map((request, index) => previewOf(index + 1, request));
}

function limitOf({ max_cost_micro_usd: limit }: BatchRecord): number | null {
  return limit === null ? null : Number(limit);
}

/** A draft can be looked at although its provider is away. */
function unknownWithoutProvider(error: unknown): null {
  if (error instanceof AppError) return null;
  throw error;
}
