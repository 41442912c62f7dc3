import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findNode, toolEnvironment } from './node24.mjs';
import { root } from './root.mjs';

const web = join(root, 'apps/web');
const dist = join(web, 'dist');
const sources = [
  'apps/web/index.html',
  'apps/web/src',
  'apps/web/public',
  'apps/web/vite.config.ts',
  'packages/contracts/src',
  'packages/sdk/src',
  'package-lock.json',
];

/** Builds the studio when its sources are not those of the last build; the served one stays until the new one is done. */
export function ensureStudioBuilt() {
  const hash = sourceHash();
  const marker = join(dist, '.source-hash');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === hash) return;
  console.error('Building the studio …');
  const aside = join(web, `.dist-${process.pid}`);
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const build = spawnSync(findNode(), [vite, 'build', '--logLevel', 'warn', '--outDir', aside, '--emptyOutDir'], {
    cwd: web,
    env: toolEnvironment(),
    encoding: 'utf8',
  });
  if (build.status !== 0) {
    rmSync(aside, { recursive: true, force: true });
    console.error(build.stdout + build.stderr);
    console.error('octavo: the studio could not be built.');
    process.exit(1);
  }
  writeFileSync(join(aside, '.source-hash'), hash);
  rmSync(dist, { recursive: true, force: true });
  renameSync(aside, dist);
}

function sourceHash() {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of filesBelow(join(root, source))) hash.update(relative(root, file)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort();
  } catch {
    return [path];
  }
}
