import { Redis } from 'ioredis';
import type { Logger } from '../log/index.ts';
import { type BusMessage, createListeners, type EventBus } from './bus.ts';
import { createOutbox, packMessages } from './outbox.ts';

const maxPayloadBytes = 1_000_000;

/** The bus over Redis publish / subscribe. */
export async function createRedisBus(redisUrl: string, log: Logger): Promise<EventBus> {
  // Channels know nothing of Redis' numbered databases: without the number, two servers on one Redis would hear each other.
  const channel = `octavo:bus:${new URL(redisUrl).pathname.slice(1) || '0'}`;
  const messages = createListeners<BusMessage>();
  const gaps = createListeners<void>();
  const options = { lazyConnect: true, connectTimeout: 10_000, keepAlive: 10_000 };
  const sender = new Redis(redisUrl, { ...options, commandTimeout: 10_000, maxRetriesPerRequest: 1 });
  const listener = new Redis(redisUrl, { ...options, maxRetriesPerRequest: null });
  for (const [name, client] of Object.entries({ sender, listener })) {
    client.on('error', (error: Error) => log.warn({ err: error.message }, `bus ${name}`));
  }
  listener.on('message', (_channel: string, payload: string) => {
    for (const message of JSON.parse(payload) as BusMessage[]) messages.call(message);
  });

  await Promise.all([sender.connect(), listener.connect()]);
  await listener.subscribe(channel);
  // ioredis subscribes again by itself; from the second time on, something may have been missed.
  listener.on('ready', () => gaps.call());

  const outbox = createOutbox(
    async (batch) => {
      await Promise.all(packMessages(batch, maxPayloadBytes).map((packet) => sender.publish(channel, packet)));
    },
    (error) => log.warn({ err: error instanceof Error ? error.message : error }, 'bus messages lost'),
  );

  return {
    publish: outbox.push,
    subscribe: messages.add,
    onGap: gaps.add,
    async ping() {
      await sender.ping();
    },
    async close() {
      await outbox.settled();
      sender.disconnect();
      listener.disconnect();
    },
  };
}
