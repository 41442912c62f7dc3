import { createHash } from 'node:crypto';
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
import { ProviderNotAvailable, type Providers } from '@octavo/providers';
import { v7 as uuidv7 } from 'uuid';
import { type BudgetService, refuseOverBudget } from '#features/budgets';
import type { Circuits } from '#features/providers';
import { AppError } from '#platform/http';
import type { EventBus } from '#platform/realtime';
import { type IntakeDeps, sourcesOf, takeIn } from './intake.ts';
import type { Dispatch } from './dispatch.ts';
import { firstProvider } from './route.ts';
import { followGeneration, isEnd } from './follow.ts';
import type { Quota } from './quota.ts';
import { presentAccepted, presentAttempt, presentGeneration } from './presenter.ts';
import type { GenerationRepository, GenerationRow, LogPosition } from './repository.ts';
import { requestAgain, wishOf } from './request-again.ts';

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
  ): Promise<{ accepted: GenerationAccepted; replayed: boolean }>;
  jobStatus(userId: string, id: string): Promise<JobStatusView>;
  get(userId: string, id: string): Promise<GenerationView>;
  cancel(userId: string, id: string): Promise<CancelResult>;
  retry(userId: string, id: string): Promise<GenerationAccepted>;
  /**
   * Another generation of a content, asked for as the last one was, but for what is said to change.
   * @throws AppError not_found, still_generating, validation_failed, and as `submit`
   */
  regenerate(
    userId: string,
    contentId: string,
    change: RegenerateBody,
    idempotencyKey: string | undefined,
  ): Promise<{ accepted: GenerationAccepted; replayed: boolean }>;
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
  const { repository, dispatch, bus, providers, circuits } = deps;

  async function find(userId: string, id: string): Promise<GenerationRow> {
    const generation = await repository.find(userId, id);
    if (!generation) throw new AppError('not_found', 'There is no such generation.');
    return generation;
  }

  /** After the commit: the queue and the readers may fail to hear of it, the sweeper and the log repair that. */
  function start(
    { userId, generationId, contentId }: { userId: string; generationId: string; contentId: string },
    line: { provider: string; place: number; delayMs: number },
  ): void {
    dispatch.send({ id: generationId, ...line });
    const event = { generationId, contentId, attempt: 0, seq: 0, offset: 0, type: 'queued' } as const;
    bus.publish({ topic: 'generation', userId, event });
  }

  async function imagesOf({ id, user_id: userId, attempt, content_type: contentType }: GenerationRow) {
    if (contentType !== 'image') return [];
    return deps.viewImages(userId, await repository.imageIds(id, attempt));
  }

  function choose(request: Parameters<typeof firstProvider>[1]): string {
    // Not waited for: the worker decides in the end.
    void circuits.refresh();
    return firstProvider({ providers, blockedMs: circuits.blockedMs }, request);
  }

  async function replay(userId: string, key: string, fingerprint: Buffer): Promise<GenerationAccepted> {
    const first = await repository.findIdempotencyKey(userId, key);
    if (!first?.fingerprint.equals(fingerprint)) throw new AppError('idempotency_conflict');
    return presentAccepted(await find(userId, first.generationId));
  }

  async function accept(
    userId: string,
    request: GenerateBody,
    idempotency: { key: string; fingerprint: Buffer } | undefined,
    ids: { contentId: string } | undefined,
  ): Promise<{ accepted: GenerationAccepted; replayed: boolean }> {
    const { input, sources } = await takeIn(deps.intake, userId, request);
    const generationId = uuidv7();
    const contentId = ids?.contentId ?? uuidv7();
    const delayMs = request.delayMs ?? deps.defaultDelayMs;
    const quote = await deps.budgets.quote(userId, request);
    const provider = choose(request);
    const stored = await repository
      .submit({
        generationId,
        contentId,
        userId,
        request,
        input,
        sources,
        provider,
        delayMs,
        quote,
        idempotency,
      })
      .catch(refuseOverBudget);
    if (!stored) {
      if (!idempotency) throw new Error('nothing was stored');
      return { accepted: await replay(userId, idempotency.key, idempotency.fingerprint), replayed: true };
    }
    start({ userId, generationId, contentId }, { provider, place: stored.place, delayMs });
    const accepted = presentAccepted({
      id: generationId,
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

  return {
    async submit(userId, request, key, ids) {
      await deps.assertMayGenerate(userId);
      const idempotency = key === undefined ? undefined : { key, fingerprint: fingerprintOf(request) };
      try {
        assertProviderAvailable(providers, request);
        return await deps.quota.take(userId, () => accept(userId, request, idempotency, ids));
      } catch (error) {
        // What was accepted once stays accepted, whatever became of the provider and the quota.
        if (!idempotency || !(error instanceof AppError) || !repeatable.has(error.code)) throw error;
        if (!(await repository.findIdempotencyKey(userId, idempotency.key))) throw error;
        return { accepted: await replay(userId, idempotency.key, idempotency.fingerprint), replayed: true };
      }
    },

    async jobStatus(userId, id) {
      const generation = await find(userId, id);
      const { status } = generation;
      return {
        jobId: id,
        status,
        ...(status === 'completed' && {
          content: {
            id: generation.content_id,
            title: generation.title,
            generatedText: generation.output ?? '',
            contentType: generation.content_type,
            prompt: generation.prompt,
          },
        }),
        ...(status === 'failed' && { failureReason: generation.failure_reason ?? '' }),
      };
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

    async retry(userId, id) {
      await deps.assertMayGenerate(userId);
      const old = await find(userId, id);
      if (old.status !== 'failed' && old.status !== 'cancelled') {
        throw new AppError(
          'not_retryable',
          `This generation is ${old.status}; only one that failed or was cancelled can be retried.`,
        );
      }
      const quote = await deps.budgets.quote(userId, {
        contentType: old.content_type,
        title: old.title,
        prompt: old.prompt,
        input: (old.input as object | null) ?? undefined,
        provider: old.requested_provider,
        model: old.requested_model,
      });
      const provider = choose({
        contentType: old.content_type,
        provider: old.requested_provider,
        model: old.requested_model,
      });
      const again = {
        generationId: uuidv7(),
        contentId: old.content_id,
        userId,
        request: {
          contentType: old.content_type,
          title: old.title,
          prompt: old.prompt,
          ...wishOf(old),
        } as GenerateBody,
        input: old.input as object | null,
        sources: sourcesOf(old.content_type, old.input),
        provider,
        delayMs: 0,
        quote,
        idempotency: undefined,
        replaces: id,
        retryOf: id,
      };
      const generation = await deps.quota.take(userId, () => repository.again(again).catch(refuseOverBudget));
      if (!generation) {
        throw new AppError('not_retryable', 'This generation was retried already, or its content was deleted.');
      }
      const { id: generationId, content_id: contentId, place } = generation;
      start({ userId, generationId, contentId }, { provider, place, delayMs: 0 });
      return presentAccepted(generation);
    },

    async regenerate(userId, contentId, change, key) {
      await deps.assertMayGenerate(userId);
      const idempotency = key === undefined ? undefined : { key, fingerprint: fingerprintOf({ contentId, ...change }) };
      const replayed = async () => ({
        accepted: await replay(userId, key ?? '', idempotency!.fingerprint),
        replayed: true,
      });
      if (idempotency && (await repository.findIdempotencyKey(userId, idempotency.key))) return replayed();
      const last = await repository.lastAsked(userId, contentId);
      if (!last) throw new AppError('not_found', 'There is no such content.');
      if (last.status !== null && !isTerminal(last.status)) {
        // It may be this very request that runs, sent twice.
        if (idempotency && (await repository.findIdempotencyKey(userId, idempotency.key))) return replayed();
        throw new AppError('still_generating');
      }
      const request = requestAgain(last, change);
      assertProviderAvailable(providers, request);
      const { input, sources } = await takeIn(deps.intake, userId, request);
      const delayMs = request.delayMs ?? deps.defaultDelayMs;
      const provider = choose(request);
      const next = {
        generationId: uuidv7(),
        contentId,
        userId,
        request,
        input,
        sources,
        provider,
        delayMs,
        quote: await deps.budgets.quote(userId, request),
        idempotency,
        replaces: last.generation_id,
        retryOf: null,
      };
      const generation = await deps.quota.take(userId, () => repository.again(next).catch(refuseOverBudget));
      if (generation) {
        start({ userId, generationId: generation.id, contentId }, { provider, place: generation.place, delayMs });
        return { accepted: presentAccepted(generation), replayed: false };
      }
      if (idempotency && (await repository.findIdempotencyKey(userId, idempotency.key))) return replayed();
      throw new AppError('still_generating', 'This content was asked for again meanwhile, or deleted.');
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
      if (isTerminal(generation.status)) {
        const [next] = await repository.eventsFrom(id, from);
        if (next && next.attempt === from.attempt && next.seq === from.seq && isEnd(next)) return undefined;
      }
      return followGeneration({ repository, bus }, { id, contentId: generation.content_id }, from, signal);
    },
  };
}

/** Refusals that say nothing about the request itself: a repeated one has its answer already. */
const repeatable = new Set<ErrorCode>(['provider_unavailable', 'too_many_requests']);

/** Says at once what would fail later: a provider that is not set up here. */
function assertProviderAvailable(
  providers: Pick<Providers, 'candidates'>,
  { contentType, provider, model }: GenerateBody,
) {
  if (provider === undefined) return;
  try {
    providers.candidates(contentType, { provider, ...(model !== undefined && { model }) });
  } catch (error) {
    if (!(error instanceof ProviderNotAvailable)) throw error;
    throw new AppError('provider_unavailable', error.message, {
      fields: [{ path: 'body.provider', message: error.message }],
    });
  }
}

/** Two requests are the same when their contents are, in whatever order their fields came. */
function fingerprintOf(request: object): Buffer {
  const fields = Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest();
}
