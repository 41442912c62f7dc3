import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;

/**
 * Limits without which a black-holed connection keeps the default `pg` client waiting for ever.
 * `query_timeout` is the client's own clock and lies above the server's `statement_timeout`, which
 * gives the better error while the server still answers.
 */
export const connectionLimits = {
  connectionTimeoutMillis: 10_000,
  statement_timeout: 30_000,
  query_timeout: 35_000,
  idle_in_transaction_session_timeout: 30_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
} satisfies pg.ClientConfig;

/**
 * A connection on which a query got no answer in time may never answer again, yet `pg` would hand it out for the next
 * query. This one is torn down instead, and the pool opens another.
 */
export class DatabaseClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // One that breaks inside of a transaction between two statements has nobody else who listens, and would end the
    // process; the next statement says that it broke.
    this.on('error', () => undefined);
  }

  override query(...args: unknown[]): never {
    const last = args.length - 1;
    const callback = args[last];
    if (typeof callback === 'function') {
      args[last] = (error: unknown, ...rest: unknown[]) => {
        this.#dropIfSilent(error);
        callback(error, ...rest);
      };
    }
    const result: unknown = (super.query as (...args: unknown[]) => unknown)(...args);
    if (result instanceof Promise) result.catch((error: unknown) => this.#dropIfSilent(error));
    return result as never;
  }

  #dropIfSilent(error: unknown): void {
    if (error instanceof Error && error.message === 'Query read timeout') this.connection.stream.destroy(error);
  }
}

/** The application's own pool. Errors of idle connections are not fatal: the next query opens a new one. */
export function openDatabase(options: {
  connectionString: string;
  poolSize: number;
  applicationName: string;
  /** Shorter limits, for a test. */
  limits?: Partial<typeof connectionLimits>;
  onIdleError: (error: Error) => void;
}): Db {
  const pool = new pg.Pool({
    ...connectionLimits,
    ...options.limits,
    Client: DatabaseClient,
    connectionString: options.connectionString,
    max: options.poolSize,
    application_name: options.applicationName,
    types: { getTypeParser },
  });
  pool.on('error', (error) => {
    // A server that stops while we are leaving is no news.
    if (!pool.ending) options.onIdleError(error);
  });
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

const bigint = 20;

/** `bigint` columns come as numbers; amounts of money and counts stay far below 2^53, and one that does not is an error. */
const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid, format) =>
  oid === bigint ? readBigint : (pg.types.getTypeParser(oid, format) as unknown);

function readBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond 2^53`);
  return value;
}

/** SQLSTATE classes and socket errors that mean "the server is not there right now": worth another try. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    code.startsWith('08') ||
    code.startsWith('57P') ||
    // A Unix socket that is not there is not a file that is not there.
    (code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect') ||
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', '53300'].includes(code) ||
    /Connection terminated|not queryable|timeout exceeded when trying to connect|Query read timeout/.test(error.message)
  );
}

/** A statement that was rolled back through no fault of its own: deadlock, serialisation, cancelled, out of resources. */
export function isTransientError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return ['40001', '40P01', '57014'].includes(code) || code.startsWith('53');
}

/** A unique constraint said no. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === '23505' &&
    'constraint' in error &&
    error.constraint === constraint
  );
}
