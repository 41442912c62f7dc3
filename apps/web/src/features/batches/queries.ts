import type { BatchRowsQuery, BatchView } from '@octavo/contracts';
import { keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { client } from '../../lib/client.ts';
import { onGenerationChange } from '../../lib/socket.ts';

/** Events tell of rows that begin and end; of a batch that pauses itself one only hears by asking. */
const askEveryMs = { usually: 2500, afterError: 15_000 };
const restMs = 1000;

/** Whether anything of it still changes by itself. */
export function isMoving({ status, counts }: BatchView): boolean {
  return status === 'running' || counts.pending + counts.processing > 0;
}

function intervalOf(batches: BatchView[] | undefined, hasFailed: boolean): number | false {
  if (hasFailed) return askEveryMs.afterError;
  return batches?.some(isMoving) ? askEveryMs.usually : false;
}

export const batchQueries = {
  all: ['batches'] as const,
  list: (page: number) =>
    queryOptions({
      queryKey: ['batches', 'list', page],
      queryFn: () => client.listBatches({ page, limit: 20 }),
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => intervalOf(state.data?.batches, state.status === 'error'),
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['batches', 'one', id],
      queryFn: () => client.batch(id),
      refetchInterval: ({ state }) =>
        state.data || state.status !== 'error'
          ? intervalOf(state.data && [state.data], state.status === 'error')
          : false,
    }),
  /** `at`: what is counted now. Rows are asked for again when that changes. */
  rows: (id: string, query: BatchRowsQuery, at: string) =>
    queryOptions({
      queryKey: ['batches', 'rows', id, query, at],
      queryFn: () => client.batchRows(id, query),
      placeholderData: keepPreviousData,
      gcTime: 10_000,
    }),
};

/** All events of a person come by one socket: while rows begin and end, the server is asked once a second at most. */
export function useBatchEvents(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onGenerationChange(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        for (const part of ['list', 'one']) void queries.invalidateQueries({ queryKey: ['batches', part] });
      }, restMs);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [queries]);
}
