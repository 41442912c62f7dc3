export { createBatcher } from './batch.ts';
export { type Db, isConnectionError, isUniqueViolation, openDatabase } from './database.ts';
export { keepWords, latestAttemptWithWords, latestWords } from './keep-words.ts';
export { livingBranches } from './living-branches.ts';
export { isMigrated, migrateToLatest, pingDatabase } from './migrate.ts';
export { lastPlace, placeInLine } from './place-in-line.ts';
export { retryWhileUnreachable } from './retry.ts';
export type { AttemptRow, EventRow, Fence, GenerationRow } from './rows.ts';
export type { AttemptOutcome, Database } from './schema.ts';
