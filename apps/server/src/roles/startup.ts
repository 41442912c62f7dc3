import { accessSync, constants } from 'node:fs';
import { Redis } from 'ioredis';
import { type Db, isMigrated, pingDatabase } from '#platform/db';
import { makeFolder } from '#platform/folder';

/** Something the operator has to put right; the message is one line that says what and how. Exit code 1. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** Makes the folder, unless it is there. @throws StartupError */
export function assertWritable(dataFolder: string): void {
  try {
    makeFolder(dataFolder);
    accessSync(dataFolder, constants.W_OK);
  } catch (error) {
    throw new StartupError(
      `Cannot write the data folder ${dataFolder} (${reasonOf(error)}). Make it writable, or set OCTAVO_DATA to another folder.`,
    );
  }
}

/** @throws StartupError */
export async function assertDatabase(db: Db, databaseUrl: string, options: { migrated: boolean }): Promise<void> {
  try {
    await pingDatabase(db);
  } catch (error) {
    throw new StartupError(
      `Cannot reach PostgreSQL at ${placeOf(databaseUrl)} (${reasonOf(error)}). Check DATABASE_URL.`,
    );
  }
  if (options.migrated && !(await isMigrated(db))) {
    throw new StartupError('The database schema is not up to date. Run `npm run octavo migrate` first.');
  }
}

/** @throws StartupError */
export async function assertRedis(redisUrl: string): Promise<void> {
  const client = new Redis(redisUrl, {
    lazyConnect: true,
    connectTimeout: 5000,
    commandTimeout: 5000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let last: unknown;
  client.on('error', (error) => (last = error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    throw new StartupError(`Cannot reach Redis at ${placeOf(redisUrl)} (${reasonOf(last ?? error)}). Check REDIS_URL.`);
  } finally {
    client.disconnect();
  }
}

/** Host and port of a URL; never its user or password. */
function placeOf(url: string): string {
  try {
    const { hostname, port, searchParams } = new URL(url);
    return searchParams.get('host') ?? (port ? `${hostname}:${port}` : hostname);
  } catch {
    return 'an address that cannot be read';
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
