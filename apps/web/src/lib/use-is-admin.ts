import type { AccountView } from '@octavo/contracts';
import { useQuery } from '@tanstack/react-query';
import { client } from './client.ts';
import { useSession } from './session.ts';

/**
 * Whether the pages for admins are offered; undefined while nobody has said yet, with the error if nobody can. It hides
 * what is of no use: who may do what, the server decides.
 */
export function useIsAdmin(): { isAdmin: boolean | undefined; error: Error | null } {
  const session = useSession();
  const { data, error } = useQuery({
    queryKey: ['account'],
    queryFn: () => client.request<AccountView>('GET', '/api/account'),
    enabled: session !== null,
    staleTime: 300_000,
  });
  return { isAdmin: data && data.role === 'admin', error };
}
