import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const marker = join(root, 'node_modules/.octavo-lock');
const lock = join(root, '.octavo-installing');
const staleLockMs = 15 * 60_000;

/**
 * Installs the dependencies when they are missing or not those of the lockfile. Compared by content: a fresh
 * clone gives every file a new date. Two starts at once install once.
 */
export function ensureInstalled() {
  if (isInstalled()) return;
  waitForTurn();
  try {
    if (isInstalled()) return;
    console.error('Installing dependencies (first start, about a minute) …');
    // No install script runs: what one of them would do is done by us (docs/decisions.md).
    const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
    if (npm.status !== 0) {
      console.error('octavo: npm ci failed; its message stands above. Check the network and try again.');
      process.exit(1);
    }
    writeFileSync(marker, lockfileHash());
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function isInstalled() {
  return existsSync(marker) && readFileSync(marker, 'utf8') === lockfileHash();
}

function lockfileHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function waitForTurn() {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch {
      const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (Date.now() - since > staleLockMs) rmSync(lock, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}
