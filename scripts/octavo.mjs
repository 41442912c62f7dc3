#!/usr/bin/env node
// Starts the server, on a machine that may have nothing but an older Node and npm: installs what is missing,
// builds the studio when it changed, and runs the role that is asked for.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { ensureInstalled } from './lib/install.mjs';
import { findNode, serverEnvironment, serverFlags } from './lib/node24.mjs';
import { onNpmGone } from './lib/npm-gone.mjs';
import { root } from './lib/root.mjs';
import { ensureStudioBuilt } from './lib/studio.mjs';

const [role = '', ...rest] = process.argv.slice(2);

ensureInstalled();
if (role === 'all' || role === 'api') ensureStudioBuilt();

// The channel tells the server when we are gone, also after a kill -9.
const server = spawn(findNode(), [...serverFlags, join(root, 'apps/server/src/main.ts'), role, ...rest], {
  env: { ...process.env, ...serverEnvironment },
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
// Ctrl-C reaches the whole group; the server counts one signal only.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
const forgetNpm = onNpmGone(() => server.kill('SIGTERM'));
process.on('SIGHUP', () => {
  if ([0, 1, 2].some((fd) => isatty(fd))) server.kill('SIGHUP');
  // Started with nohup, to outlive the terminal: then also npm, which has forgotten that (Node resets its signals).
  else forgetNpm();
});
server.on('exit', (code, signal) => {
  if (signal) console.error(`octavo: the server was ended by ${signal}.`);
  process.exit(code ?? 1);
});
