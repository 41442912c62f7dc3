import { lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresError } from './errors.ts';
import { isAlive, startTime } from './process-table.ts';

const free = 'free';

/**
 * One Octavo a data folder. Whoever has the highest number in `lock/` has the folder; who that is stands in the
 * entry, so that one left behind by a crash is recognised.
 *
 * An entry is a symbolic link: made in one step with its content, and never for two at once. A holder that is gone
 * is followed by the next number instead of being removed, so that two that find it gone at the same moment do not
 * remove each other's lock; the highest number only ever grows.
 * @returns the way to let go
 * @throws PostgresError while another process holds it
 */
export function lockFolder(dataFolder: string): () => void {
  const folder = join(dataFolder, 'lock');
  makeLockFolder(folder);
  const mine = `${process.pid} ${startTime(process.pid)}`;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const top = highest(folder);
    if (isHeld(top.holder)) {
      throw new PostgresError(
        `Another Octavo (process ${top.holder.split(' ')[0]}) uses the data folder ${dataFolder}. Stop it, or set OCTAVO_DATA to another folder.`,
      );
    }
    const number = top.number + 1;
    if (!take(folder, number, mine)) continue;
    // Others may have come and gone between our look and our taking; then this number is an old one.
    if (highest(folder).number !== number) {
      rmSync(join(folder, String(number)), { force: true });
      continue;
    }
    removeBelow(folder, number);
    return () => {
      if (highest(folder).number === number) take(folder, number + 1, free);
    };
  }
  throw new PostgresError(`Cannot lock the data folder ${dataFolder}: others keep taking it.`);
}

function makeLockFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!isError(error, 'EEXIST')) throw error;
  }
}

/** @returns false when the number is taken */
function take(folder: string, number: number, holder: string): boolean {
  try {
    symlinkSync(holder, join(folder, String(number)));
    return true;
  } catch (error) {
    if (isError(error, 'EEXIST')) return false;
    throw error;
  }
}

function highest(folder: string): { number: number; holder: string } {
  const number = Math.max(0, ...numbers(folder));
  return { number, holder: number === 0 ? free : holderOf(join(folder, String(number))) };
}

function numbers(folder: string): number[] {
  return readdirSync(folder)
    .map(Number)
    .filter((number) => Number.isSafeInteger(number) && number > 0);
}

/** One that went away while we looked had let go. */
function holderOf(path: string): string {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : free;
  } catch (error) {
    if (isError(error, 'ENOENT')) return free;
    throw error;
  }
}

function isHeld(holder: string): boolean {
  if (holder === free) return false;
  const [pid = '', ...started] = holder.split(' ');
  return isAlive(Number(pid)) && startTime(Number(pid)) === started.join(' ');
}

/** The one before stays: who reads the folder while we took the number still finds it, and sees that it is gone. */
function removeBelow(folder: string, number: number): void {
  for (const old of numbers(folder)) {
    if (old < number - 1) rmSync(join(folder, String(old)), { force: true });
  }
}

function isError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
