#!/usr/bin/env node
// Starts the server, on a machine that may have nothing but an older Node and npm: installs what is missing,
// builds the studio when it changed, and runs the role that is asked for.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { findNode, serverFlags } from './lib/node24.mjs';
import { root } from './lib/root.mjs';
import { ensureStudioBuilt } from './lib/studio.mjs';

const [role = 'all', ...rest] = process.argv.slice(2);

ensureInstalled();
if (role === 'all' || role === 'api') ensureStudioBuilt();

// The channel tells the server when we are gone, also after a kill -9.
const server = spawn(findNode(), [...serverFlags, join(root, 'apps/server/src/main.ts'), role, ...rest], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // Ctrl-C reaches the whole group; the server counts one signal only.
  process.on(signal, () => server.kill(signal));
}
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
