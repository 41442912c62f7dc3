import type { ProviderName } from '@octavo/contracts';
import type { Candidate, Providers } from '@octavo/providers';
import type { Circuits } from '#features/providers';
import type { Fence, GenerationRow } from '#platform/db';
import type { Dispatch } from './dispatch.ts';
import { chooseWriter, startOf, writersOf } from './route.ts';

/** Who writes a take, among all who might; or why there is nobody, which the take tells its user. */
export type Writer = { kind: 'writer'; writers: Candidate[]; index: number } | { kind: 'nobody'; error: unknown };

/** Not now, or not here. */
export interface Elsewhere {
  kind: 'elsewhere';
  provider: string;
  delayMs: number;
}

interface AdmitDeps {
  providers: Pick<Providers, 'candidates'>;
  circuits: Circuits;
  dispatch: Dispatch;
}

/** Another take is finding out whether the provider works again: how soon to look. */
const refusedAgainInMs = 1000;

export const fenceOf = ({ id, attempt }: GenerationRow): Fence => ({ generationId: id, attempt });

/** The first who lets this take through, unless he has a line of his own or has to be waited for. */
export async function admitWriter(deps: AdmitDeps, generation: GenerationRow): Promise<Writer | Elsewhere> {
  const { circuits, dispatch } = deps;
  await circuits.refresh();
  const refused = new Set<ProviderName>();
  const blockedMs = (name: ProviderName) =>
    Math.max(circuits.blockedMs(name), refused.has(name) ? refusedAgainInMs : 0);
  for (;;) {
    const found = findWriter(deps, generation, blockedMs);
    if (found.kind !== 'writer') return found;
    const { name } = found.writers[found.index]!.provider;
    if (dispatch.isLimited(name)) return { kind: 'elsewhere', provider: name, delayMs: 0 };
    if (await circuits.admit(name, fenceOf(generation))) return found;
    refused.add(name);
  }
}

/**
 * Who is to write a generation that stands in the line of a provider.
 * @param lineBlockedMs how long that provider must not be called
 */
export function writerInLine(
  deps: Pick<AdmitDeps, 'providers' | 'circuits'>,
  generation: GenerationRow,
  line: string,
  lineBlockedMs: number,
): Writer | Elsewhere {
  const blockedMs = (name: ProviderName) => (name === line ? lineBlockedMs : deps.circuits.blockedMs(name));
  const found = findWriter(deps, generation, blockedMs);
  if (found.kind !== 'writer') return found;
  const { name } = found.writers[found.index]!.provider;
  return name === line ? found : { kind: 'elsewhere', provider: name, delayMs: 0 };
}

function findWriter(
  { providers }: Pick<AdmitDeps, 'providers'>,
  generation: GenerationRow,
  blockedMs: (name: ProviderName) => number,
): Writer | Elsewhere {
  try {
    const writers = writersOf(providers, generation);
    const choice = chooseWriter(writers, startOf(writers, generation), blockedMs);
    return choice.kind === 'call'
      ? { kind: 'writer', writers, index: choice.index }
      : { kind: 'elsewhere', provider: choice.provider, delayMs: choice.waitMs };
  } catch (error) {
    return { kind: 'nobody', error };
  }
}
