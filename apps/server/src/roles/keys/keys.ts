import { join } from 'node:path';
import type { Config } from '#config';
import { hasSecrets, loadSecrets, masterKeyIds } from '#platform/crypto';
import type { Db } from '#platform/db';
import type { Logger } from '#platform/log';
import { type EmbeddedPostgres, hasDatabase, PostgresError, startEmbeddedPostgres } from '#platform/postgres';
import { hasSealedWithOthers } from '#platform/vault';
import { StartupError } from '../startup.ts';

/** A database that was restored without the keys that belong to it stops the start, before new ones are made in their place. */

/**
 * Starts the embedded PostgreSQL of the data folder, with the password of its secrets.
 * @throws StartupError
 */
export async function startOwnPostgres(config: Config, log: Logger): Promise<EmbeddedPostgres> {
  const { dataFolder } = config;
  assertSecretsBesideDatabase(dataFolder);
  const { databasePassword: password } = loadSecrets(dataFolder);
  try {
    return await startEmbeddedPostgres({ dataFolder, password, log });
  } catch (error) {
    throw error instanceof PostgresError ? new StartupError(error.message) : error;
  }
}

/**
 * Secrets are made before the database, so a folder with a database and without them has lost them.
 * @throws StartupError
 */
export function assertSecretsBesideDatabase(dataFolder: string): void {
  // In this order: a first start may make both while we look.
  if (!hasDatabase(dataFolder) || hasSecrets(dataFolder)) return;
  throw new StartupError(
    `${join(dataFolder, 'secrets.json')} is missing, and the database of this data folder cannot be opened without it. Restore it from the backup that the database came from.`,
  );
}

/**
 * For a database that is reached and migrated: that the data folder has the keys which belong to it.
 * @throws StartupError
 */
export async function assertKeys(config: Config, db: Db): Promise<void> {
  const { dataFolder } = config;
  if (!hasSecrets(dataFolder) && (await hasAccounts(db)) && !hasSecrets(dataFolder)) {
    throw new StartupError(
      `${join(dataFolder, 'secrets.json')} is missing, and this database has accounts. Restore it from a backup, or set OCTAVO_DATA to the folder that holds it. Is it lost, \`npm run octavo rotate-keys\` makes a new one: everybody signs in again.`,
    );
  }
  if (await hasSealedWithOthers(db, masterKeyIds(dataFolder, config.masterKeys))) {
    throw new StartupError(
      `The master key that seals what is secret in this database is neither in ${join(dataFolder, 'master-keys.json')} nor in OCTAVO_MASTER_KEY. Restore it from a backup; docs/operations.md says what to do when it is lost.`,
    );
  }
}

async function hasAccounts(db: Db): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined;
}
