/** Migrated once a run; each test's own database is a copy of it, which takes a tenth of the time of migrating. */
export const templateDatabase = 'octavo_template';

/** The same server, another database. */
export function withDatabase(serverUrl: string, database: string): string {
  return serverUrl.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${database}`);
}
