import { setTimeout as sleep } from 'node:timers/promises';
import { type BusMessage, maxWaitingMessages } from './bus.ts';

/** Between two sends. Without it a busy process sends a thousand times a second, which costs more than what it says. */
const gatherMs = 4;

/**
 * Collects messages while one send is under way and for a moment after it: no delay when it is quiet, few round trips when
 * it is not.
 */
export function createOutbox(send: (messages: BusMessage[]) => Promise<void>, onError: (error: unknown) => void) {
  let waiting: BusMessage[] = [];
  let sending: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const messages = waiting;
      waiting = [];
      try {
        await send(messages);
      } catch (error) {
        onError(error);
      }
      await sleep(gatherMs);
    }
  }

  return {
    push(message: BusMessage) {
      if (waiting.length >= maxWaitingMessages) return;
      waiting.push(message);
      sending ??= Promise.resolve()
        .then(drain)
        .finally(() => (sending = undefined));
    },
    async settled() {
      await sending;
    },
  };
}

/**
 * Packs messages into JSON arrays of at most `maxBytes` each, the limit of one NOTIFY. A message too long on
 * its own is left out: its reader finds a gap in the offsets and asks the run log.
 */
export function packMessages(messages: BusMessage[], maxBytes: number): string[] {
  const packets: string[] = [];
  let parts: string[] = [];
  let bytes = 2;
  for (const message of messages) {
    const json = JSON.stringify(message);
    const size = Buffer.byteLength(json) + 1;
    if (size + 2 > maxBytes) continue;
    if (bytes + size > maxBytes) {
      packets.push(`[${parts.join(',')}]`);
      parts = [];
      bytes = 2;
    }
    parts.push(json);
    bytes += size;
  }
  if (parts.length > 0) packets.push(`[${parts.join(',')}]`);
  return packets;
}
