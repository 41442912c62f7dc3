import type { ContentListQuery, ContentView } from '@octavo/contracts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client } from '../../lib/client.ts';

/** What is asked of the server about contents, and under which keys it is remembered. */
export const contentQueries = {
  all: ['content'] as const,
  list: (query: ContentListQuery) =>
    queryOptions({
      queryKey: ['content', 'list', query],
      queryFn: () => client.listContent(query),
      placeholderData: keepPreviousData,
    }),
  one: (id: string) =>
    queryOptions({ queryKey: ['content', 'one', id], queryFn: (): Promise<ContentView> => client.content(id) }),
};

export const generationQuery = (id: string | null) =>
  queryOptions({
    queryKey: ['generation', id],
    queryFn: () => client.generation(id ?? ''),
    enabled: id !== null,
  });

export const providersQuery = queryOptions({ queryKey: ['providers'], queryFn: client.providers, staleTime: 30_000 });

/** Pieces to choose among, a hundred at a time. */
export const writtenPieces = infiniteQueryOptions({
  queryKey: ['content', 'written'],
  queryFn: ({ pageParam }) => client.listContent({ limit: 100, ...(pageParam && { cursor: pageParam }) }),
  initialPageParam: '',
  getNextPageParam: ({ pagination }) => pagination.nextCursor,
});
