import type { GenerationEvent, GenerationView } from '@octavo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEvent, applySnapshot, type LiveText, nothingYet } from './live-text.ts';
import { watchGeneration } from './watch-generation.ts';

interface History {
  events: GenerationEvent[];
  /** What a snapshot would say after so many events. */
  snapshots: GenerationView[];
  text: string;
}

const history: fc.Arbitrary<History> = fc
  .array(fc.array(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 8 }), { minLength: 1, maxLength: 3 })
  .map((takes) => {
    const events: GenerationEvent[] = [{ ...place(0, 0, 0), type: 'queued' }];
    const snapshots = [view(0, '', 'pending')];
    const put = (event: GenerationEvent, snapshot: GenerationView) => {
      events.push(event);
      snapshots.push(snapshot);
    };
    for (const [index, words] of takes.entries()) {
      const attempt = index + 1;
      let text = '';
      put({ ...place(attempt, 1, 0), type: 'started', provider: 'p', model: 'm' }, view(attempt, '', 'processing'));
      for (const [at, word] of words.entries()) {
        const event: GenerationEvent = { ...place(attempt, at + 2, text.length), type: 'delta', text: word };
        // The snapshot lags: it does not hold the latest word yet.
        put(event, view(attempt, text, 'processing'));
        text += word;
      }
      const isLast = index === takes.length - 1;
      const end = place(attempt, words.length + 2, text.length);
      put(
        isLast ? { ...end, type: 'completed' } : { ...end, type: 'retrying', code: 'c', reason: 'r', retryAt: '' },
        view(attempt, text, isLast ? 'completed' : 'pending'),
      );
    }
    return { events, snapshots, text: takes.at(-1)!.join('') };
  });

describe('live text', () => {
  it('never shows a word twice or words of two takes together, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(history, fc.array(fc.nat()), ({ events, snapshots }, order) => {
        const takeTexts = new Map<number, string>();
        for (const event of events) {
          if (event.type === 'delta') takeTexts.set(event.attempt, (takeTexts.get(event.attempt) ?? '') + event.text);
        }
        let state: LiveText = nothingYet;
        for (const pick of order) {
          const at = pick % events.length;
          state = pick % 3 === 0 ? applySnapshot(state, snapshots[at]!) : applyEvent(state, events[at]!).state;
          expect((takeTexts.get(state.attempt) ?? '').startsWith(state.text)).toBe(true);
        }
      }),
    );
  });

  it('ends with the right text although events are lost, doubled, and come before the snapshot holds them', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat(9)), async ({ events, snapshots, text }, luck) => {
        const listeners = new Map<string, (argument: never) => void>();
        let now = 0;
        const end = Promise.withResolvers<LiveText>();
        const seen: LiveText[] = [];
        watchGeneration({
          generationId: 'g',
          fetchSnapshot: async () => snapshots[now]!,
          socket: {
            on: (name: string, listener: never) => void listeners.set(name, listener),
            off: (name: string) => void listeners.delete(name),
          } as never,
          onChange(state) {
            seen.push(state);
            if (state.status === 'completed') end.resolve(state);
          },
        });
        for (now = 0; now < events.length; now += 1) {
          const chance = luck.next().value as number;
          const listener = listeners.get('generation:event');
          if (chance > 2) listener?.(events[now] as never);
          if (chance > 7) listener?.(events[now] as never);
          if (chance % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        now = events.length - 1;
        // The connection is back after all: that alone must be enough.
        listeners.get('generation:resync')?.(undefined as never);
        expect((await end.promise).text).toBe(text);
        expect(listeners.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

function place(attempt: number, seq: number, offset: number) {
  return { generationId: 'g', contentId: 'c', attempt, seq, offset };
}

function view(attempt: number, text: string, status: GenerationView['status']): GenerationView {
  return {
    attempt,
    text,
    status,
    provider: null,
    model: null,
    failureReason: null,
    images: [],
    attempts: [],
  } as unknown as GenerationView;
}
