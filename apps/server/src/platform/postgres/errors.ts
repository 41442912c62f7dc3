/** The embedded PostgreSQL cannot run; the message is one line that says why and what to do. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
}
