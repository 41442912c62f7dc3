import {
  checkQuality,
  type FinishReason,
  isUncharged,
  type Prices,
  ProviderError,
  ProviderNotAvailable,
  type ProviderPart,
  type Providers,
  type SourceImage,
  takeParameters,
} from '@octavo/providers';
import { errorCodes, maxBodyLength, type ProviderName, type Usage } from '@octavo/contracts';
import { describeBudgetReached, readBudgetReached } from '#features/budgets';
import { buildXmp } from '#features/provenance';
import { AppError } from '#platform/http';
import { isConnectionError, retryWhileUnreachable } from '#platform/db';
import type { Logger } from '#platform/log';
import { defineHandler, type JobHandler, type JobOutcome } from '#platform/queue';
import { type ActiveRuns, TakeStopped } from './active-runs.ts';
import type { GenerationRow } from './repository.ts';
import { seedOf, takeRequest } from './take-request.ts';
import type { RunLog, TakeLog } from './run-log.ts';
import { runJob } from './run.job.ts';
import type { RunRepository, TakeEnd } from './run.repository.ts';

interface RunDeps {
  repository: RunRepository;
  providers: Pick<Providers, 'candidates'>;
  prices: Pick<Prices, 'priceOf' | 'worstCase'>;
  runLog: RunLog;
  activeRuns: ActiveRuns;
  log: Logger;
  images: {
    load: (userId: string, mediaId: string) => Promise<SourceImage>;
    storeGenerated: (userId: string, image: { bytes: Uint8Array; alt: string; xmp: string }) => Promise<{ id: string }>;
  };
  leaseMs: number;
  /** How many takes may fail before the generation does. */
  maxFailures: number;
  /** Pause after the first failed take; doubles with each. */
  backoffMs: number;
}

/** How a take ended, before it is decided what that means for its generation. */
interface Verdict {
  outcome: TakeEnd['outcome'];
  code?: string;
  reason?: string;
  /** Another take with the same provider may do better. */
  isRetryable?: boolean;
  retryAfterMs?: number | undefined;
  finishReason?: string;
  usage?: Usage;
  /** What it cost; without it nobody knows. */
  cost?: TakeEnd['cost'];
}

/** One take of a generation: claim it, let a provider write, judge what was written, and say how it ended. */
export function createRunHandler(deps: RunDeps): JobHandler {
  return defineHandler(runJob, async ({ generationId }): Promise<JobOutcome> => {
    const claim = await deps.repository.claim({ id: generationId, leaseMs: deps.leaseMs });
    if (claim.kind === 'over') return undefined;
    // A few milliseconds more, so that rounding does not bring it back too early.
    if (claim.kind === 'later') return { runAgainInMs: claim.inMs + 5 };
    return runTake(deps, claim.generation);
  });
}

async function runTake(deps: RunDeps, generation: GenerationRow): Promise<JobOutcome> {
  const run = deps.activeRuns.start({ generationId: generation.id, attempt: generation.attempt });
  const log = deps.runLog.open(generation, () => run.stop('fenced'));
  try {
    const { verdict, alternatives } = await write(deps, generation, log, run.signal);
    return await endTake(deps, generation, log, verdict, alternatives);
  } catch (error) {
    // Another worker has it now, and nothing of ours counts any more.
    if (error instanceof TakeStopped && error.why === 'fenced') return undefined;
    throw error;
  } finally {
    run.end();
    await log.close();
  }
}

function isKeyless(provider: string | null): boolean {
  return provider === null || provider === 'local' || provider === 'sandbox';
}

