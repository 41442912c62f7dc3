import { queryOptions } from '@tanstack/react-query';
import { ApiError } from '@octavo/sdk';
import { client } from '../../lib/client.ts';

/** What this server asks of a new account, and what it can send. */
export const registrationQuery = queryOptions({
  queryKey: ['registration'],
  queryFn: () => client.account.registration(),
  staleTime: 60_000,
});

/** What an invitation's link is good for; asked once, for it may be used up meanwhile. */
export const invitationQuery = (token: string | undefined) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: () => client.account.invitation(token ?? ''),
    enabled: token !== undefined,
    retry: (count, error) => count < 2 && !(error instanceof ApiError),
    staleTime: Infinity,
  });

/** Until the server has said so, and when it does not. */
export const usualMinLength = 8;
