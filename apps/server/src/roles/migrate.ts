import type { Config } from '#config';
import { migrateToLatest } from '#platform/db';
import type { Logger } from '#platform/log';
import { migrateQueue } from '#platform/queue';
import { connect } from './connect.ts';

/**
 * Brings the schema of the database, and of the queue when it lives there, up to date.
 * @returns the names of the migrations that were applied
 */
export async function migrate(config: Config, log: Logger): Promise<string[]> {
  const { db, connection } = await connect(config, log, { migrated: false });
  try {
    const applied = await migrateToLatest(db);
    if (connection.redisUrl === undefined) await migrateQueue(connection.databaseUrl);
    return applied;
  } finally {
    await db.destroy();
  }
}

/** The role `migrate`: says what it did. */
export async function migrateAndTell(config: Config, log: Logger): Promise<void> {
  const applied = await migrate(config, log);
  console.log(
    applied.length === 0
      ? 'The database is up to date: there was nothing to do.'
      : `The database is up to date. Applied: ${applied.join(', ')}.`,
  );
}
