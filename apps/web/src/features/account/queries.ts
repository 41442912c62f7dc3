import { queryOptions } from '@tanstack/react-query';
import { client } from '../../lib/client.ts';

export const accountQueries = {
  own: queryOptions({ queryKey: ['account'], queryFn: () => client.account.read() }),
  sessions: queryOptions({ queryKey: ['account', 'sessions'], queryFn: () => client.account.sessions() }),
  passkeys: queryOptions({ queryKey: ['account', 'passkeys'], queryFn: () => client.account.passkeys() }),
  keys: queryOptions({ queryKey: ['account', 'keys'], queryFn: () => client.account.keys() }),
};
