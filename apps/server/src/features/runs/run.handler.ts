import {
  checkQuality,
  type Prices,
  ProviderError,
  type ProviderPart,
  type Providers,
  type SourceImage,
  takeParameters,
} from '@octavo/providers';
import { errorCodes, maxBodyLength, type ProviderName, type Usage } from '@octavo/contracts';
import {
  admitWriter,
  type ClaimRepository,
  type Dispatch,
  type Elsewhere,
  fenceOf,
  nextWriter,
  runJob,
  type Writer,
  writerInLine,
} from '#features/lines';
import type { Circuits } from '#features/providers';
import { buildXmp } from '#features/provenance';
import { AppError } from '#platform/http';
import { type GenerationRow, retryWhileUnreachable } from '#platform/db';
import type { Logger } from '#platform/log';
import { defineHandler, type JobHandler, type JobOutcome } from '#platform/queue';
import { type ActiveRuns, TakeStopped } from './active-runs.ts';
import { seedOf, takeRequest } from './take-request.ts';
import type { RunLog, TakeLog } from './run-log.ts';
import type { RunRepository, TakeEnd } from './run.repository.ts';
import { judgeImages, tooLong, type Verdict, verdictOf } from './verdict.ts';

export interface RunDeps {
  claims: Pick<ClaimRepository, 'claim' | 'release'>;
  repository: RunRepository;
  providers: Pick<Providers, 'candidates'>;
  prices: Pick<Prices, 'priceOf' | 'worstCase'>;
  circuits: Circuits;
  dispatch: Dispatch;
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

/** One take of a generation: claim it, let a provider write, judge what was written, and say how it ended. */
export function createRunHandler(deps: RunDeps): JobHandler {
  return defineHandler(runJob, async ({ generationId }): Promise<JobOutcome> => {
    const claim = await deps.claims.claim({ id: generationId, leaseMs: deps.leaseMs });
    if (claim.kind === 'over') return undefined;
    // A few milliseconds more, so that rounding does not bring it back too early.
    if (claim.kind === 'later') return { runAgainInMs: claim.inMs + 5 };
    const { generation } = claim;
    const writer = await admitWriter(deps, generation);
    const next =
      writer.kind === 'elsewhere' ? await giveBack(deps, generation, writer) : await runTake(deps, generation, writer);
    if (!next) return undefined;
    if (!deps.dispatch.isLimited(next.provider)) return { runAgainInMs: next.delayMs };
    deps.dispatch.send({ id: generation.id, ...next });
    return undefined;
  });
}

/** Runs the take of a generation that stood in the line of a provider, once it is its turn. */
export async function runTurn(deps: RunDeps, generation: GenerationRow, line: string): Promise<void> {
  // That the provider may be called was found out with the turn.
  const writer = writerInLine(deps, generation, line, 0);
  const next =
    writer.kind === 'elsewhere' ? await giveBack(deps, generation, writer) : await runTake(deps, generation, writer);
  if (next) deps.dispatch.send({ id: generation.id, ...next });
}

/** Undoes a claim before anything came of it. @returns where the generation is to be found now */
async function giveBack(deps: RunDeps, generation: GenerationRow, to: Elsewhere): Promise<NextTake | undefined> {
  const place = await deps.claims.release(fenceOf(generation), to);
  return place === undefined ? undefined : { provider: to.provider, delayMs: to.delayMs, place };
}

/** @returns where the take that follows is to be found; undefined when there is none */
async function runTake(deps: RunDeps, generation: GenerationRow, who: Writer): Promise<NextTake | undefined> {
  const run = deps.activeRuns.start(fenceOf(generation));
  const log = deps.runLog.open(generation, () => run.stop('fenced'));
  try {
    const verdict = await write(deps, generation, who, log, run.signal);
    return await endTake(deps, generation, log, verdict, who);
  } catch (error) {
    // Another worker has it now, and nothing of ours counts any more.
    if (error instanceof TakeStopped && error.why === 'fenced') return undefined;
    throw error;
  } finally {
    run.end();
    await log.close();
  }
}

/** Lets the provider write. @throws TakeStopped only when the take is not ours any more */
async function write(
  deps: RunDeps,
  generation: GenerationRow,
  who: Writer,
  log: TakeLog,
  signal: AbortSignal,
): Promise<Verdict> {
  const fence = fenceOf(generation);
  // Until somebody is called, nothing can cost anything.
  const call = {
    hasAnswered: false,
    price: (_usage: Usage): TakeEnd['cost'] => ({ microUsd: null, source: 'unknown' }),
  };
  try {
    if (who.kind === 'nobody') throw who.error;
    const chosen = who.writers[who.index]!;
    const { provider, model } = chosen;
    const request = await takeRequest(generation, model, deps.images.load);
    // One time for both prices: what is settled is never more than what was reserved.
    const at = new Date();
    const { microUsd: reservedMicroUsd } = deps.prices.worstCase(provider.name, model, request, at);
    call.price = (usage) => {
      const priced = deps.prices.priceOf(provider.name, model, usage, at);
      return { ...priced, microUsd: priced.microUsd ?? reservedMicroUsd };
    };
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
      call.hasAnswered = true;
      if (part.type === 'finish') {
        end = part;
        break;
      }
      if (part.type === 'image') {
        log.image(await storeImage(deps, generation, chosen, part));
        continue;
      }
      length += part.text.length;
      if (length > maxBodyLength) return tooLong;
      log.append(part.text);
    }
    if (signal.aborted) throw signal.reason;
    if (!end) throw new Error('the provider ended without a finish');

    const { finishReason, usage } = end;
    const cost = call.price(usage);
    if (request.contentType === 'image') {
      return { ...judgeImages(log.images.length, finishReason, usage), cost };
    }
    const isSample = provider.name === 'sandbox';
    const quality = await checkQuality(request, { text: log.text, finishReason, isSample });
    return quality.ok
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
  } catch (error) {
    return verdictOf(signal.aborted ? signal.reason : error, call, (unforeseen) =>
      deps.log.error({ err: unforeseen, generationId: generation.id }, 'a take failed for a reason nobody thought of'),
    );
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
    const xmp = buildXmp({ provider: provider.name, model, createdAt: new Date(), prompt: generation.prompt });
    return (await deps.images.storeGenerated(generation.user_id, { bytes, alt, xmp })).id;
  } catch (error) {
    // Only what the provider sent is at fault; a disk that is full is not.
    if (!(error instanceof AppError) || errorCodes[error.code].status >= 500) throw error;
    throw new ProviderError('provider_bad_answer', { provider: provider.name, isRetryable: true, cause: error });
  }
}

