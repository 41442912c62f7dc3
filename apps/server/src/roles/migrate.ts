import type { Config } from '#config';
import { migrateToLatest } from '#platform/db';
import type { Logger } from '#platform/log';
import { migrateQueue } from '#platform/queue';
import { connect } from './connect.ts';

/** Brings the schema of the database, and of the queue when it lives there, up to date. */
export async function migrate(config: Config, log: Logger): Promise<void> {
  const { db, connection } = await connect(config, log, { migrated: false });
  try {
    await migrateToLatest(db);
    if (connection.redisUrl === undefined) await migrateQueue(connection.databaseUrl);
  } finally {
    await db.destroy();
  }
}
