import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { connectionLimits, DatabaseClient } from '../db/database.ts';
import type { Logger } from '../log/index.ts';
import { type BusMessage, createListeners, type EventBus } from './bus.ts';
import { createOutbox, packMessages } from './outbox.ts';

const channel = 'octavo_bus';
/** PostgreSQL refuses a NOTIFY payload of 8000 bytes or more. */
const maxPayloadBytes = 7900;

/** The bus over LISTEN / NOTIFY, on two connections of its own: one listens, one notifies. */
export async function createPostgresBus(databaseUrl: string, log: Logger): Promise<EventBus> {
  const messages = createListeners<BusMessage>();
  const gaps = createListeners<void>();
  const closing = new AbortController();
  const sender = new pg.Pool({
    ...connectionLimits,
    Client: DatabaseClient,
    connectionString: databaseUrl,
    max: 1,
    application_name: 'octavo-bus',
    // A notification is not data: its commit need not wait for the disk.
    options: '-c synchronous_commit=off',
  });
  sender.on('error', (error) => log.warn({ err: error.message }, 'bus sender'));

  const outbox = createOutbox(
    async (batch) => {
      const packets = packMessages(batch, maxPayloadBytes);
      await sender.query('SELECT pg_notify($1, packet) FROM unnest($2::text[]) AS packet', [channel, packets]);
    },
    (error) => log.warn({ err: error instanceof Error ? error.message : error }, 'bus messages lost'),
  );

  let listener: pg.Client | undefined;

  async function listen(): Promise<void> {
    const client = new pg.Client({
      ...connectionLimits,
      connectionString: databaseUrl,
      application_name: 'octavo-bus-listener',
    });
    client.on('error', (error) => log.warn({ err: error.message }, 'bus listener'));
    client.on('notification', ({ payload }) => {
      for (const message of JSON.parse(payload ?? '[]') as BusMessage[]) messages.call(message);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    client.on('end', () => void relisten());
    listener = client;
  }

  async function relisten(): Promise<void> {
    for (let delayMs = 50; !closing.signal.aborted; delayMs = Math.min(delayMs * 2, 2000)) {
      try {
        await sleep(delayMs, undefined, { signal: closing.signal });
        await listen();
        gaps.call();
        return;
      } catch (error) {
        if (!closing.signal.aborted) log.warn({ err: error instanceof Error ? error.message : error }, 'bus listener');
      }
    }
  }

  await listen();
  // A connection that died without a word is found out by asking it something now and then.
  const heartbeat = setInterval(() => {
    listener?.query('SELECT 1').catch(() => listener?.end().catch(() => undefined));
  }, 15_000);
  heartbeat.unref();

  return {
    publish: outbox.push,
    subscribe: messages.add,
    onGap: gaps.add,
    async ping() {
      await sender.query('SELECT 1');
    },
    async close() {
      closing.abort();
      clearInterval(heartbeat);
      await outbox.settled();
      await Promise.allSettled([listener?.end(), sender.end()]);
    },
  };
}