/** Ends of takes that say nothing about a provider: it was not called, or not at fault in a way we understand. */
const ours = new Set(['internal', 'budget_exhausted', 'source_missing']);

/** Tells the circuit breaker what a call said about its provider. A take that was stopped says nothing. */
async function report(deps: RunDeps, generation: GenerationRow, verdict: Verdict, who: Writer): Promise<void> {
  const { code = '', retryAfterMs } = verdict;
  if (who.kind === 'nobody' || !['completed', 'failed'].includes(verdict.outcome) || ours.has(code)) return;
  const provider = who.writers[who.index]!.provider.name;
  try {
    await deps.circuits.report(provider, fenceOf(generation), { code, retryAfterMs });
  } catch (error) {
    deps.log.warn({ err: error, provider }, 'how a provider did was not kept');
  }
}

interface NextTake {
  provider: string;
  place: number;
  delayMs: number;
}

/** Decides what the end of a take means for its generation, writes it, and tells the readers. */
async function endTake(
  deps: RunDeps,
  generation: GenerationRow,
  log: TakeLog,
  verdict: Verdict,
  who: Writer,
): Promise<NextTake | undefined> {
  const entries = await log.close();
  await report(deps, generation, verdict, who);
  const next = nextTake(deps, generation, verdict, who);
  const delayMs = next?.delayMs;
  const { outcome } = verdict;
  const status = delayMs !== undefined ? 'pending' : outcome === 'interrupted' ? 'failed' : outcome;

  const ended = await writeEnd(status, delayMs ?? 0);
  if (ended) return next && { ...next, place: ended.place };
  // No further take is wanted: the user cancelled while this one was failing. (Or it is not ours: then this
  // changes nothing either.)
  if (delayMs !== undefined) await writeEnd('cancelled', 0);
  return undefined;

  async function writeEnd(status: TakeEnd['status'], delayMs: number): Promise<{ place: number } | undefined> {
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
          nextProvider: status === 'pending' ? (next?.provider ?? null) : null,
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
    if (!held) return undefined;
    for (const entry of told) deps.runLog.announce(generation, entry);
    const provider = who.kind === 'writer' ? who.writers[who.index]!.provider.name : null;
    const { id: generationId, attempt } = generation;
    // Not the reason: what a provider says may quote the prompt.
    deps.log.info({ generationId, attempt, provider, code: code ?? undefined, outcome, status, delayMs }, 'take ended');
    return held;
  }
}

/** @returns undefined when there is no further take */
function nextTake(
  deps: RunDeps,
  generation: GenerationRow,
  verdict: Verdict,
  who: Writer,
): { provider: string; delayMs: number } | undefined {
  if (verdict.outcome === 'interrupted') return { provider: generation.next_provider, delayMs: 0 };
  if (verdict.outcome !== 'failed' || generation.failures + 1 >= deps.maxFailures) return undefined;
  if (verdict.isFinal || who.kind === 'nobody') return undefined;
  const { isRetryable = false, retryAfterMs = 0 } = verdict;
  const pauseMs = Math.max(deps.backoffMs * 2 ** generation.failures, retryAfterMs);
  return nextWriter(who.writers, { index: who.index, isRetryable, pauseMs }, deps.circuits.blockedMs);
}
