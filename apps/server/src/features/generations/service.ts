import {
  type AttemptText,
  type CancelResult,
  type ErrorCode,
  type GenerateBody,
  type GenerationAccepted,
  type GenerationEvent,
  type GenerationView,
  isTerminal,
  type MediaView,
  type JobStatusView,
  type RegenerateBody,
} from '@octavo/contracts';
import type { Providers } from '@octavo/providers';
import { v7 as uuidv7 } from 'uuid';
import { type BudgetService, refuseOverBudget } from '#features/budgets';
import { type Idempotency, type IdempotencyKeys, idempotencyOf } from '#features/idempotency';
import { type Dispatch, firstProvider, type Quota } from '#features/lines';
import type { Circuits } from '#features/providers';
import { AppError } from '#platform/http';
import type { EventBus } from '#platform/realtime';
import { assertProviderAvailable, type IntakeDeps, takeIn } from './intake.ts';
import { followGeneration, isEnd } from './follow.ts';
import { presentAccepted, presentAttempt, presentGeneration, presentJobStatus } from './presenter.ts';
import type { GenerationRepository, LogPosition } from './repository.ts';
import { requestAgain, retryOf } from './request-again.ts';
import { startOfLog } from './sse.ts';
import type { Again, FoundGeneration, Submission } from './submission.ts';

/** `replayed`: it is what was accepted before, under the same key. */
interface Answer {
  accepted: GenerationAccepted;
  replayed: boolean;
}

export interface GenerationService {
  /**
   * Accepts a generation: from the moment this resolves it will reach exactly one terminal state.
   * With an idempotency key a repeated request gets the first answer (`replayed`). With a content id of the caller's,
   * a second submit with the same id is refused by the database (`contents_pkey`) and stores nothing.
   * @throws AppError idempotency_conflict when the key stands for another request, provider_unavailable,
   * budget_exceeded, too_many_requests when the user has as many unfinished ones as are allowed
   */
  submit(
    userId: string,
    request: GenerateBody,
    idempotencyKey: string | undefined,
    ids?: { contentId: string },
  ): Promise<Answer>;
  jobStatus(userId: string, id: string): Promise<JobStatusView>;
  get(userId: string, id: string): Promise<GenerationView>;
  cancel(userId: string, id: string): Promise<CancelResult>;
  /** The same request anew, for the same content. @throws AppError not_found, not_retryable, and as `submit` */
  retry(userId: string, id: string, idempotencyKey: string | undefined): Promise<Answer>;
  /**
   * Another generation of a content, asked for as the last one was, but for what is said to change.
   * @throws AppError not_found, still_generating, validation_failed, and as `submit`
   */
  regenerate(
    userId: string,
    contentId: string,
    change: RegenerateBody,
    idempotencyKey: string | undefined,
  ): Promise<Answer>;
  /** One take with its words, whatever became of it. @throws AppError not_found */
  attempt(userId: string, id: string, attempt: number): Promise<AttemptText>;
  /**
   * The run log from a position on, live, until the generation ends.
   * @returns undefined when the reader has seen the end already
   * @throws AppError not_found, before the first entry
   */
  follow(
    userId: string,
    id: string,
    from: LogPosition,
    signal: AbortSignal,
  ): Promise<AsyncIterable<GenerationEvent> | undefined>;
}

