import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { until } from '../../testing/until.ts';
import { createLog } from '../log/index.ts';
import type { BusMessage, EventBus } from './bus.ts';
import { createBus } from './index.ts';
import { packMessages } from './outbox.ts';

const log = createLog('silent', 'test');
/** A database of its own, by whose number its connections are known. */
const redisDatabase = 10;
const redisUrl = inject('redisUrl') && `${inject('redisUrl')}/${redisDatabase}`;

function delta(offset: number, text: string): BusMessage {
  const event = { generationId: 'g', contentId: 'c', attempt: 1, seq: 2, offset, type: 'delta', text } as const;
  return { topic: 'generation', userId: 'u', event };
}

describe.each([
  { backend: 'postgres' as const, skip: false },
  { backend: 'redis' as const, skip: redisUrl === undefined },
])('the bus on $backend', ({ backend, skip }) => {
  describe.skipIf(skip)('contract', () => {
    let database: TestDatabase;
    const buses: EventBus[] = [];

    beforeAll(async () => {
      database = await createTestDatabase(inject('serverUrl'));
    });
    afterEach(async () => {
      await Promise.all(buses.splice(0).map((bus) => bus.close()));
    });
    afterAll(() => database?.drop());

    async function open(): Promise<{ bus: EventBus; heard: BusMessage[]; gaps: { count: number } }> {
      const bus = await createBus(
        { databaseUrl: database.url, redisUrl: backend === 'redis' ? redisUrl : undefined },
        log,
      );
      buses.push(bus);
      const heard: BusMessage[] = [];
      const gaps = { count: 0 };
      bus.subscribe((message) => heard.push(message));
      bus.onGap(() => (gaps.count += 1));
      return { bus, heard, gaps };
    }

    async function breakConnections(): Promise<void> {
      if (backend === 'redis') {
        const admin = new Redis(redisUrl!);
        const clients = String(await admin.call('CLIENT', 'LIST', 'TYPE', 'pubsub')).split('\n');
        for (const client of clients.filter((line) => line.includes(` db=${redisDatabase} `)))
          await admin.call('CLIENT', 'KILL', 'ID', /^id=(\d+)/.exec(client)?.[1] ?? '');
        admin.disconnect();
      } else {
        const admin = new pg.Client(inject('serverUrl'));
        await admin.connect();
        await admin.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'octavo-bus%' AND datname = $1",
          [new URL(database.url).pathname.slice(1).split('?')[0]],
        );
        await admin.end();
      }
    }

    it('brings every message to every process, in order, whatever its size in bytes', async () => {
      const [one, two] = [await open(), await open()];
      const sent = Array.from({ length: 1000 }, (_, n) => delta(n, n % 7 === 0 ? 'ñ😀'.repeat(n % 200) : `word ${n} `));
      for (const message of sent) one.bus.publish(message);
      await until(() => one.heard.length === sent.length && two.heard.length === sent.length);
      expect(two.heard).toEqual(sent);
      expect(one.heard).toEqual(sent);
    });

    it('stops calling a listener that has left', async () => {
      const { bus, heard } = await open();
      const left: BusMessage[] = [];
      const leave = bus.subscribe((message) => left.push(message));
      leave();
      bus.publish({ topic: 'cancel', generationId: 'g' });
      await until(() => heard.length === 1);
      expect(left).toEqual([]);
    });

    it('says so when messages may have been missed, and goes on', async () => {
      const [one, two] = [await open(), await open()];
      await breakConnections();
      await until(() => two.gaps.count === 1 && one.gaps.count === 1);
      // The sender may still be replacing its own broken connection.
      await until(() => {
        one.bus.publish({ topic: 'cancel', generationId: 'after' });
        return two.heard.length > 0;
      });
      expect(two.heard[0]).toEqual({ topic: 'cancel', generationId: 'after' });
    });

    it('sends what waits before it closes', async () => {
      const [one, two] = [await open(), await open()];
      for (let n = 0; n < 50; n += 1) one.bus.publish(delta(n, 'x'));
      await one.bus.close();
      await until(() => two.heard.length === 50);
    });
  });
});

describe('packMessages', () => {
  it('fills packets up to the limit in bytes and leaves out what can never fit', () => {
    const messages = [delta(0, 'a'), delta(1, 'é'.repeat(5000)), delta(2, 'b'.repeat(500)), delta(3, 'c'.repeat(500))];
    const packets = packMessages(messages, 900);
    expect(packets.every((packet) => Buffer.byteLength(packet) <= 900)).toBe(true);
    expect(packets.flatMap((packet) => JSON.parse(packet) as BusMessage[])).toEqual([
      messages[0],
      messages[2],
      messages[3],
    ]);
  });
});
