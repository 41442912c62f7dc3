import type {
  BatchCheck,
  BatchDetail,
  BatchListQuery,
  BatchPage,
  BatchRowPage,
  BatchRowsQuery,
  BatchTable,
  BatchTableBody,
  BatchView,
  NewBatch,
} from '@octavo/contracts';
import { queryString } from './query-string.ts';

/** Sends a request in the name of the session's user. `read` takes the answer itself instead of its JSON. */
export type Send = <T>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
  read?: (response: Response) => Promise<T>,
) => Promise<T>;

/** What a client can do with batches. All of it throws `ApiError`. */
export function batchCalls(send: Send) {
  const act = (id: string, action: string) => send<BatchView>('POST', `/api/batches/${id}/${action}`);
  return {
    /** How a table would be understood; nothing is stored. */
    readTable: (table: BatchTableBody) => send<BatchTable>('POST', '/api/batches/table', table),
    /** What is wrong with which row, as an error with `fields`, or what all rows may cost; nothing is stored. */
    checkBatch: (body: NewBatch) => send<BatchCheck>('POST', '/api/batches/check', body),
    /** Waits to be started, unless `startsPaused` is false. `idempotencyKey` makes a repeated one the same batch. */
    createBatch: (body: NewBatch, idempotencyKey: string) =>
      send<BatchDetail>('POST', '/api/batches', body, { 'idempotency-key': idempotencyKey }),
    listBatches: (query: BatchListQuery = {}) => send<BatchPage>('GET', `/api/batches${queryString(query)}`),
    batch: (id: string) => send<BatchDetail>('GET', `/api/batches/${id}`),
    batchRows: (id: string, query: BatchRowsQuery = {}) =>
      send<BatchRowPage>('GET', `/api/batches/${id}/rows${queryString(query)}`),
    startBatch: (id: string) => act(id, 'start'),
    pauseBatch: (id: string) => act(id, 'pause'),
    resumeBatch: (id: string) => act(id, 'resume'),
    /** For good. */
    cancelBatch: (id: string) => act(id, 'cancel'),
    /** Failed rows, and no others. */
    retryBatch: (id: string) => act(id, 'retry'),
    /** The contents of its rows stay. */
    deleteBatch: (id: string) => send<null>('DELETE', `/api/batches/${id}`),
    /** The table with what came of each row, or all texts and images in one archive. */
    batchResults: (id: string, format: 'csv' | 'zip') =>
      send<Blob>('GET', `/api/batches/${id}/results.${format}`, undefined, {}, (response) => response.blob()),
  };
}
