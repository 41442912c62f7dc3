import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import { PostgresError } from './errors.ts';
import { runAs } from './run-as.ts';

const run = promisify(execFile);

export const superuser = 'octavo';

/**
 * Makes the database cluster, unless it is there. It is made aside and renamed into place, so that a start that
 * was interrupted leaves nothing that looks finished.
 */
export async function ensureCluster(options: {
  parent: string;
  folder: string;
  initdb: string;
  account: Account | undefined;
  password: string;
}): Promise<void> {
  const { parent, folder, account } = options;
  if (existsSync(join(folder, 'PG_VERSION'))) return;
  const aside = mkdtempSync(join(parent, '.new-cluster-'));
  try {
    const cluster = join(aside, 'cluster');
    const passwordFile = join(aside, 'password');
    mkdirSync(cluster, { mode: 0o700 });
    writeFileSync(passwordFile, options.password, { mode: 0o600 });
    if (account) for (const path of [aside, cluster, passwordFile]) chownSync(path, account.uid, account.gid);
    const {
      file,
      args,
      account: identity,
    } = runAs(
      account,
      options.initdb,
      [
        `--pgdata=${cluster}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C.UTF-8',
        '--auth=scram-sha-256',
      ],
      { dieWithParent: true },
    );
    await run(file, args, { ...identity, cwd: '/', timeout: 120_000 });
    rmSync(folder, { recursive: true, force: true });
    renameSync(cluster, folder);
  } catch (error) {
    const reason =
      error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : String(error);
    throw new PostgresError(`Cannot create the database in ${parent}: ${reason}`);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** The account an existing cluster belongs to: the server must run as its owner. */
export function ownerOf(folder: string): Account | undefined {
  const stat = statSync(folder, { throwIfNoEntry: false });
  return stat && { uid: stat.uid, gid: stat.gid };
}
