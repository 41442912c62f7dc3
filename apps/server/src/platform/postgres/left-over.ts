import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresError } from './errors.ts';
import { commandLine, isAlive } from './process-table.ts';

/**
 * Clears the way for a new server: stops one that a killed Octavo left behind, and removes its pid file. A process
 * that only happens to have the number in that file is left in peace.
 */
export async function clearLeftOver(clusterFolder: string): Promise<void> {
  const path = join(clusterFolder, 'postmaster.pid');
  const pid = Number.parseInt(readIfThere(path).split('\n')[0] ?? '', 10);
  if (Number.isInteger(pid) && pid > 0 && isOurs(pid, clusterFolder)) {
    process.kill(pid, 'SIGINT');
    if (!(await gone(pid, 10_000))) process.kill(pid, 'SIGQUIT');
    if (!(await gone(pid, 10_000))) {
      throw new PostgresError(`An old PostgreSQL (process ${pid}) does not stop. Stop it by hand and start again.`);
    }
  }
  rmSync(path, { force: true });
}

function isOurs(pid: number, clusterFolder: string): boolean {
  return isAlive(pid) && commandLine(pid).includes(clusterFolder);
}

async function gone(pid: number, withinMs: number): Promise<boolean> {
  const giveUpAt = performance.now() + withinMs;
  while (isAlive(pid)) {
    if (performance.now() > giveUpAt) return false;
    await sleep(20);
  }
  return true;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
