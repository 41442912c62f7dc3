import type { ProviderCircuit, ProviderName } from '@octavo/contracts';
import { providerErrors, type ProviderErrorCode } from '@octavo/providers';
import type { Fence } from '#platform/db';
import type { Logger } from '#platform/log';
import type { EventBus } from '#platform/realtime';
import type { CircuitRepository, CircuitRow } from './circuit.repository.ts';

/** Sample texts and local models are part of this program: there is nobody to spare and nobody to turn to. */
const guarded: ProviderName[] = ['xai', 'google', 'openrouter', 'openai-compatible'];

/** Failures that are the provider's fault. A request that it refuses says nothing about its health. */
const faults = new Set<string>(['provider_timeout', 'provider_unavailable', 'provider_stream_cut']);
/** Those that no patience mends: an operator has to. */
const accountFaults: ProviderErrorCode[] = ['provider_auth', 'provider_credits'];
const accountOpenMs = 600_000;
const maxOpenMs = 600_000;

/** How long what is known of the circuits may be used without asking again. */
const freshMs = 1000;
/** When a probe is under way: how soon somebody who waits for it looks again. */
const probePollMs = 1000;

export interface Circuits {
  /** Until the provider may be called, as far as this process knows right now; 0 when it may. Never asks anybody. */
  blockedMs(provider: string): number;
  /** Makes what `blockedMs` says at most a second old. Never rejects: without the database, what was known last holds. */
  refresh(): Promise<void>;
  /** @returns false when this call may not be made: the provider is blocked, or another take probes it. */
  admit(provider: string, take: Fence): Promise<boolean>;
  /** How a call ended that the provider has answered (`code` undefined: well) or failed to answer. */
  report(
    provider: string,
    take: Fence,
    result: { code: string | undefined; retryAfterMs: number | undefined },
  ): Promise<void>;
  /** What people are told of the provider; undefined when there is nothing to tell. */
  view(provider: string): ProviderCircuit | undefined;
  close(): void;
}

/** The circuit breakers as one process sees them. The database holds the truth; what is read here is a second old at most. */
export function createCircuits(deps: {
  repository: CircuitRepository;
  bus: EventBus;
  log: Logger;
  breaker: { failures: number; openMs: number };
}): Circuits {
  const { repository, bus, log, breaker } = deps;
  let known = new Map<string, CircuitRow>();
  let knownAt = 0;
  let isStale = true;
  let refreshing: Promise<void> | undefined;

  function read(): Promise<void> {
    if (refreshing) return refreshing;
    isStale = false;
    refreshing = repository
      .all()
      .then((rows) => {
        known = new Map(rows.map((row) => [row.provider, row]));
        knownAt = performance.now();
      })
      .finally(() => (refreshing = undefined));
    return refreshing;
  }

  async function readAgain(): Promise<void> {
    // One that is under way may have begun before the change.
    await refreshing?.catch(() => undefined);
    await read();
  }

  const unsubscribe = bus.subscribe(({ topic }) => {
    if (topic === 'circuit') isStale = true;
  });

  const isDue = () => isStale || performance.now() - knownAt > freshMs;

  function blockedMs(provider: string): number {
    const row = known.get(provider);
    if (!row) return 0;
    const left = row.blocked_ms - (performance.now() - knownAt);
    if (left > 0) return Math.ceil(left);
    return row.state !== 'closed' && row.is_probing ? probePollMs : 0;
  }

  return {
    blockedMs,
    async refresh() {
      if (!isDue()) return;
      await read().catch((error: unknown) => log.warn({ err: error }, 'circuits not read, will try again'));
    },

    async admit(provider, take) {
      const row = known.get(provider);
      if (!row || row.state === 'closed') return blockedMs(provider) === 0;
      if (row.blocked_ms - (performance.now() - knownAt) > 0) return false;
      const mayProbe = await repository.probe(provider, take);
      await readAgain();
      // Nobody needs to probe what has been closed meanwhile.
      return mayProbe || known.get(provider)?.state === 'closed';
    },

    async report(provider, take, { code, retryAfterMs }) {
      if (!guarded.includes(provider as ProviderName)) return;
      const before = blockedMs(provider);
      const wasOpen = (known.get(provider)?.state ?? 'closed') !== 'closed';
      const isAccount = accountFaults.some((fault) => fault === code);
      if (retryAfterMs) await repository.pause(provider, retryAfterMs);
      if (code !== undefined && (isAccount || faults.has(code))) {
        await repository.fault(provider, take, {
          code,
          limit: isAccount ? 1 : breaker.failures,
          openMs: isAccount ? accountOpenMs : breaker.openMs,
          maxMs: maxOpenMs,
        });
      } else if (!(await repository.alive(provider, take)) && !retryAfterMs) {
        return;
      }
      await readAgain();
      if (wasOpen && known.get(provider)?.state === 'closed') await repository.wake(provider);
      const forMs = blockedMs(provider);
      if (forMs > 0 && before === 0) log.error({ provider, code, forMs }, 'provider is left alone for a while');
      bus.publish({ topic: 'circuit', provider });
    },

    view(provider) {
      const row = known.get(provider);
      if (!row || (row.state === 'closed' && blockedMs(provider) === 0)) return undefined;
      const left = blockedMs(provider);
      // What was open when it was read may be half-open by now.
      const isOpen = row.state === 'open' && left > 0;
      return {
        state: row.state === 'closed' ? 'paused' : isOpen ? 'open' : 'half-open',
        since: row.since?.toISOString() ?? null,
        retryAt: left > 0 ? new Date(Date.now() + left).toISOString() : null,
        reason: noteOf(row),
      };
    },
    close: unsubscribe,
  };
}

/** Prepares the rows that the circuits live in; once for each process that calls providers. */
export function prepareCircuits(repository: CircuitRepository): Promise<void> {
  return repository.prepare(guarded, accountFaults);
}

function noteOf({ state, code }: CircuitRow): string {
  if (state === 'closed') return providerErrors.provider_rate_limited;
  return providerErrors[code as ProviderErrorCode] ?? 'The provider fails.';
}
