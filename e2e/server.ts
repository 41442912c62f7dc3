import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startSandbox } from '@octavo/sandbox';

/**
 * Servers as a user would start them: one as it comes, one whose access tokens live for seconds, a strict one (by invitation
 * only, with long passwords and addresses that have to be confirmed), and one whose admin the tests are, with a provider that
 * fails on request.
 */
export const ports = { usual: 3951, shortSessions: 3952, strict: 3953, administered: 3954 };
/** The first account of each but the second. */
export const admin = { email: 'admin@example.org', password: 'a very long password indeed' };

export default async function startServers(): Promise<() => Promise<void>> {
  const sandbox = await startSandbox({ tokensPerSecond: 0 });
  const folders: string[] = [];
  const start = (port: number, env: Record<string, string>): ChildProcess => {
    const folder = mkdtempSync(join(tmpdir(), 'octavo-e2e-'));
    folders.push(folder);
    return spawn(process.execPath, [resolve(import.meta.dirname, '../apps/server/src/main.ts'), 'all'], {
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
  };
  const servers = [
    start(ports.usual, { SANDBOX_TOKENS_PER_SECOND: '120' }),
    start(ports.shortSessions, { SANDBOX_TOKENS_PER_SECOND: '120', ACCESS_TOKEN_MINUTES: '0.6' }),
    start(ports.strict, { REGISTRATION: 'invite', REQUIRE_VERIFICATION: 'on', PASSWORD_MIN_LENGTH: '15' }),
    start(ports.administered, {
      XAI_API_KEY: 'e2e',
      XAI_BASE_URL: `${sandbox.url}/v1`,
      XAI_CONCURRENCY: '4',
      GENERATION_ATTEMPTS: '1',
      PROVIDER_BREAKER_FAILURES: '2',
      PROVIDER_BREAKER_OPEN_MS: '600000',
    }),
  ];
  await Promise.all(
    servers.map(async (server) => {
      for await (const chunk of server.stdout!) if (String(chunk).includes('is ready at')) return;
      throw new Error('the server ended before it was ready');
    }),
  );
  for (const port of [ports.usual, ports.strict, ports.administered]) await registerAdmin(`http://localhost:${port}`);
  return async () => {
    for (const server of servers) {
      server.kill('SIGTERM');
      if (server.exitCode === null) await once(server, 'exit');
    }
    await sandbox.close();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
}

async function registerAdmin(url: string): Promise<void> {
  const response = await fetch(`${url}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...admin, firstName: 'Grace', lastName: 'Hopper' }),
  });
  if (!response.ok) throw new Error(`no first account: ${await response.text()}`);
}
