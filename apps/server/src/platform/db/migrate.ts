import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Db } from './database.ts';
import { up as mainJob } from './migrations/001-main-job.ts';
import { up as media } from './migrations/002-media.ts';
import { up as money } from './migrations/003-money.ts';
import { up as versions } from './migrations/004-versions.ts';
import { up as limits } from './migrations/005-limits.ts';
import { up as kinds } from './migrations/006-kinds.ts';
import { up as batches } from './migrations/007-batches.ts';
import { up as accounts } from './migrations/010-accounts.ts';
import { up as audit } from './migrations/011-audit.ts';
import { up as lists } from './migrations/012-lists.ts';
import { up as auditTime } from './migrations/013-audit-time.ts';
import { up as batchPace } from './migrations/014-batch-pace.ts';
import { up as forgetUsers } from './migrations/015-forget-users.ts';
import { up as deletedContents } from './migrations/016-deleted-contents.ts';
import { up as erasedContents } from './migrations/017-erased-contents.ts';
import { up as batchKeys } from './migrations/018-batch-keys.ts';

/** Every migration, by name; the names order them. Written out, so that no file is forgotten or picked up by chance. */
const migrations: Record<string, Migration> = {
  '001-main-job': { up: mainJob },
  '002-media': { up: media },
  '003-money': { up: money },
  '004-versions': { up: versions },
  '005-limits': { up: limits },
  '006-kinds': { up: kinds },
  '007-batches': { up: batches },
  '010-accounts': { up: accounts },
  '011-audit': { up: audit },
  '012-lists': { up: lists },
  '013-audit-time': { up: auditTime },
  '014-batch-pace': { up: batchPace },
  '015-forget-users': { up: forgetUsers },
  '016-deleted-contents': { up: deletedContents },
  '017-erased-contents': { up: erasedContents },
  '018-batch-keys': { up: batchKeys },
};

function migratorFor(db: Db): Migrator {
  return new Migrator({ db: db as never, provider: { getMigrations: () => Promise.resolve(migrations) } });
}

/**
 * Brings the database to the current schema; safe to run from several processes at once (advisory lock).
 * @returns the names of the migrations that were applied
 */
export async function migrateToLatest(db: Db): Promise<string[]> {
  const { error, results = [] } = await migratorFor(db).migrateToLatest();
  if (error) throw error instanceof Error ? error : new Error('Migration failed', { cause: error });
  return results.map(({ migrationName }) => migrationName);
}

export async function isMigrated(db: Db): Promise<boolean> {
  return (await migratorFor(db).getMigrations()).every(({ executedAt }) => executedAt !== undefined);
}

export async function pingDatabase(db: Db): Promise<void> {
  await sql`SELECT 1`.execute(db);
}
