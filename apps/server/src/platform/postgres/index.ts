export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
export { PostgresError } from './errors.ts';
