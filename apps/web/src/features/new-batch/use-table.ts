import type { BatchTable, BatchTableBody } from '@octavo/contracts';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { client } from '../../lib/client.ts';
import { toSource } from './read-source.ts';
import type { ReadTable } from './template.ts';

let tables = 0;

/** A table that could not be read, and the name of its file; empty when it was pasted. */
export interface TableFailure {
  error: unknown;
  fileName: string;
}

/**
 * The table of the form, as the server understands it. `kept` is read again at the start; `onRead` is told of a table
 * that somebody has chosen, `onChange` of every source that takes the place of another.
 */
export function useTable({
  kept,
  onRead,
  onChange,
}: {
  kept: BatchTableBody | undefined;
  onRead: (table: BatchTable, fileName: string) => void;
  onChange: (source: BatchTableBody | undefined) => void;
}) {
  const [table, setTable] = useState<ReadTable>();
  const [failure, setFailure] = useState<TableFailure>();
  const { mutate, isPending } = useMutation({
    mutationFn: async ({ from }: { from: string | BatchTableBody; fileName: string }) => {
      const source = typeof from === 'string' ? toSource(from) : from;
      return { ...(await client.readTable(source)), source, id: (tables += 1) };
    },
    onMutate: () => setFailure(undefined),
    onError: (error, { fileName }) => setFailure({ error, fileName }),
    onSuccess(found, { from, fileName }) {
      setTable(found);
      if (typeof from !== 'string') return;
      onChange(found.source);
      onRead(found, fileName);
    },
  });
  const [first] = useState(kept);
  useEffect(() => {
    if (first) mutate({ from: first, fileName: '' });
  }, [first, mutate]);
  return {
    table,
    failure,
    isReading: isPending,
    read: (from: string, fileName: string): void => mutate({ from, fileName }),
    fail: (error: unknown, fileName: string): void => setFailure({ error, fileName }),
    clear(): void {
      setTable(undefined);
      setFailure(undefined);
      onChange(undefined);
    },
  };
}
