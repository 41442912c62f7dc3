import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Two servers as a user would start them: one as it comes, one whose access tokens live for seconds. A third, whose
 * texts cost something, is started by the tests that need it. */
export const ports = { usual: 3951, shortSessions: 3952, paid: 3953 };

export default async function startServers(): Promise<() => Promise<void>> {
  const stops = await Promise.all([
    startServer(ports.usual, { SANDBOX_TOKENS_PER_SECOND: '120' }),
    startServer(ports.shortSessions, { SANDBOX_TOKENS_PER_SECOND: '120', ACCESS_TOKEN_MINUTES: '0.6' }),
  ]);
  return async () => {
    for (const stop of stops) await stop();
  };
}

/** A server in a data folder of its own. @returns what stops it and removes the folder */
export async function startServer(port: number, env: Record<string, string>): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-e2e-'));
  const server = spawn(process.execPath, [resolve(import.meta.dirname, '../apps/server/src/main.ts'), 'all'], {
    env: {
      ...process.env,
      PORT: String(port),
      OCTAVO_DATA: folder,
      LOCAL_SERVER_DISCOVERY: 'off',
      GENERATION_BACKOFF_MS: '50',
      RATE_LIMIT_SCALE: '1000',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await isReady(server);
  return async () => {
    server.kill('SIGTERM');
    if (server.exitCode === null) await once(server, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
}

async function isReady(server: ChildProcess): Promise<void> {
  for await (const chunk of server.stdout!) if (String(chunk).includes('is ready at')) return;
  throw new Error('the server ended before it was ready');
}
