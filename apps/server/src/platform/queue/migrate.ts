import { createPostgresBackend, Queue } from 'bullmq';
import { connectionLimits } from '../db/database.ts';
import { queueName } from './queue.ts';

/** Creates or updates BullMQ's own schema; needed only when the queue lives in PostgreSQL. */
export async function migrateQueue(databaseUrl: string): Promise<void> {
  const queue = new Queue(
    queueName,
    { connection: { ...connectionLimits, connectionString: databaseUrl, max: 1, migrate: true } },
    createPostgresBackend,
  );
  try {
    await queue.waitUntilReady();
  } finally {
    await queue.close();
  }
}