/** Lets the provider write. @throws TakeStopped only when the take is not ours any more */
async function write(deps: RunDeps, generation: GenerationRow, log: TakeLog, signal: AbortSignal) {
  let alternatives = 0;
  try {
    const all = deps.providers.candidates(generation.content_type, {
      ...(generation.requested_provider && { provider: generation.requested_provider as never }),
      ...(generation.requested_model && { model: generation.requested_model }),
    });
    // Sample text never stands in for a hosted provider that was there when this began.
    const began = generation.provider;
    const usable = isKeyless(began) ? all : all.filter(({ provider }) => provider.name !== 'sandbox');
    if (usable.length === 0) throw new ProviderNotAvailable(`${began} is not available any more.`);
    // Each failed take moves on to the next provider; the last one keeps its turn.
    const turn = Math.min(generation.failures, usable.length - 1);
    const chosen = usable[turn];
    if (!chosen) throw new Error(`no provider for ${generation.content_type}`);
    alternatives = usable.length - 1 - turn;
    const { provider, model } = chosen;

    const request = await takeRequest(generation, model, deps.images.load);
    // One time for both prices: what is settled is never more than what was reserved.
    const at = new Date();
    const { microUsd: reservedMicroUsd } = deps.prices.worstCase(provider.name, model, request, at);
    const fence = { generationId: generation.id, attempt: generation.attempt };
    const parameters = takeParameters(generation.content_type, seedOf(generation));
    if (!(await deps.repository.begin({ fence, provider: provider.name, model, parameters, reservedMicroUsd }))) {
      throw new TakeStopped('fenced');
    }
    deps.runLog.announce(generation, {
      seq: 1,
      type: 'started',
      offset: 0,
      text: '',
      data: { provider: provider.name, model },
    });

    let length = 0;
    let end: { finishReason: 'stop' | 'length' | 'content-filter' | 'other'; usage: Usage } | undefined;
    for await (const part of provider.stream(request, { signal })) {
      if (signal.aborted) throw signal.reason;
      if (part.type === 'finish') {
        end = part;
        break;
      }
      if (part.type === 'image') {
        log.image(await storeImage(deps, generation, chosen, part));
        continue;
      }
      length += part.text.length;
      if (length > maxBodyLength) return { verdict: tooLong, alternatives };
      log.append(part.text);
    }
    if (signal.aborted) throw signal.reason;
    if (!end) throw new Error('the provider ended without a finish');

    const { finishReason, usage } = end;
    const priced = deps.prices.priceOf(provider.name, model, usage, at);
    const cost = { ...priced, microUsd: priced.microUsd ?? reservedMicroUsd };
    if (request.contentType === 'image') {
      return { verdict: { ...judgeImages(log.images.length, finishReason, usage), cost }, alternatives };
    }
    const isSample = provider.name === 'sandbox';
    const quality = await checkQuality(request, { text: log.text, finishReason, isSample });
    const verdict: Verdict = quality.ok
      ? { outcome: 'completed', finishReason, usage, cost }
      : {
          outcome: 'failed',
          code: quality.code,
          reason: quality.reason,
          isRetryable: quality.code !== 'quality_refused',
          finishReason,
          usage,
          cost,
        };
    return { verdict, alternatives };
  } catch (error) {
    const reached = readBudgetReached(error);
    // Another provider has a budget of its own; everything else is everybody's.
    if (reached && !reached.scope.startsWith('provider:')) alternatives = 0;
    return { verdict: verdictOf(deps, generation, signal.aborted ? signal.reason : error), alternatives };
  }
}

/** What is told to those who cannot see an image, until its user says it better. */
const altLength = 500;

async function storeImage(
  deps: RunDeps,
  generation: GenerationRow,
  { provider, model }: { provider: { name: ProviderName }; model: string },
  { bytes, revisedPrompt }: Extract<ProviderPart, { type: 'image' }>,
): Promise<string> {
  try {
    const alt = (revisedPrompt ?? generation.prompt).slice(0, altLength).toWellFormed();
    const xmp = buildXmp({
      provider: provider.name,
      model,
      createdAt: new Date(),
      description: alt,
      prompt: generation.prompt,
    });
    return (await deps.images.storeGenerated(generation.user_id, { bytes, alt, xmp })).id;
  } catch (error) {
    // Only what the provider sent is at fault; a disk that is full is not.
    if (!(error instanceof AppError) || errorCodes[error.code].status >= 500) throw error;
    throw new ProviderError('provider_bad_answer', { provider: provider.name, isRetryable: true, cause: error });
  }
}

function judgeImages(count: number, finishReason: FinishReason, usage: Usage): Verdict {
  if (count > 0) return { outcome: 'completed', finishReason, usage };
  return {
    outcome: 'failed',
    code: 'quality_empty',
    reason: 'The provider answered without an image.',
    isRetryable: true,
    finishReason,
    usage,
  };
}

const tooLong: Verdict = {
  outcome: 'failed',
  code: 'quality_too_long',
  reason: 'The provider did not stop writing.',
  isRetryable: true,
};

