import { describe, expect, it } from 'vitest';
import { addSample, type Sample, timeLeftMs } from './time-left.ts';

const free = { waiting: 50, rowsPerMinute: null };
const after = (...samples: Sample[]) => samples.reduce<readonly Sample[]>(addSample, []);

describe('the time that a batch will take', () => {
  it('is not known before enough has been seen', () => {
    expect(timeLeftMs([], free)).toBeUndefined();
    expect(timeLeftMs(after({ atMs: 0, left: 60 }), free)).toBeUndefined();
    expect(timeLeftMs(after({ atMs: 0, left: 60 }, { atMs: 60_000, left: 58 }), free)).toBeUndefined();
    expect(timeLeftMs(after({ atMs: 0, left: 60 }, { atMs: 1000, left: 40 }), free)).toBeUndefined();
  });

  it('goes on as fast as it went', () => {
    expect(timeLeftMs(after({ atMs: 0, left: 60 }, { atMs: 10_000, left: 50 }), free)).toBe(50_000);
  });

  it('is what the last two minutes say, not what went before', () => {
    const samples = after({ atMs: 0, left: 500 }, { atMs: 100_000, left: 60 }, { atMs: 200_000, left: 50 });
    expect(timeLeftMs(samples, free)).toBe(500_000);
  });

  it('is never less than the pace allows', () => {
    const paced = { waiting: 50, rowsPerMinute: 10 };
    expect(timeLeftMs(after({ atMs: 0, left: 60 }), paced)).toBe(300_000);
    // The rows under way end quickly; the others still wait for their minute.
    expect(timeLeftMs(after({ atMs: 0, left: 70 }, { atMs: 5000, left: 60 }), paced)).toBe(300_000);
    expect(timeLeftMs(after({ atMs: 0, left: 63 }, { atMs: 60_000, left: 60 }), paced)).toBe(1_200_000);
  });

  it('is looked for anew when rows come back', () => {
    const samples = after({ atMs: 0, left: 60 }, { atMs: 10_000, left: 0 }, { atMs: 20_000, left: 5 });
    expect(samples).toEqual([{ atMs: 20_000, left: 5 }]);
  });
});
