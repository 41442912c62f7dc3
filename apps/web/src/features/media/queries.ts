import type { MediaOrigin, MediaView } from '@octavo/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from '../../lib/client.ts';

/** Addresses of images are good for 15 minutes at least: they are asked for again before that. */
export const freshForMs = 600_000;

export const mediaQueries = {
  all: ['media'] as const,
  list: (origin: MediaOrigin | undefined) =>
    infiniteQueryOptions({
      queryKey: ['media', 'list', origin ?? 'all'],
      queryFn: ({ pageParam }) =>
        client.listMedia({ limit: 24, ...(origin && { origin }), ...(pageParam && { cursor: pageParam }) }),
      initialPageParam: '',
      getNextPageParam: (page) => page.nextCursor,
      refetchInterval: freshForMs,
    }),
  one: (id: string | undefined) =>
    queryOptions({
      queryKey: ['media', 'one', id],
      queryFn: (): Promise<MediaView> => client.media(id ?? ''),
      enabled: id !== undefined && id !== '',
      refetchInterval: freshForMs,
    }),
};
