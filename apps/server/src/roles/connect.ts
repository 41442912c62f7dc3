import type { Config } from '#config';
import { type Db, openDatabase } from '#platform/db';
import type { Logger } from '#platform/log';
import type { QueueConnection } from '#platform/queue';
import { assertKeys } from './keys/keys.ts';
import { assertDatabase, assertRedis, StartupError } from './startup.ts';

/**
 * Opens the database and checks that everything a role needs answers, before anything else is started.
 * @throws StartupError
 */
export async function connect(
  config: Config,
  log: Logger,
  options: { migrated: boolean } = { migrated: true },
): Promise<{ db: Db; connection: QueueConnection }> {
  const { databaseUrl, redisUrl } = config;
  if (databaseUrl === undefined) {
    throw new StartupError('DATABASE_URL is not set. Set it, or run `npm start`, which brings its own PostgreSQL.');
  }
  const db = openDatabase({
    connectionString: databaseUrl,
    poolSize: config.databasePoolSize,
    applicationName: 'octavo',
    onIdleError: (error) => log.warn({ err: error.message }, 'idle database connection'),
  });
  try {
    await assertDatabase(db, databaseUrl, options);
    if (redisUrl !== undefined) await assertRedis(redisUrl);
    if (options.migrated) await assertKeys(config, db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { db, connection: { databaseUrl, redisUrl } };
}