const nothing: TakeEnd['cost'] = { microUsd: 0, source: 'catalog' };

function verdictOf(deps: RunDeps, generation: GenerationRow, error: unknown): Verdict {
  if (error instanceof TakeStopped) {
    if (error.why === 'cancelled') return { outcome: 'cancelled' };
    if (error.why === 'shutdown') {
      return {
        outcome: 'interrupted',
        code: 'worker_stopped',
        reason: 'The worker was stopped; another one starts over.',
      };
    }
    throw error;
  }
  if (error instanceof ProviderError) {
    const { code, message: reason, isRetryable, retryAfterMs } = error;
    return { outcome: 'failed', code, reason, isRetryable, retryAfterMs, ...(isUncharged(error) && { cost: nothing }) };
  }
  const reached = readBudgetReached(error);
  if (reached) {
    return { outcome: 'failed', code: 'budget_exhausted', reason: describeBudgetReached(reached), isRetryable: false };
  }
  if (error instanceof ProviderNotAvailable) {
    return { outcome: 'failed', code: 'provider_unavailable', reason: error.message, isRetryable: false };
  }
  if (error instanceof AppError && error.code === 'not_found') {
    const reason = 'An image that this was to be made from has been deleted.';
    return { outcome: 'failed', code: 'source_missing', reason, isRetryable: false };
  }
  // The database is away: another claim starts over when it is back.
  if (isConnectionError(error)) throw error;
  deps.log.error({ err: error, generationId: generation.id }, 'a take failed for a reason nobody thought of');
  return {
    outcome: 'failed',
    code: 'internal',
    reason: 'Something went wrong on this server while the text was written.',
    isRetryable: true,
  };
}

/** Decides what the end of a take means for its generation, writes it, and tells the readers. */
async function endTake(
  deps: RunDeps,
  generation: GenerationRow,
  log: TakeLog,
  verdict: Verdict,
  alternatives: number,
): Promise<JobOutcome> {
  const entries = await log.close();
  const delayMs = nextTakeInMs(deps, generation, verdict, alternatives);
  const { outcome } = verdict;
  const status = delayMs !== undefined ? 'pending' : outcome === 'interrupted' ? 'failed' : outcome;

  const ended = await writeEnd(status, delayMs ?? 0);
  if (ended) return delayMs === undefined ? undefined : { runAgainInMs: delayMs };
  // No further take is wanted: the user cancelled while this one was failing. (Or it is not ours: then this
  // changes nothing either.)
  if (delayMs !== undefined) await writeEnd('cancelled', 0);
  return undefined;

  async function writeEnd(status: TakeEnd['status'], delayMs: number): Promise<boolean> {
    const { code = null, reason = null } = verdict;
    const data =
      status === 'pending'
        ? { code: code ?? '', reason: reason ?? '', retryAt: new Date(Date.now() + delayMs).toISOString() }
        : status === 'failed'
          ? { code: code ?? '', reason: reason ?? '' }
          : null;
    const closing = log.next(status === 'pending' ? 'retrying' : status, data);
    const held = await retryWhileUnreachable(() =>
      deps.repository.endTake({
        fence: { generationId: generation.id, attempt: generation.attempt },
        end: {
          status,
          outcome: status === 'cancelled' ? 'cancelled' : outcome,
          delayMs,
          text: log.text,
          finishReason: verdict.finishReason ?? null,
          code: status === 'cancelled' ? null : code,
          reason: status === 'cancelled' ? null : reason,
          usage: verdict.usage ?? null,
          images: log.images,
          cost: verdict.cost ?? { microUsd: null, source: 'unknown' },
          entries: [...entries, closing],
        },
      }),
    );
    const told = [...entries.filter(({ type }) => type === 'image'), closing];
    if (held) for (const entry of told) deps.runLog.announce(generation, entry);
    return held;
  }
}

/** @returns undefined when there is no further take */
function nextTakeInMs(deps: RunDeps, generation: GenerationRow, verdict: Verdict, alternatives: number) {
  if (verdict.outcome === 'interrupted') return 0;
  if (verdict.outcome !== 'failed' || generation.failures + 1 >= deps.maxFailures) return undefined;
  if (alternatives > 0) return 0;
  if (!verdict.isRetryable) return undefined;
  return Math.max(deps.backoffMs * 2 ** generation.failures, verdict.retryAfterMs ?? 0);
}
