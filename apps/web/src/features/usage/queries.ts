import type { UsageQuery } from '@octavo/contracts';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client } from '../../lib/client.ts';

export const dayMs = 86_400_000;

export function toDay(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

export const usageQueries = {
  /** The last `days` days, today included; days are UTC's. */
  of: (by: UsageQuery['by'], days: number) =>
    queryOptions({
      queryKey: ['usage', by, days],
      queryFn: () => client.usage({ by, from: toDay(Date.now() - (days - 1) * dayMs), to: toDay(Date.now()) }),
      placeholderData: keepPreviousData,
    }),
  /** The same of everybody; for admins. */
  ofServer: (by: UsageQuery['by'], days: number) =>
    queryOptions({
      queryKey: ['usage', 'server', by, days],
      queryFn: () =>
        client.usage({ by, of: 'server', from: toDay(Date.now() - (days - 1) * dayMs), to: toDay(Date.now()) }),
    }),
  budgets: queryOptions({ queryKey: ['usage', 'budgets'], queryFn: () => client.budgets() }),
};
