import type { ProviderHealth, ProviderHealthList } from '@octavo/contracts';
import { providerErrors, type ProviderErrorCode, type Providers } from '@octavo/providers';
import type { CircuitRepository, CircuitRow } from './circuit.repository.ts';
import type { Limits } from './limits.ts';
import type { OverviewRepository } from './overview.repository.ts';

/** Every provider as an admin sees it: what it can do, how its circuit stands, how much of its limits is used. */
export type ProviderOverview = () => Promise<ProviderHealthList>;

export function createProviderOverview(deps: {
  providers: Pick<Providers, 'list'>;
  circuits: Pick<CircuitRepository, 'all'>;
  repository: OverviewRepository;
  limits: Partial<Record<string, Limits>>;
  failuresToOpen: number;
}): ProviderOverview {
  return async () => {
    const [rows, loads] = await Promise.all([deps.circuits.all(), deps.repository.load()]);
    const circuitOf = new Map(rows.map((row) => [row.provider, row]));
    const loadOf = new Map(loads.map((load) => [load.provider, load]));
    return {
      providers: deps.providers.list().map((state) => {
        const row = circuitOf.get(state.name);
        const load = loadOf.get(state.name);
        const limits = deps.limits[state.name] ?? { perMinute: 0, concurrency: 0 };
        const isLimited = limits.perMinute > 0 || limits.concurrency > 0;
        return {
          ...state,
          circuit: row ? presentCircuit(row, deps.failuresToOpen) : null,
          limits: isLimited ? limits : null,
          recent: isLimited ? (load?.recent ?? 0) : null,
          running: load?.running ?? 0,
          waiting: load?.waiting ?? 0,
        };
      }),
    };
  };
}

function presentCircuit(row: CircuitRow, failuresToOpen: number): ProviderHealth['circuit'] {
  return {
    state: row.state === 'closed' && row.blocked_ms > 0 ? 'paused' : row.state,
    failures: row.failures,
    failuresToOpen,
    since: row.since?.toISOString() ?? null,
    retryAt: row.blocked_ms > 0 ? new Date(Date.now() + row.blocked_ms).toISOString() : null,
    isProbing: row.is_probing,
    lastError:
      row.code === null
        ? null
        : { code: row.code, reason: providerErrors[row.code as ProviderErrorCode] ?? 'The provider fails.' },
  };
}
