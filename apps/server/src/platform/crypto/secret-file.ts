import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a file of secrets (JSON, mode 0600). Two processes starting at once agree on one: it is written aside and linked
 * into place, which fails for the second one. @returns whether it is this one
 */
export function createSecretFile(path: string, content: object): boolean {
  const aside = writeAside(path, content);
  try {
    linkSync(aside, path);
    syncFolder(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Puts other content into its place, at once and as a whole. */
export function replaceSecretFile(path: string, content: object): void {
  renameSync(writeAside(path, content), path);
  syncFolder(path);
}

/** So that the name outlives a power cut: what is sealed with a key that is lost is lost. Windows opens no folders. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function writeAside(path: string, content: object): string {
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(aside, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });
  chmodSync(aside, 0o600);
  return aside;
}
