import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchDetail, Success } from '@octavo/contracts';
import type { Figure } from './lib/figures.ts';
import { signUp } from './lib/user.ts';
import { createWorld } from './lib/world.ts';

const window = 20;
/** The upstream answers so long after it was asked. */
const delayMs = 500;

/**
 * From the start of a batch to its end, against the time it would take if a window's worth of calls were always under
 * way: what pacing, queue and storing add to the given rate.
 */
export async function benchBatch(rowCount: number): Promise<Figure[]> {
  const world = await createWorld({
    backend: 'postgres',
    tokensPerSecond: 0,
    env: { BATCH_WINDOW: String(window), WORKER_CONCURRENCY: '50' },
  });
  try {
    const api = await world.start('api');
    await world.start('worker');
    const { token } = await signUp(api.url);

    async function call(method: string, path: string, body?: object): Promise<BatchDetail> {
      const response = await fetch(api.url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${path}: HTTP ${response.status} ${await response.text()}`);
      return ((await response.json()) as Success<BatchDetail>).data;
    }

    async function run(rows: number): Promise<number> {
      const { id } = await call('POST', '/api/batches', {
        title: 'Bench',
        contentType: 'social',
        template: { title: 'Row {{n}}', prompt: `Subject {{n}} [sandbox:ok words=12 delay=${delayMs}]` },
        rows: Array.from({ length: rows }, (_, n) => ({ n })),
      });
      const startedAt = performance.now();
      await call('POST', `/api/batches/${id}/start`);
      for (;;) {
        await sleep(50);
        const { counts } = await call('GET', `/api/batches/${id}`);
        if (counts.failed > 0) throw new Error(`${counts.failed} rows failed`);
        if (counts.completed === rows) return performance.now() - startedAt;
      }
    }

    // Once before, so that the code of the whole path is warm.
    await run(window);
    const tookMs = await run(rowCount);
    const idealMs = Math.ceil(rowCount / window) * delayMs;
    const ratio = tookMs / idealMs;
    return [
      {
        name: `a batch of ${rowCount} rows, ${window} at a time, ${delayMs} ms each: start → last row`,
        value: `${(tookMs / 1000).toFixed(1)} s (${ratio.toFixed(2)}x)`,
        baseline: `${(idealMs / 1000).toFixed(1)} s`,
        target: '≤ 1.25x',
        isMet: ratio <= 1.25,
        raw: { ratio, tookMs, idealMs },
      },
    ];
  } finally {
    await world.stop();
  }
}
