import { errorCodes, isTerminalEvent } from '@octavo/contracts';
import type { GenerationService } from '#features/generations';
import { isConnectionError, isUniqueViolation, retryWhileUnreachable } from '#platform/db';
import { AppError } from '#platform/http';
import type { Logger } from '#platform/log';
import type { EventBus } from '#platform/realtime';
import { repeatEvery } from '#platform/repeat';
import type { FeedRepository, FeedResult, WaitingRow } from './feed.repository.ts';
import { fillRow } from './table/fill-row.ts';
import type { BatchRecord } from './repository.ts';

/** Batches that one process feeds at the same time; each needs a database connection for as long as it takes. */
const lanes = 2;
const batchesPerSweep = 100;
/** Another worker feeds, and may not have seen what made this one look. */
const busyMs = 50;
/** A batch is held while its rows are submitted: a database that is away for longer is tried again with the next sweep. */
const keepTryingMs = 5000;

/**
 * Submits the rows of running batches, of each only so many that `window` are unfinished: when one is started, when a
 * generation that was submitted here ends, and every `intervalMs`. Any number of workers may feed the same batches.
 */
export function createFeeder(deps: {
  repository: FeedRepository;
  generations: Pick<GenerationService, 'submit' | 'retry' | 'cancel'>;
  bus: Pick<EventBus, 'subscribe' | 'onGap'>;
  log: Logger;
  window: number;
  intervalMs?: number;
}) {
  const { repository, generations, bus, log, window, intervalMs = 1000 } = deps;
  /** Generations that were submitted here and have not ended, with their batches. */
  const running = new Map<string, string>();
  const wanted = new Set<string>();
  const busy = new Map<string, Promise<void>>();
  let isClosed = false;

  async function feed(id: string): Promise<void> {
    const fed = await repository.feed(id, window, submitRows);
    if (fed === 'busy') setTimeout(want, busyMs, id).unref();
    if (!fed || fed === 'busy') return;
    if (fed.hasRefused) wanted.add(id);
    for (const generationId of fed.toCancel) {
      await generations.cancel(fed.userId, generationId).catch((error: unknown) => {
        // It has ended meanwhile.
        if (!(error instanceof AppError)) throw error;
      });
    }
  }

  async function submitRows(batch: BatchRecord, rows: WaitingRow[]): Promise<FeedResult> {
    const result: FeedResult = { refused: [], pausedReason: undefined };
    await Promise.all(
      rows.map(async (row) => {
        try {
          const error = await retryWhileUnreachable(() => submitRow(batch, row), keepTryingMs);
          if (error !== undefined) result.refused.push({ number: row.number, error });
        } catch (error) {
          if (error instanceof AppError && stopsAll(error)) result.pausedReason = error.message;
          else if (error instanceof AppError && errorCodes[error.code].status < 500) {
            result.refused.push({ number: row.number, error: error.message });
          } else if (error instanceof AppError || isConnectionError(error)) {
            log.warn({ err: error, batchId: batch.id, row: row.number }, 'row not submitted, will try again');
          } else {
            log.error({ err: error, batchId: batch.id, row: row.number }, 'row cannot be submitted');
            result.refused.push({ number: row.number, error: 'Something went wrong on this server.' });
          }
        }
      }),
    );
    if (result.pausedReason !== undefined) log.info({ batchId: batch.id }, 'batch paused');
    return result;
  }

  /** May run twice: a row that was submitted already is known by its content. @returns what is wrong with the row */
  async function submitRow(batch: BatchRecord, row: WaitingRow): Promise<string | undefined> {
    if (row.retryOf !== null) {
      const { accepted } = await generations.retry(batch.user_id, row.retryOf, undefined);
      running.set(accepted.jobId, batch.id);
      return undefined;
    }
    // Without the id nobody could tell that it was submitted, and it would be submitted for ever.
    const { contentId } = row;
    if (contentId === null) return 'This row does not belong to what was started. Create the batch again.';
    const { request, wrong } = fillRow({ ...batch, contentType: batch.content_type }, row.values);
    if (!request) return wrong.join('; ');
    try {
      const { accepted } = await generations.submit(batch.user_id, request, undefined, { contentId });
      running.set(accepted.jobId, batch.id);
    } catch (error) {
      if (!isUniqueViolation(error, 'contents_pkey')) throw error;
    }
    return undefined;
  }

  function want(id: string): void {
    if (!isClosed) wanted.add(id);
    pump();
  }

  function pump(): void {
    for (const id of wanted) {
      if (busy.size >= lanes) return;
      if (busy.has(id)) continue;
      wanted.delete(id);
      const feeding = feed(id)
        .catch((error: unknown) => log.warn({ err: error, batchId: id }, 'batch not fed, will try again'))
        .finally(() => {
          busy.delete(id);
          pump();
        });
      busy.set(id, feeding);
    }
  }

  async function sweep(): Promise<void> {
    for (const id of await repository.takeDue(intervalMs, batchesPerSweep)) want(id);
  }

  const sweeps = repeatEvery(intervalMs, sweep, { log, failure: 'batches not looked at, will try again' });
  const unsubscribe = bus.subscribe((message) => {
    if (message.topic === 'batch') want(message.batchId);
    if (message.topic !== 'generation' || !isTerminalEvent(message.event)) return;
    const batchId = running.get(message.event.generationId);
    if (batchId === undefined) return;
    running.delete(message.event.generationId);
    want(batchId);
  });
  // Ends that were missed are seen by the sweep.
  const stopGap = bus.onGap(() => running.clear());

  return {
    /** What is being submitted is submitted; nothing more is. */
    async close(): Promise<void> {
      isClosed = true;
      wanted.clear();
      const swept = sweeps.close();
      unsubscribe();
      stopGap();
      await swept;
      await Promise.all(busy.values());
    },
  };
}

/** Every other row would be refused for the same reason: a budget that is used up, a provider that is not set up. */
const accountErrors: string[] = ['verification_required', 'account_suspended', 'account_deleted'];

function stopsAll({ code }: AppError): boolean {
  return (
    code === 'provider_unavailable' || accountErrors.includes(code) || [402, 429].includes(errorCodes[code].status)
  );
}
