import { describe, expect, it } from 'vitest';
import { deferred } from '../../../testing/until.ts';
import { createSlots } from './slots.ts';

describe('slots', () => {
  it('bound the weight at work, keep the order, and let the too heavy work alone', async () => {
    const slots = createSlots(10);
    const log: string[] = [];
    const start = (name: string, weight: number) => {
      const end = deferred<void>();
      const done = slots.run(weight, async () => {
        log.push(name);
        await end.promise;
      });
      return async () => {
        end.resolve();
        await done;
      };
    };
    const ends = [start('a', 6), start('b', 4), start('c', 9), start('d', 1), start('e', 50), start('f', 1)];
    await Promise.resolve();
    expect(log).toEqual(['a', 'b']);
    await ends[0]?.();
    expect(log, 'c does not fit beside b, and d does not overtake it').toEqual(['a', 'b']);
    await ends[1]?.();
    expect(log).toEqual(['a', 'b', 'c', 'd']);
    await ends[2]?.();
    await ends[3]?.();
    expect(log).toEqual(['a', 'b', 'c', 'd', 'e']);
    await ends[4]?.();
    expect(log.at(-1)).toBe('f');
    await ends[5]?.();
  });

  it('are given back by work that fails', async () => {
    const slots = createSlots(1);
    await expect(slots.run(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await slots.run(1, () => Promise.resolve('yes'))).toBe('yes');
  });
});
