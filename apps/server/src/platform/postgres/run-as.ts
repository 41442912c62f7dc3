import { existsSync } from 'node:fs';
import type { Account } from './account.ts';

/** What to hand to `spawn`. */
export interface Command {
  file: string;
  args: string[];
  account: { uid?: number; gid?: number };
}

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => process.platform === 'linux' && existsSync(path));

/**
 * Runs a program as `account`. With `dieWithParent` the kernel stops it when this process is gone, also after a
 * kill -9 (Linux; elsewhere the next start clears what was left over).
 */
export function runAs(
  account: Account | undefined,
  file: string,
  args: string[],
  options: { dieWithParent: boolean },
): Command {
  if (setpriv === undefined) return { file, args, account: account ?? {} };
  const flags = [
    ...(account ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'] : []),
    ...(options.dieWithParent ? ['--pdeathsig', 'INT'] : []),
  ];
  return flags.length === 0
    ? { file, args, account: {} }
    : { file: setpriv, args: [...flags, file, ...args], account: {} };
}
