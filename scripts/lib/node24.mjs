import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { root } from './root.mjs';

/** The Node this project runs on: the one that runs us if it is new enough, else the one npm installed. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const pinned = join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (existsSync(pinned)) return pinned;
  console.error(
    `octavo: Node 24 is needed on ${process.platform}-${process.arch}; this is ${process.version}. See https://nodejs.org`,
  );
  process.exit(1);
}

/** An environment in which `node`, and every tool of the project, is the right one. */
export function toolEnvironment(node = findNode()) {
  const path = [dirname(node), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  return { ...process.env, PATH: path };
}

/**
 * How the server's processes are started. Node sizes its heap by the machine's memory and collects lazily: on a large
 * machine a process that needs 80 MB would grow to 500. PROCESS_HEAP_MB raises the limit for very many streams.
 */
export const serverFlags = ['--max-semi-space-size=8', `--max-old-space-size=${process.env.PROCESS_HEAP_MB || 192}`];

/**
 * What their environment adds. The memory allocator of Linux keeps a pool for each thread, up to eight for each core, and what
 * the threads of Node once held stays in them; with two they hold 10 to 25 MB less.
 */
export const serverEnvironment = { MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX || '2' };
