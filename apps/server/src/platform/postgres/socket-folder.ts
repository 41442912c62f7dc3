import { chownSync, lstatSync, mkdirSync } from 'node:fs';
import type { Account } from './account.ts';
import { PostgresError } from './errors.ts';

/**
 * Makes the folder of the server's socket. It may stand in /tmp, where anybody can make one of that name first: one
 * that is there is taken only when it is a real folder of ours that nobody else can write to.
 * @throws PostgresError
 */
export function ensureSocketFolder(path: string, account: Account | undefined): void {
  try {
    mkdirSync(path, { mode: 0o711 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  // Not followed: a link would lead the change of owner below to wherever its maker wants.
  const stat = lstatSync(path);
  const self = process.getuid?.();
  const isOurs = stat.uid === self || (account !== undefined && stat.uid === account.uid);
  if (!stat.isDirectory() || !isOurs || (stat.mode & 0o022) !== 0) {
    throw new PostgresError(
      `${path} was made by somebody else and cannot be trusted with the database's socket. Remove it, or set OCTAVO_DATA to a folder with a shorter path.`,
    );
  }
  if (account && stat.uid !== account.uid) chownSync(path, account.uid, account.gid);
}
