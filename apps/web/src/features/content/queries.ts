import type { ContentListQuery, ContentView } from '@octavo/contracts';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
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
