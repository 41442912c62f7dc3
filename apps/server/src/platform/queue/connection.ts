import { createPostgresBackend, Queue, type QueueOptions, Worker, type WorkerOptions } from 'bullmq';
import { connectionLimits, DatabaseClient } from '../db/database.ts';

/** Where the queue lives: Redis when its URL is given, else the PostgreSQL server everything else is in. */
export interface QueueConnection {
  databaseUrl: string;
  redisUrl: string | undefined;
}

export type QueueBackend = 'postgres' | 'redis';

export function backendOf(connection: QueueConnection): QueueBackend {
  return connection.redisUrl === undefined ? 'postgres' : 'redis';
}

/**
 * Commits of the queue's own tables need not wait for the disk: a job lost by a crash of the whole server is
 * put back by the sweeper. No table of ours is written through this connection.
 */
function postgresOptions(databaseUrl: string, poolSize: number) {
  return {
    ...connectionLimits,
    Client: DatabaseClient,
    connectionString: databaseUrl,
    max: poolSize,
    options: '-c synchronous_commit=off',
    application_name: 'octavo-queue',
  };
}

/** Without a limit on the wait, a command sent to a dead Redis would wait for ever. */
function redisOptions(redisUrl: string) {
  const { hostname, port, username, password, pathname, protocol } = new URL(redisUrl);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 6379),
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    db: Number(pathname.slice(1) || 0),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
    connectTimeout: 10_000,
    keepAlive: 10_000,
    maxRetriesPerRequest: null,
  };
}

export function openBullQueue(name: string, connection: QueueConnection, options: Omit<QueueOptions, 'connection'>) {
  if (connection.redisUrl !== undefined) {
    return new Queue(name, {
      ...options,
      connection: { ...redisOptions(connection.redisUrl), commandTimeout: 10_000, enableOfflineQueue: true },
    });
  }
  return new Queue(name, { ...options, connection: postgresOptions(connection.databaseUrl, 2) }, createPostgresBackend);
}

export function openBullWorker(
  name: string,
  connection: QueueConnection,
  processor: ConstructorParameters<typeof Worker>[1],
  options: Omit<WorkerOptions, 'connection'>,
) {
  if (connection.redisUrl !== undefined) {
    return new Worker(name, processor, { ...options, connection: redisOptions(connection.redisUrl) });
  }
  return new Worker(
    name,
    processor,
    { ...options, connection: postgresOptions(connection.databaseUrl, 5) },
    createPostgresBackend,
  );
}
