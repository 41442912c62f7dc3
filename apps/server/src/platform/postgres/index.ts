export { type EmbeddedPostgres, hasDatabase, startEmbeddedPostgres } from './embedded-postgres.ts';
export { PostgresError } from './errors.ts';
