import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresError } from './errors.ts';
import { isAlive, startTime } from './process-table.ts';

/**
 * One Octavo a data folder. The lock names its holder, so that one left behind by a crash is recognised.
 * @returns the way to let go
 * @throws PostgresError while another process holds it
 */
export function lockFolder(dataFolder: string): () => void {
  const path = join(dataFolder, 'octavo.lock');
  const mine = `${process.pid} ${startTime(process.pid)}`;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      writeFileSync(path, mine, { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const [pid = '', ...started] = readIfThere(path).split(' ');
    if (isAlive(Number(pid)) && startTime(Number(pid)) === started.join(' ')) {
      throw new PostgresError(
        `Another Octavo (process ${pid}) uses the data folder ${dataFolder}. Stop it, or set OCTAVO_DATA to another folder.`,
      );
    }
    rmSync(path, { force: true });
  }
  throw new PostgresError(`Cannot lock the data folder ${dataFolder}: others keep taking it.`);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '0';
  }
}
