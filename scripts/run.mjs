#!/usr/bin/env node
// Runs a task of the project with the right Node and the right tools, installing them first when they are missing.
import { spawnSync } from 'node:child_process';
import { ensureInstalled } from './lib/install.mjs';
import { toolEnvironment } from './lib/node24.mjs';
import { root } from './lib/root.mjs';
import { ensureStudioBuilt } from './lib/studio.mjs';

const tasks = {
  build: { needsStudio: true, commands: [] },
  test: { commands: ['tsc -p .', 'tsc -p apps/web', 'vitest run'] },
  'test:attacks': { needsStudio: true, commands: ['vitest run -c attacks/vitest.config.ts'] },
  'test:faults': { commands: ['node bench/faults/main.ts'] },
  e2e: { needsStudio: true, commands: ['playwright test -c e2e/playwright.config.ts'] },
  bench: { needsStudio: true, commands: ['node bench/main.ts'] },
  lint: {
    commands: [
      'oxlint --type-aware --deny-warnings',
      'node scripts/lint-canary.mjs',
      'node scripts/lint-lockfile.mjs',
      'node scripts/lint-regexes.mjs',
      'oxfmt --check .',
      'knip',
    ],
  },
  format: { commands: ['oxfmt .'] },
};

const [name, ...args] = process.argv.slice(2);
const task = tasks[name];
if (!task) {
  console.error(`octavo: there is no task "${name}". Choose one of: ${Object.keys(tasks).join(', ')}.`);
  process.exit(1);
}

ensureInstalled();
if (task.needsStudio) ensureStudioBuilt();
const env = toolEnvironment();
for (const [index, command] of task.commands.entries()) {
  // What is said after the task's name goes to its last command.
  const isLast = index === task.commands.length - 1;
  const [file, ...words] = command.split(' ');
  const { status } = spawnSync(file, [...words, ...(isLast ? args : [])], { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
