import type { GenerationEvent } from '@octavo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventRow } from '#platform/db';
import type { BusMessage } from '#platform/realtime';
import { followGeneration } from './follow.ts';
import type { LogPosition } from './repository.ts';
import { eventId, parseEventId, startOfLog } from './sse.ts';

const generation = { id: 'g', contentId: 'c' };

/** A whole history: takes of words, in rows of some words each, and one end. */
const history = fc
  .array(
    fc.array(fc.array(fc.string({ minLength: 1, maxLength: 4, unit: 'grapheme' }), { minLength: 1, maxLength: 4 }), {
      maxLength: 5,
    }),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((takes) => {
    const rows: EventRow[] = [row(0, 0, 'queued', 0, '')];
    const live: GenerationEvent[] = [];
    for (const [index, words] of takes.entries()) {
      const attempt = index + 1;
      let seq = 1;
      let offset = 0;
      rows.push(row(attempt, seq, 'started', 0, ''));
      live.push(event(attempt, seq, 'started', 0));
      for (const parts of words) {
        seq += 1;
        rows.push(row(attempt, seq, 'delta', offset, parts.join('')));
        for (const text of parts) {
          live.push({ ...event(attempt, seq, 'delta', offset), text } as GenerationEvent);
          offset += text.length;
        }
      }
      seq += 1;
      const type = index === takes.length - 1 ? 'completed' : 'retrying';
      rows.push(row(attempt, seq, type, offset, ''));
      live.push(event(attempt, seq, type, offset));
    }
    return { rows, live, text: (takes.at(-1) ?? []).flat().join('') };
  });

describe('following a generation', () => {
  it('gives every word once and in order, whatever the bus loses, doubles or brings early', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat(9)), async ({ rows, live, text }, chances) => {
        const chance = () => chances.next().value as number;
        const world = createWorld();
        const reading = read(world.follow(startOfLog));
        world.log.push(rows[0]!);
        for (const message of live) {
          // Words go out before they are in the log, everything else after.
          const stored = rows.filter(
            (entry) =>
              entry.attempt < message.attempt || (entry.attempt === message.attempt && entry.seq < message.seq),
          );
          world.log.splice(0, world.log.length, ...stored);
          if (message.type !== 'delta')
            world.log.push(rows.find((entry) => entry.attempt === message.attempt && entry.seq === message.seq)!);
          const luck = chance();
          if (luck > 1) world.publish(message);
          if (luck > 8) world.publish(message);
          if (luck > 4) await new Promise((resolve) => setImmediate(resolve));
        }
        world.log.splice(0, world.log.length, ...rows);
        world.gap();
        const events = await reading;
        expect(textOf(events)).toBe(text);
        expect(events.filter(({ type }) => type === 'completed')).toHaveLength(1);
        expect(isOrdered(events)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('goes on where a reader stopped, from the id of any event it has seen', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), async ({ rows, text }, at) => {
        const world = createWorld(rows);
        const whole = await read(world.follow(startOfLog));
        const seen = whole.slice(0, (at % whole.length) + 1);
        const rest = await read(createWorld(rows).follow(parseEventId(eventId(seen.at(-1)!))!));
        expect(textOf([...seen, ...rest])).toBe(text);
        expect([...seen, ...rest].map(({ type }) => type)).toEqual(whole.map(({ type }) => type));
        expect(rest.length).toBe(whole.length - seen.length);
      }),
      { numRuns: 200 },
    );
  });

  it.each([3, 2])('is told the end that came in place of words that died with their worker: entry %i', async (seq) => {
    const world = createWorld([row(0, 0, 'queued', 0, ''), row(1, 1, 'started', 0, ''), row(1, 2, 'delta', 0, 'Tea ')]);
    const reading = read(world.follow(startOfLog));
    await new Promise((resolve) => setImmediate(resolve));
    world.publish({ ...event(1, 3, 'delta', 4), text: 'is ' } as GenerationEvent);
    await new Promise((resolve) => setImmediate(resolve));
    // Those that are in the log already may have gone with it, in a database that was restored.
    world.log.splice(seq, 1, row(1, seq, 'failed', 4, ''));
    world.gap();
    const events = await reading;
    expect(events.at(-2)).toMatchObject({ type: 'delta', text: 'is ' });
    expect(events.at(-1)).toMatchObject({ type: 'failed', offset: 4 });
  });

  it('ends when its reader leaves', async () => {
    const world = createWorld([row(0, 0, 'queued', 0, '')]);
    const leave = new AbortController();
    const reading = read(world.follow(startOfLog, leave.signal));
    expect(world.listeners).toBe(2);
    setImmediate(() => leave.abort());
    expect(await reading).toHaveLength(1);
    expect(world.listeners).toBe(0);
  });
});

function createWorld(log: EventRow[] = []) {
  const listeners = new Set<(message: BusMessage) => void>();
  const gapListeners = new Set<() => void>();
  return {
    log,
    get listeners() {
      return listeners.size + gapListeners.size;
    },
    publish(message: GenerationEvent) {
      for (const listener of listeners) listener({ topic: 'generation', userId: 'u', event: message });
    },
    gap() {
      for (const listener of gapListeners) listener();
    },
    follow: (from: LogPosition, signal = new AbortController().signal) =>
      followGeneration(
        {
          repository: {
            eventsFrom: (_id, { attempt, seq }) =>
              Promise.resolve(
                log.filter(
                  (entry, index) =>
                    entry.attempt > attempt ||
                    (entry.attempt === attempt && entry.seq >= seq) ||
                    index === log.length - 1,
                ),
              ),
          },
          bus: {
            subscribe: (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
            onGap: (listener) => (gapListeners.add(listener), () => void gapListeners.delete(listener)),
          },
        },
        generation,
        from,
        signal,
      ),
  };
}

async function read(events: AsyncIterable<GenerationEvent>): Promise<GenerationEvent[]> {
  const all: GenerationEvent[] = [];
  for await (const one of events) all.push(one);
  return all;
}

/** What a reader shows in the end: the words of the last take. */
function textOf(events: GenerationEvent[]): string {
  const last = events.at(-1)!.attempt;
  let text = '';
  for (const one of events) {
    if (one.type !== 'delta' || one.attempt !== last) continue;
    expect(one.offset).toBe(text.length);
    text += one.text;
  }
  return text;
}

function isOrdered(events: GenerationEvent[]): boolean {
  return events.every(({ attempt, seq }, index) => {
    const before = events[index - 1];
    return !before || attempt > before.attempt || (attempt === before.attempt && seq >= before.seq);
  });
}

function row(attempt: number, seq: number, type: string, offset: number, text: string): EventRow {
  return { generation_id: 'g', attempt, seq, type, text_offset: offset, text, data: null, created_at: new Date() };
}

function event(attempt: number, seq: number, type: string, offset: number): GenerationEvent {
  return { generationId: 'g', contentId: 'c', attempt, seq, offset, type } as GenerationEvent;
}
