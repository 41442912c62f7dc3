import type { Providers } from '@octavo/providers';
import type { Circuits, Limits } from '#features/providers';
import type { GenerationRow } from '#platform/db';
import type { Logger } from '#platform/log';
import type { EventBus } from '#platform/realtime';
import { writerInLine } from './admit.ts';
import type { Decision, LineRepository } from './line.repository.ts';
import type { Dispatch } from './dispatch.ts';

/** How often somebody looks although nobody said that there is something: hints may be lost, and pauses end. */
const pollMs = 1000;
/** Also while nothing may be called: those that wait are told when a provider fails. */
const maxPollMs = 5000;

/** One line for each limited provider. */
export function startLines(
  limits: Map<string, Limits>,
  deps: {
    lines: LineRepository;
    providers: Pick<Providers, 'candidates'>;
    circuits: Circuits;
    dispatch: Dispatch;
    bus: EventBus;
    log: Logger;
    /** Runs one take of a generation whose turn it is, to its end. */
    run: (generation: GenerationRow, provider: string) => Promise<void>;
    /** At most so many takes of a provider in this process. */
    capacity: number;
    leaseMs: number;
  },
): { close(): Promise<void> } {
  const { lines, circuits, dispatch, bus, log, run, capacity, leaseMs } = deps;
  const open = [...limits].map(([provider, limit]) =>
    startLine({
      provider,
      limits: limit,
      repository: lines,
      capacity,
      leaseMs,
      refresh: circuits.refresh,
      decide: (generation, blockedMs) => decide(deps, provider, generation, blockedMs),
      run: (generation) => run(generation, provider),
      dispatch,
      bus,
      log,
    }),
  );
  return { close: () => Promise.all(open.map((line) => line.close())).then(() => undefined) };
}

/** Whether a generation is for the provider in whose line it stands. That nobody can write it is told by its take. */
function decide(
  deps: Parameters<typeof writerInLine>[0],
  line: string,
  generation: GenerationRow,
  lineBlockedMs: number,
): Decision {
  const writer = writerInLine(deps, generation, line, lineBlockedMs);
  return writer.kind === 'elsewhere' ? { ...writer, kind: 'move' } : { kind: 'take' };
}

/**
 * Looks after the line of one limited provider: takes turns as they become free, and runs a take for each. Every worker
 * has one for each such provider; the database lets them share.
 */
function startLine(deps: {
  provider: string;
  limits: Limits;
  repository: LineRepository;
  /** At most so many takes of this provider in this process. */
  capacity: number;
  leaseMs: number;
  refresh: () => Promise<void>;
  decide: (generation: GenerationRow, blockedMs: number) => Decision;
  run: (generation: GenerationRow) => Promise<void>;
  dispatch: Dispatch;
  bus: EventBus;
  log: Logger;
}) {
  const { provider, bus, log } = deps;
  const running = new Set<Promise<void>>();
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  let notBefore = 0;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const free = deps.capacity - running.size;
    if (free <= 0 || !(await deps.repository.isWaiting(provider))) return;
    await deps.refresh();
    const { limits, leaseMs, decide } = deps;
    const turns = await deps.repository.takeTurns({ provider, limits, free, leaseMs, decide });
    notBefore = performance.now() + turns.notBeforeMs;
    lookAgain ||= turns.hasMore;
    for (const generation of turns.claimed) start(generation);
    for (const move of turns.moved) if (move.provider !== provider) deps.dispatch.send(move);
  }

  function start(generation: GenerationRow): void {
    const run = deps
      .run(generation)
      // Its lease runs out, and it is put back into the line.
      .catch((error: unknown) => log.error({ err: error, generationId: generation.id }, 'take failed'))
      .finally(() => {
        running.delete(run);
        bus.publish({ topic: 'line', provider });
      });
    running.add(run);
  }

  /** Where the rate is used up, the moment of the next turn is known, and no hint is worth a look before. */
  function wake(): void {
    if (performance.now() >= notBefore) lookNow();
  }

  function lookNow(): void {
    if (isClosed) return;
    lookAgain = true;
    looking ??= lookWhileAsked().finally(() => {
      looking = undefined;
      if (isClosed) return;
      clearTimeout(timer);
      timer = setTimeout(lookNow, Math.min(Math.max(notBefore - performance.now() + 1, pollMs), maxPollMs));
      timer.unref();
    });
  }

  async function lookWhileAsked(): Promise<void> {
    while (lookAgain && !isClosed) {
      lookAgain = false;
      await look().catch((error: unknown) => log.warn({ err: error, provider }, 'line not read, will try again'));
    }
  }

  const stops = [
    bus.subscribe((message) => {
      if (message.topic === 'line' && message.provider === provider) wake();
      // Those that wait may have to go elsewhere, or need not wait any longer.
      if (message.topic === 'circuit') lookNow();
    }),
    bus.onGap(wake),
  ];
  lookNow();

  return {
    /** Takes no more turns; resolves when the running takes have ended. */
    async close(): Promise<void> {
      isClosed = true;
      clearTimeout(timer);
      for (const stop of stops) stop();
      await looking;
      await Promise.all(running);
    },
  };
}
