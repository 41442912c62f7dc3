import { describe, expect, it } from 'vitest';
import type { Fence, GenerationRow } from '#platform/db';
import { createLog } from '#platform/log';
import { createRunLog } from './run-log.ts';
import type { LogEntry } from './run.repository.ts';

const generation = { id: 'g', content_id: 'c', user_id: 'u', attempt: 1 } as GenerationRow;

describe('the log of a take', () => {
  it('has no hole after a flush of which nobody knows whether it was written', async () => {
    const stored = new Map<number, LogEntry>();
    let flushes = 0;
    const tick = (condition: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => (condition() ? resolve() : setImmediate(look));
        look();
      });
    const store = (entries: LogEntry[]) => {
      // As ON CONFLICT DO NOTHING does: what is there stays as it is.
      for (const entry of entries) if (!stored.has(entry.seq)) stored.set(entry.seq, { ...entry });
    };
    const runLog = createRunLog({
      repository: {
        append: async (writes: Array<{ fence: Fence; entry: LogEntry }>) => {
          flushes += 1;
          store(writes.map(({ entry }) => entry));
          // The first one is committed, and the connection breaks before the answer.
          if (flushes === 1) throw new Error('Connection terminated unexpectedly');
          return () => true;
        },
      } as never,
      bus: { publish: () => undefined } as never,
      log: createLog('silent', 'test'),
      flushIntervalMs: 1,
    });
    const take = runLog.open(generation, () => undefined);
    take.append('abc');
    await tick(() => flushes === 1);
    take.append('def');
    await tick(() => flushes === 2);
    take.append('ghi');
    store(await take.close());
    const entries = [...stored.values()].toSorted((a, b) => a.seq - b.seq);
    expect(entries.map(({ text }) => text).join('')).toBe('abcdefghi');
    let offset = 0;
    for (const entry of entries) {
      expect(entry.offset).toBe(offset);
      offset += entry.text.length;
    }
  });
});
