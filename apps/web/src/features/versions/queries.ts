import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from '../../lib/client.ts';

/** Below the key of contents: whatever changes a piece may have added a version. */
export const versionQueries = {
  list: (id: string) =>
    infiniteQueryOptions({
      queryKey: ['content', 'versions', id],
      queryFn: ({ pageParam }) => client.listVersions(id, { limit: 50, ...(pageParam > 0 && { cursor: pageParam }) }),
      initialPageParam: 0,
      getNextPageParam: ({ pagination }) => pagination.nextCursor,
    }),
  one: (id: string, number: number) =>
    queryOptions({ queryKey: ['content', 'version', id, number], queryFn: () => client.version(id, number) }),
};
