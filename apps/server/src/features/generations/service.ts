import { createHash } from 'node:crypto';
import {
  type CancelResult,
  type GenerateBody,
  type GenerationAccepted,
  type GenerationEvent,
  type GenerationView,
  isTerminal,
  type JobStatusView,
} from '@octavo/contracts';
import { ProviderNotAvailable, type Providers } from '@octavo/providers';
import { v7 as uuidv7 } from 'uuid';
import type { Circuits } from '#features/providers';
import { AppError } from '#platform/http';
import type { EventBus } from '#platform/realtime';
import type { Dispatch } from './dispatch.ts';
import { followGeneration, isEnd } from './follow.ts';
import { presentAccepted, presentGeneration } from './presenter.ts';
import type { GenerationRepository, GenerationRow, LogPosition } from './repository.ts';
import { firstProvider } from './route.ts';

export interface GenerationService {
  /**
   * Accepts a generation: from the moment this resolves it will reach exactly one terminal state.
   * With an idempotency key a repeated request gets the first answer (`replayed`).
   * @throws AppError idempotency_conflict when the key stands for another request, provider_unavailable
   */
  submit(
    userId: string,
    request: GenerateBody,
    idempotencyKey: string | undefined,
  ): Promise<{ accepted: GenerationAccepted; replayed: boolean }>;
  jobStatus(userId: string, id: string): Promise<JobStatusView>;
  get(userId: string, id: string): Promise<GenerationView>;
  cancel(userId: string, id: string): Promise<CancelResult>;
  retry(userId: string, id: string): Promise<GenerationAccepted>;
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
  defaultDelayMs: number;
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

  return {
    async submit(userId, request, key) {
      const idempotency = key === undefined ? undefined : { key, fingerprint: fingerprintOf(request) };
      try {
        assertProviderAvailable(providers, request);
      } catch (error) {
        // What was accepted once stays accepted, whatever became of the provider.
        if (!idempotency || !(await repository.findIdempotencyKey(userId, idempotency.key))) throw error;
        return { accepted: await replay(userId, idempotency.key, idempotency.fingerprint), replayed: true };
      }
      const generationId = uuidv7();
      const contentId = uuidv7();
      const delayMs = request.delayMs ?? deps.defaultDelayMs;
      const provider = choose(request);
      const stored = await repository.submit({
        generationId,
        contentId,
        userId,
        request,
        provider,
        delayMs,
        idempotency,
      });
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
      const [attempts, text] = await Promise.all([
        repository.attempts(id),
        isTerminal(generation.status) ? (generation.output ?? '') : repository.takeText(id, generation.attempt),
      ]);
      return presentGeneration(generation, attempts, text);
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
      const { content_type, requested_provider, requested_model } = await find(userId, id);
      const provider = choose({
        contentType: content_type,
        provider: requested_provider,
        model: requested_model,
      });
      const generation = await repository.retry(userId, id, uuidv7(), provider);
      if (!generation) {
        const { status } = await find(userId, id);
        throw new AppError(
          'not_retryable',
          status === 'failed' || status === 'cancelled'
            ? 'This generation was retried already, or its content was deleted.'
            : `This generation is ${status}; only one that failed or was cancelled can be retried.`,
        );
      }
      const { id: generationId, content_id: contentId, place } = generation;
      start({ userId, generationId, contentId }, { provider, place, delayMs: 0 });
      return presentAccepted(generation);
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
function fingerprintOf(request: GenerateBody): Buffer {
  const fields = Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest();
}
