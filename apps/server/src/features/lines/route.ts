import type { ContentType, ProviderName } from '@octavo/contracts';
import { type Candidate, ProviderNotAvailable, type Providers } from '@octavo/providers';
import type { GenerationRow } from '#platform/db';

/** Until a provider may be called, in ms; 0 when it may. */
export type BlockedMs = (provider: ProviderName) => number;

export type Choice =
  | { kind: 'call'; candidate: Candidate; index: number }
  /** Nobody may be called right now; `provider` will be the first that may. */
  | { kind: 'wait'; provider: ProviderName; waitMs: number };

/** Who waits for a provider is woken when it works again. This is for those who miss it. */
const maxWaitMs = 300_000;

/** Those who may write a generation, in their order. @throws ProviderNotAvailable when there is nobody */
export function writersOf(
  providers: Pick<Providers, 'candidates'>,
  generation: Pick<GenerationRow, 'content_type' | 'requested_provider' | 'requested_model' | 'provider'>,
): Candidate[] {
  const all = providers.candidates(generation.content_type, {
    ...(generation.requested_provider && { provider: generation.requested_provider as never }),
    ...(generation.requested_model && { model: generation.requested_model }),
  });
  // Sample text never stands in for a hosted provider that was there when this began.
  const began = generation.provider;
  const isKeyless = began === null || began === 'local' || began === 'sandbox';
  const writers = isKeyless ? all : all.filter(({ provider }) => provider.name !== 'sandbox');
  if (writers.length === 0) throw new ProviderNotAvailable(`${began} is not available any more.`);
  return writers;
}

/** The first of the writers who may be called, beginning with the one at `start`. `writers` is not empty. */
export function chooseWriter(writers: Candidate[], start: number, blockedMs: BlockedMs): Choice {
  let wait: Extract<Choice, { kind: 'wait' }> | undefined;
  for (let step = 0; step < writers.length; step += 1) {
    const index = (start + step) % writers.length;
    const candidate = writers[index]!;
    const { name } = candidate.provider;
    const waitMs = Math.min(blockedMs(name), maxWaitMs);
    if (waitMs <= 0) return { kind: 'call', candidate, index };
    if (!wait || waitMs < wait.waitMs) wait = { kind: 'wait', provider: name, waitMs };
  }
  if (!wait) throw new Error('there are no writers to choose from');
  return wait;
}

/** With whom the next take of a generation begins. */
export function startOf(writers: Candidate[], generation: Pick<GenerationRow, 'next_provider'>): number {
  return Math.max(
    0,
    writers.findIndex(({ provider }) => provider.name === generation.next_provider),
  );
}

/** In whose line a new generation waits; '' when nobody could write it now. */
export function firstProvider(
  deps: { providers: Pick<Providers, 'candidates'>; blockedMs: BlockedMs },
  request: { contentType: ContentType; provider?: string | null | undefined; model?: string | null | undefined },
): string {
  try {
    const writers = writersOf(deps.providers, {
      content_type: request.contentType,
      requested_provider: request.provider ?? null,
      requested_model: request.model ?? null,
      provider: null,
    });
    const choice = chooseWriter(writers, 0, deps.blockedMs);
    return choice.kind === 'call' ? choice.candidate.provider.name : choice.provider;
  } catch (error) {
    if (error instanceof ProviderNotAvailable) return '';
    throw error;
  }
}

/**
 * Who writes the take after a failed one, and when: the next in the order at once, else the same one again after a
 * pause. @returns undefined when no further take can help
 */
export function nextWriter(
  writers: Candidate[],
  failed: { index: number; isRetryable: boolean; pauseMs: number },
  blockedMs: BlockedMs,
): { provider: ProviderName; delayMs: number } | undefined {
  const others = writers.slice(failed.index + 1);
  const next = others.length > 0 ? chooseWriter(others, 0, blockedMs) : undefined;
  if (next?.kind === 'call') return { provider: next.candidate.provider.name, delayMs: 0 };
  if (failed.isRetryable) {
    const again = chooseWriter(writers, failed.index, blockedMs);
    return again.kind === 'call'
      ? { provider: again.candidate.provider.name, delayMs: failed.pauseMs }
      : { provider: again.provider, delayMs: Math.max(failed.pauseMs, again.waitMs) };
  }
  return next && { provider: next.provider, delayMs: next.waitMs };
}
