import { queryOptions } from '@tanstack/react-query';
import { client } from '../../lib/client.ts';

/** What this server asks of a new account, and what it can send. */
export const registrationQuery = queryOptions({
  queryKey: ['registration'],
  queryFn: () => client.account.registration(),
  staleTime: 60_000,
});

/** Until the server has said so, and when it does not. */
export const usualMinLength = 8;
