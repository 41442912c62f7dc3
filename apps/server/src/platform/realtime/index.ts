import type { Logger } from '../log/index.ts';
import type { EventBus } from './bus.ts';
import { createPostgresBus } from './postgres-bus.ts';
import { createRedisBus } from './redis-bus.ts';

export type { BusMessage, EventBus } from './bus.ts';

/** Live events travel over Redis when its URL is given, else over PostgreSQL. */
export function createBus(
  connection: { databaseUrl: string; redisUrl: string | undefined },
  log: Logger,
): Promise<EventBus> {
  return connection.redisUrl === undefined
    ? createPostgresBus(connection.databaseUrl, log)
    : createRedisBus(connection.redisUrl, log);
}
