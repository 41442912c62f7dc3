import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import { PostgresError, reasonIn } from './errors.ts';
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
    const reason = error instanceof Error && 'stderr' in error ? reasonIn(String(error.stderr)) : String(error);
    throw new PostgresError(`Cannot create the database in ${parent}: ${reason}`);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/**
 * Who runs the server on this folder: the owner of a cluster that is there, else `account`; undefined is this process's own.
 * @throws PostgresError when PostgreSQL would refuse the cluster for its owner or its mode, as after a copy that lost them
 */
export function accountFor(folder: string, account: Account | undefined): Account | undefined {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (!stat) return account;
  const wanted = account ?? { uid: process.getuid?.(), gid: process.getgid?.() };
  const isRefused = account ? stat.uid === 0 : wanted.uid !== undefined && stat.uid !== wanted.uid;
  if (isRefused) {
    throw new PostgresError(
      `The database in ${folder} belongs to ${stat.uid === 0 ? 'root' : `the user ${stat.uid}`}, as whom it cannot be run here; copying it without \`cp -a\` does that. Give it back: chown -R ${wanted.uid}:${wanted.gid} ${folder}`,
    );
  }
  if (process.platform !== 'win32' && (stat.mode & 0o027) !== 0) {
    throw new PostgresError(
      `The database in ${folder} is open to other users (mode ${(stat.mode & 0o777).toString(8)}), and PostgreSQL does not start on it. Close it: chmod 700 ${folder}`,
    );
  }
  return account && { uid: stat.uid, gid: stat.gid };
}
