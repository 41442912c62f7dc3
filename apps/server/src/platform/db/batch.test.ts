import { describe, expect, it } from 'vitest';
import { createBatcher } from './batch.ts';

function gate() {
  const calls: Array<{ items: number[]; open: () => void; fail: (error: Error) => void }> = [];
  const run = (items: number[]): Promise<number[]> =>
    new Promise((resolve, reject) => {
      calls.push({ items, open: () => resolve(items.map((item) => item * 10)), fail: reject });
    });
  const arrived = async (count: number): Promise<void> => {
    while (calls.length < count) await new Promise((resolve) => setImmediate(resolve));
  };
  return { calls, run, arrived };
}

describe('calls in one statement', () => {
  it('gathers what arrives at once and what arrives while statements are under way, in order', async () => {
    const { calls, run, arrived } = gate();
    const call = createBatcher(run, { maxItems: 3 });
    const first = [call(1), call(2)];
    await arrived(1);
    const rest = [3, 4, 5, 6].map(call);
    calls[0]?.open();
    await arrived(2);
    calls[1]?.open();
    await arrived(3);
    calls[2]?.open();
    expect(await Promise.all([...first, ...rest])).toEqual([10, 20, 30, 40, 50, 60]);
    expect(calls.map(({ items }) => items)).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  it('does not let one refused item take the others with it', async () => {
    const refuse = (items: number[]): Promise<number[]> =>
      items.includes(2) ? Promise.reject(new Error('two is refused')) : Promise.resolve(items);
    const call = createBatcher(refuse);
    const results = await Promise.allSettled([call(1), call(2), call(3)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { message: 'two is refused' } });
  });

  it('never repeats a statement of which nobody knows whether it was committed', async () => {
    const { calls, run, arrived } = gate();
    const call = createBatcher(run);
    const both = Promise.allSettled([call(1), call(2)]);
    await arrived(1);
    calls[0]?.fail(new Error('Connection terminated unexpectedly'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = call(3);
    await arrived(2);
    expect(calls[1]?.items).toEqual([3]);
    calls[1]?.open();
    expect(await next).toBe(30);
  });
});