export function createGenerationService(deps: {
  repository: GenerationRepository;
  keys: IdempotencyKeys;
  dispatch: Pick<Dispatch, 'send'>;
  bus: EventBus;
  providers: Pick<Providers, 'candidates'>;
  circuits: Pick<Circuits, 'blockedMs' | 'refresh'>;
  budgets: Pick<BudgetService, 'quote'>;
  defaultDelayMs: number;
  quota: Quota;
  intake: IntakeDeps;
  /** @throws AppError verification_required */
  assertMayGenerate: (userId: string) => Promise<void>;
  /** Those of the images that the user has, in the order of the ids. */
  viewImages: (userId: string, ids: string[]) => Promise<MediaView[]>;
}): GenerationService {
  const { repository, keys, dispatch, bus, providers, circuits } = deps;

  async function find(userId: string, id: string): Promise<FoundGeneration> {
    const generation = await repository.find(userId, id);
    if (!generation) throw new AppError('not_found', 'There is no such generation.');
    return generation;
  }

  /** After the commit: the queue and the readers may fail to hear of it, the sweeper and the log repair that. */
  function start(
    asked: Pick<Submission, 'userId' | 'generationId' | 'contentId' | 'provider' | 'delayMs'>,
    place: number,
  ) {
    const { userId, generationId, contentId, provider, delayMs } = asked;
    dispatch.send({ id: generationId, provider, place, delayMs });
    const event = { generationId, contentId, attempt: 0, seq: 0, offset: 0, type: 'queued' } as const;
    bus.publish({ topic: 'generation', userId, event });
  }

  async function imagesOf({ id, user_id: userId, attempt, content_type: contentType, is_erased }: FoundGeneration) {
    // Those that are left are of what was branched from it.
    if (contentType !== 'image' || is_erased) return [];
    return deps.viewImages(userId, await repository.imageIds(id, attempt));
  }

  /** With whom it begins and what that may cost. */
  async function plan(userId: string, request: GenerateBody) {
    // Not waited for: the worker decides in the end.
    void circuits.refresh();
    const quote = await deps.budgets.quote(userId, request);
    const provider = firstProvider({ providers, blockedMs: circuits.blockedMs }, request);
    return { generationId: uuidv7(), userId, request, provider, quote };
  }

  /** What was accepted under a key before. @returns undefined when nothing was @throws AppError idempotency_conflict */
  async function replay(userId: string, idempotency: Idempotency | undefined): Promise<Answer | undefined> {
    const first = idempotency && (await keys.first(userId, idempotency, 'generation_id'));
    return first === undefined ? undefined : acceptedBefore(userId, first);
  }

  async function acceptedBefore(userId: string, id: string): Promise<Answer> {
    return { accepted: presentAccepted(await find(userId, id)), replayed: true };
  }

  async function accept(
    userId: string,
    request: GenerateBody,
    idempotency: Idempotency | undefined,
    ids: { contentId: string } | undefined,
  ): Promise<Answer> {
    const taken = await takeIn(deps.intake, userId, request);
    const contentId = ids?.contentId ?? uuidv7();
    const delayMs = request.delayMs ?? deps.defaultDelayMs;
    const asked = { ...taken, contentId, delayMs, idempotency, ...(await plan(userId, request)) };
    const stored = await repository.submit(asked).catch(refuseOverBudget);
    if (!stored) {
      const first = await replay(userId, idempotency);
      if (first) return first;
      throw idempotency ? new AppError('idempotency_conflict') : new Error('nothing was stored');
    }
    start(asked, stored.place);
    const accepted = presentAccepted({
      id: asked.generationId,
      user_id: userId,
      content_id: contentId,
      title: request.title,
      content_type: request.contentType,
      prompt: request.prompt,
      delay_ms: delayMs,
      created_at: stored.createdAt,
    });
    return { accepted, replayed: false };
  }

  /** `next` finds out what is to be asked; when nothing is stored then, `refuse` says why. */
  async function acceptAgain(
    userId: string,
    idempotency: Idempotency | undefined,
    next: () => Promise<Omit<Submission & Again, 'generationId' | 'userId' | 'provider' | 'quote' | 'idempotency'>>,
    refuse: () => Promise<AppError>,
  ): Promise<Answer> {
    return keys.once(userId, idempotency, 'generation_id', {
      show: (id) => acceptedBefore(userId, id),
      async make() {
        const wanted = await next();
        const asked = { ...wanted, idempotency, ...(await plan(userId, wanted.request)) };
        const generation = await deps.quota.take(userId, () => repository.again(asked).catch(refuseOverBudget));
        if (!generation) throw await refuse();
        start(asked, generation.place);
        return { accepted: presentAccepted(generation), replayed: false };
      },
    });
  }

  return {
    async submit(userId, request, key, ids) {
      await deps.assertMayGenerate(userId);
      const idempotency = idempotencyOf(key, request);
      try {
        assertProviderAvailable(providers, request);
        return await deps.quota.take(userId, () => accept(userId, request, idempotency, ids));
      } catch (error) {
        // What was accepted once stays accepted, whatever became of the provider and the quota.
        if (!idempotency || !(error instanceof AppError) || !repeatable.has(error.code)) throw error;
        const first = await replay(userId, idempotency);
        if (first) return first;
        throw error;
      }
    },

    async jobStatus(userId, id) {
      return presentJobStatus(await find(userId, id));
    },

    async get(userId, id) {
      const generation = await find(userId, id);
      const [attempts, images, text] = await Promise.all([
        repository.attempts(id),
        imagesOf(generation),
        isTerminal(generation.status) ? (generation.output ?? '') : repository.takeText(id, generation.attempt),
      ]);
      return presentGeneration(generation, attempts, images, text);
    },

    async cancel(userId, id) {
      const cancelled = await repository.cancel(userId, id);
      if (!cancelled) {
        const { status } = await find(userId, id);
        if (status === 'cancelled') return { id, status, cancelRequested: true };
        throw new AppError('not_cancellable', `This generation has ${status} already.`);
      }
      const { status, attempt, seq, content_id: contentId } = cancelled;
      if (seq === null) {
        bus.publish({ topic: 'cancel', generationId: id });
      } else {
        const event = { generationId: id, contentId, attempt, seq, offset: 0, type: 'cancelled' } as const;
        bus.publish({ topic: 'generation', userId, event });
      }
      return { id, status, cancelRequested: true };
    },

    async retry(userId, id, key) {
      await deps.assertMayGenerate(userId);
      return acceptAgain(
        userId,
        idempotencyOf(key, { retryOf: id }),
        async () => {
          const old = await find(userId, id);
          if (old.status !== 'failed' && old.status !== 'cancelled') {
            throw new AppError(
              'not_retryable',
              `This generation is ${old.status}; only one that failed or was cancelled can be retried.`,
            );
          }
          if (old.is_erased) {
            throw new AppError('not_retryable', 'The content of this generation was deleted for good.');
          }
          return retryOf(old);
        },
        async () => {
          const retry = await repository.findRetry(userId, id);
          const message = retry
            ? `This generation was retried already, as ${retry}.`
            : 'The content of this generation was asked for anew already, or deleted.';
          return new AppError('not_retryable', message);
        },
      );
    },

    async regenerate(userId, contentId, change, key) {
      await deps.assertMayGenerate(userId);
      return acceptAgain(
        userId,
        idempotencyOf(key, { contentId, ...change }),
        async () => {
          const last = await repository.lastAsked(userId, contentId);
          if (!last) throw new AppError('not_found', 'There is no such content.');
          if (last.status !== null && !isTerminal(last.status)) throw new AppError('still_generating');
          const request = requestAgain(last, change);
          assertProviderAvailable(providers, request);
          const taken = await takeIn(deps.intake, userId, request);
          const delayMs = request.delayMs ?? deps.defaultDelayMs;
          return { contentId, request, ...taken, delayMs, replaces: last.generation_id, retryOf: null };
        },
        async () => new AppError('still_generating', 'This content was asked for again meanwhile, or deleted.'),
      );
    },

    async attempt(userId, id, number) {
      const generation = await find(userId, id);
      const attempt = (await repository.attempts(id)).find((one) => one.attempt === number);
      if (!attempt) throw new AppError('not_found', 'There is no such take.');
      const text = await repository.takeText(id, number);
      return { ...presentAttempt(attempt), generationId: id, contentId: generation.content_id, text };
    },

    async follow(userId, id, from, signal) {
      const generation = await find(userId, id);
      let start = from;
      if (isTerminal(generation.status)) {
        const [next] = await repository.eventsFrom(id, from);
        if (next && isEnd(next)) {
          const { attempt, seq, text_offset: length } = next;
          const isLater = attempt === from.attempt && seq < from.seq;
          if (attempt === from.attempt && seq === from.seq && length === from.offset) return undefined;
          // Of another log, or of a database that was restored. Words that died with their worker are no such thing.
          if (attempt < from.attempt || (isLater && from.offset < length)) start = startOfLog;
        }
      }
      return followGeneration({ repository, bus }, { id, contentId: generation.content_id }, start, signal);
    },
  };
}

/** Refusals that say nothing about the request itself: a repeated one has its answer already. */
const repeatable = new Set<ErrorCode>(['provider_unavailable', 'too_many_requests']);
