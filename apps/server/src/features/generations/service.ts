import { createHash } from 'node:crypto';
import {
  type CancelResult,
  type GenerateBody,
  type GenerationAccepted,
  type GenerationEvent,
  type GenerationView,
  isTerminal,
  type MediaView,
  type JobStatusView,
} from '@octavo/contracts';
import { ProviderNotAvailable, type Providers } from '@octavo/providers';
import { v7 as uuidv7 } from 'uuid';
import { AppError } from '#platform/http';
import type { JobQueue } from '#platform/queue';
import type { EventBus } from '#platform/realtime';
import { type IntakeDeps, takeIn } from './intake.ts';
import { followGeneration, isEnd } from './follow.ts';
import { presentAccepted, presentGeneration } from './presenter.ts';
import type { GenerationRepository, GenerationRow, LogPosition } from './repository.ts';
import { runJob } from './run.job.ts';

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
  queue: JobQueue;
  bus: EventBus;
  providers: Pick<Providers, 'candidates'>;
  defaultDelayMs: number;
  intake: IntakeDeps;
  /** @throws AppError verification_required */
  assertMayGenerate: (userId: string) => Promise<void>;
  /** Those of the images that the user has, in the order of the ids. */
  viewImages: (userId: string, ids: string[]) => Promise<MediaView[]>;
}): GenerationService {
  const { repository, queue, bus, providers } = deps;

  async function find(userId: string, id: string): Promise<GenerationRow> {
    const generation = await repository.find(userId, id);
    if (!generation) throw new AppError('not_found', 'There is no such generation.');
    return generation;
  }

  /** After the commit: the queue and the readers may fail to hear of it, the sweeper and the log repair that. */
  function start(userId: string, generationId: string, contentId: string, delayMs: number): void {
    queue.addSoon(runJob, { id: generationId, payload: { generationId }, delayMs });
    const event = { generationId, contentId, attempt: 0, seq: 0, offset: 0, type: 'queued' } as const;
    bus.publish({ topic: 'generation', userId, event });
  }

  async function imagesOf({ id, user_id: userId, attempt, content_type: contentType }: GenerationRow) {
    if (contentType !== 'image') return [];
    return deps.viewImages(userId, await repository.imageIds(id, attempt));
  }

  async function replay(userId: string, key: string, fingerprint: Buffer): Promise<GenerationAccepted> {
    const first = await repository.findIdempotencyKey(userId, key);
    if (!first?.fingerprint.equals(fingerprint)) throw new AppError('idempotency_conflict');
    return presentAccepted(await find(userId, first.generationId));
  }

  return {
    async submit(userId, request, key) {
      await deps.assertMayGenerate(userId);
      const idempotency = key === undefined ? undefined : { key, fingerprint: fingerprintOf(request) };
      try {
        assertProviderAvailable(providers, request);
      } catch (error) {
        // What was accepted once stays accepted, whatever became of the provider.
        if (!idempotency || !(await repository.findIdempotencyKey(userId, idempotency.key))) throw error;
        return { accepted: await replay(userId, idempotency.key, idempotency.fingerprint), replayed: true };
      }
      const { input, sources } = await takeIn(deps.intake, userId, request);
      const generationId = uuidv7();
      const contentId = uuidv7();
      const delayMs = request.delayMs ?? deps.defaultDelayMs;
      const createdAt = await repository.submit({
        generationId,
        contentId,
        userId,
        request,
        input,
        sources,
        delayMs,
        idempotency,
      });
      if (createdAt === undefined) {
        if (!idempotency) throw new Error('nothing was stored');
        return { accepted: await replay(userId, idempotency.key, idempotency.fingerprint), replayed: true };
      }
      start(userId, generationId, contentId, delayMs);
      const accepted = presentAccepted({
        id: generationId,
        user_id: userId,
        content_id: contentId,
        title: request.title,
        content_type: request.contentType,
        prompt: request.prompt,
        delay_ms: delayMs,
        created_at: createdAt,
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
      const generation = await repository.retry(userId, id, uuidv7());
      if (!generation) {
        const { status } = await find(userId, id);
        throw new AppError(
          'not_retryable',
          status === 'failed' || status === 'cancelled'
            ? 'This generation was retried already, or its content was deleted.'
            : `This generation is ${status}; only one that failed or was cancelled can be retried.`,
        );
      }
      start(userId, generation.id, generation.content_id, 0);
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
