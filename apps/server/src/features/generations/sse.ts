import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type GenerationEvent, isTerminalEvent } from '@octavo/contracts';
import type { LogPosition } from './repository.ts';

const heartbeatMs = 15_000;

/** What a reader has seen, as the id of a server-sent event: take, entry, and length of the take's text. */
export function eventId(event: GenerationEvent): string {
  const end = event.type === 'delta' ? event.offset + event.text.length : event.offset;
  return `${event.attempt}-${event.seq}-${end}`;
}

/** @returns undefined when it is not one of our ids */
export function parseEventId(id: string): LogPosition | undefined {
  const match = /^(\d{1,9})-(\d{1,9})-(\d{1,9})$/.exec(id);
  return match ? { attempt: Number(match[1]), seq: Number(match[2]), offset: Number(match[3]) } : undefined;
}

/** Before everything: take 0 begins with entry 0, which has not been seen. */
export const startOfLog: LogPosition = { attempt: 0, seq: -1, offset: 0 };

async function drained(response: ServerResponse): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  over.abort();
}

/**
 * Writes events as `text/event-stream` (WHATWG HTML, server-sent events) until they end or the reader leaves. A
 * slow reader slows the reading of the log, not the generation.
 */
export async function writeEventStream(
  response: ServerResponse,
  events: AsyncIterable<GenerationEvent>,
): Promise<void> {
  const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs);
  try {
    for await (const event of events) {
      const frame = `id: ${eventId(event)}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
      if (!response.write(frame) && !response.destroyed) await drained(response);
      if (isTerminalEvent(event) || response.destroyed) break;
    }
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}
