import { describe, expect, inject, it } from 'vitest';
import { runFaults } from './run-faults.ts';

const redisUrl = inject('redisUrl');

describe.each([
  { backend: 'postgres' as const, skip: false },
  { backend: 'redis' as const, skip: redisUrl === undefined },
])('the short form of the fault run on $backend', ({ backend, skip }) => {
  it.skipIf(skip)(
    'ends every job once, loses and doubles no word, and shows every reader the same text',
    async () => {
      const verdict = await runFaults({
        backend,
        jobs: 120,
        kills: 5,
        databaseRestarts: 1,
        redisFlushes: backend === 'redis' ? 1 : 0,
        watched: 20,
      });
      expect(verdict.faults).toEqual([]);
      expect(verdict.completed).toBe(120);
    },
    600_000,
  );
});
