export { createBatcher } from './batch.ts';
export { type Db, isConnectionError, isUniqueViolation, openDatabase, planOnce } from './database.ts';
export { isMigrated, migrateToLatest, pingDatabase } from './migrate.ts';
export { retryWhileUnreachable } from './retry.ts';
export type { AttemptOutcome, Database } from './schema.ts';
