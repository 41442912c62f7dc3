import type { GenerationEvent, GenerationView } from '@octavo/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveText } from './live-text.ts';
import { watchGeneration } from './watch-generation.ts';

describe('a gap in the live words', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is asked about later and later, however many words come in meanwhile', async () => {
    let held = '';
    let asked = 0;
    let state: LiveText | undefined;
    const hear: Array<(event: GenerationEvent) => void> = [];
    const stop = watchGeneration({
      generationId: 'g',
      fetchSnapshot: async () => {
        asked += 1;
        return view(held);
      },
      socket: {
        on: (name: string, listener: never) => name === 'generation:event' && hear.push(listener),
        off: () => undefined,
      } as never,
      onChange: (next) => (state = next),
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toBe(1);

    // The first word is lost, and the snapshot does not hold it for three seconds; 50 words a second follow.
    for (let n = 1; n <= 150; n += 1) {
      hear[0]!(word(n));
      await vi.advanceTimersByTimeAsync(20);
    }
    // At once, then after 60, 120, 240, 480, 960 and 1920 ms.
    expect(asked).toBeLessThanOrEqual(8);
    expect(state?.text ?? '').toBe('');

    held = 'x';
    await vi.advanceTimersByTimeAsync(3000);
    expect(state?.text).toBe('x'.repeat(151));
    // The gap is closed, and the next one is asked about at once again.
    const before = asked;
    hear[0]!(word(152));
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toBe(before + 1);
    stop();
  });
});

/** The n-th word; each is one letter. */
function word(n: number): GenerationEvent {
  return { generationId: 'g', contentId: 'c', attempt: 1, seq: n + 2, offset: n, type: 'delta', text: 'x' };
}

function view(text: string): GenerationView {
  return {
    attempt: 1,
    text,
    status: 'processing',
    provider: null,
    model: null,
    failureReason: null,
    images: [],
    attempts: [],
  } as Partial<GenerationView> as GenerationView;
}
