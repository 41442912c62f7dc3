import { auditActions } from '@octavo/contracts/names';

export const sections = ['users', 'invitations', 'messages', 'providers', 'settings', 'budgets', 'audit'] as const;
export type Section = (typeof sections)[number];

export interface AdminSearch {
  /** Part of a name or an address. */
  q?: string;
  /** The id of somebody. */
  person?: string;
  action?: (typeof auditActions)[number];
  /** First and last day, where the reader is. */
  from?: string;
  to?: string;
}

/** What stands in the address may be anything; only what makes sense is taken. */
export function adminSearch(search: Record<string, unknown>): AdminSearch {
  const { q, person } = search;
  const action = auditActions.find((name) => name === search['action']);
  const [from, to] = [day(search['from']), day(search['to'])];
  return {
    ...((typeof q === 'string' || typeof q === 'number') && { q: String(q).slice(0, 100) }),
    ...(typeof person === 'string' && /^[0-9a-f-]{36}$/.test(person) && { person }),
    ...(action && { action }),
    ...(from && { from }),
    ...(to && { to }),
  };
}

function day(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;
}
