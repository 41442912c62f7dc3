import { ApiError, createAdminClient } from '@octavo/sdk';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { client } from '../../lib/client.ts';
import { errorMessage } from '../../lib/messages.ts';
import type { AdminSearch } from './sections.ts';

export const admin = createAdminClient(client);

/** What is asked of the server, and under which keys it is remembered. */
export const adminQueries = {
  users: (search: string | undefined) =>
    infiniteQueryOptions({
      queryKey: ['admin', 'users', search ?? ''],
      queryFn: ({ pageParam }) =>
        admin.users({ limit: 50, ...(search && { search }), ...(pageParam && { cursor: pageParam }) }),
      initialPageParam: '',
      getNextPageParam: ({ nextCursor }) => nextCursor,
      placeholderData: keepPreviousData,
    }),
  user: (id: string) => queryOptions({ queryKey: ['admin', 'user', id], queryFn: () => admin.user(id), retry: false }),
  invitations: queryOptions({ queryKey: ['admin', 'invitations'], queryFn: () => admin.invitations() }),
  registration: queryOptions({ queryKey: ['registration'], queryFn: () => admin.registration(), staleTime: 60_000 }),
  /** Each reading stands in the audit log, so it is read when somebody opens the page or asks, and not by itself. */
  outbox: queryOptions({
    queryKey: ['admin', 'outbox'],
    queryFn: () => admin.outbox(),
    staleTime: Infinity,
    refetchOnMount: 'always',
  }),
  secrets: queryOptions({ queryKey: ['admin', 'secrets'], queryFn: () => admin.secrets() }),
  providers: queryOptions({
    queryKey: ['admin', 'providers'],
    queryFn: () => admin.providers(),
    refetchInterval: 3000,
  }),
  audit: ({ action, person, from, to }: AdminSearch) =>
    infiniteQueryOptions({
      queryKey: ['admin', 'audit', action, person, from, to],
      queryFn: ({ pageParam }) =>
        admin.audit({
          limit: 50,
          ...(action && { action }),
          ...(person && { userId: person }),
          ...(from && { from: startOf(from, 0) }),
          ...(to && { to: startOf(to, 1) }),
          ...(pageParam && { cursor: pageParam }),
        }),
      initialPageParam: '',
      getNextPageParam: ({ nextCursor }) => nextCursor,
      placeholderData: keepPreviousData,
    }),
  unknownCosts: queryOptions({ queryKey: ['admin', 'unknown-costs'], queryFn: () => admin.unknownCosts() }),
};

/** The moment at which a day begins where the reader is, or so many days later. */
function startOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

/** An error in words, with those that only admins meet. */
export function adminMessage(error: unknown, t: TFunction, language: string): string {
  if (error instanceof ApiError) {
    if (error.code === 'last_admin') return t('admin.lastAdmin');
    if (error.code === 'admin_second_factor_required') return t('admin.needsSecondFactor');
    if (error.code === 'forbidden') return t('admin.forbidden');
  }
  return errorMessage(error, t, language);
}
