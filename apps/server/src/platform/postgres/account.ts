import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Who the server runs as. PostgreSQL refuses to run as root, so root lends it another account. */
export interface Account {
  uid: number;
  gid: number;
}

/** `postgres` where there is such a user, else `nobody`; undefined when this process is not root and simply runs it. */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  );
  return users.get('postgres') ?? users.get('nobody') ?? { uid: 65_534, gid: 65_534 };
}

/** Whether the account can get to `path`: it may pass through every folder above it. */
export function canReach(path: string, account: Account | undefined): boolean {
  if (!account) return true;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const execute = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & execute) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
