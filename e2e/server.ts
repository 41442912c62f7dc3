import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startSandbox } from '@octavo/sandbox';
import { dumpDatabase, expectNoSecrets } from './secret-scan.ts';

/**
 * Servers as a user would start them: one as it comes, one whose access tokens live for seconds, a strict one (by invitation
 * only, with long passwords and addresses that have to be confirmed), and one whose admin the tests are, with a provider that
 * fails on request. Those whose texts cost something, or that have no account yet, are started by the tests that need them.
 */
export const ports = { usual: 3951, shortSessions: 3952, strict: 3953, administered: 3954, paid: 3955, fresh: 3956 };
/** The first account of each but the second and the last two. */
export const admin = { email: 'admin@example.org', password: 'a very long password indeed' };

export default async function startServers(): Promise<() => Promise<void>> {
  const sandbox = await startSandbox({ tokensPerSecond: 0 });
  const stops = await Promise.all([
    startServer(ports.usual, { SANDBOX_TOKENS_PER_SECOND: '120' }),
    startServer(ports.shortSessions, { SANDBOX_TOKENS_PER_SECOND: '120', ACCESS_TOKEN_MINUTES: '0.6' }),
    startServer(ports.strict, { REGISTRATION: 'invite', REQUIRE_VERIFICATION: 'on', PASSWORD_MIN_LENGTH: '15' }),
    startServer(ports.administered, {
      XAI_API_KEY: 'xai-key-of-the-browser-tests',
      XAI_BASE_URL: `${sandbox.url}/v1`,
      WHATSAPP_BASE_URL: `${sandbox.url}/v23.0`,
      XAI_CONCURRENCY: '4',
      GENERATION_ATTEMPTS: '1',
      PROVIDER_BREAKER_FAILURES: '2',
      PROVIDER_BREAKER_OPEN_MS: '600000',
    }),
  ]);
  for (const port of [ports.usual, ports.strict, ports.administered]) await registerAdmin(`http://localhost:${port}`);
  return async () => {
    // Each says by itself when a secret was found; all are to be stopped first.
    const outcomes = await Promise.allSettled(stops.map((stop) => stop()));
    await sandbox.close();
    const found = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
    if (found.length > 0) throw new Error(found.join('\n'));
  };
}

/**
 * A server in a data folder of its own, with a log of everything.
 * @returns what stops it and removes the folder; it throws when the log or the database holds a secret that the server was
 * sent, has answered or was set up with
 */
export async function startServer(port: number, env: Record<string, string>): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-e2e-'));
  const files = { data: join(folder, 'data'), log: join(folder, 'log'), secrets: join(folder, 'secrets') };
  const log = openSync(files.log, 'w');
  const server = spawn(process.execPath, [resolve(import.meta.dirname, '../apps/server/src/main.ts'), 'all'], {
    env: {
      ...process.env,
      PORT: String(port),
      OCTAVO_DATA: files.data,
      LOCAL_SERVER_DISCOVERY: 'off',
      GENERATION_BACKOFF_MS: '50',
      RATE_LIMIT_SCALE: '1000',
      LOG_LEVEL: 'trace',
      NODE_OPTIONS: `--import=${resolve(import.meta.dirname, 'record-secrets.ts')}`,
      RECORD_SECRETS: files.secrets,
      ...env,
    },
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  if (!(await isReady(server))) throw new Error(`no server: ${readFileSync(files.log, 'utf8')}`);
  return async () => {
    try {
      // One request is in the log of a server that nobody has asked for anything, too.
      await (await fetch(`http://localhost:${port}/api/health`)).text();
      const dump = await dumpDatabase(files.secrets).finally(async () => {
        server.kill('SIGTERM');
        if (server.exitCode === null) await once(server, 'exit');
      });
      expectNoSecrets(files, dump);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

async function isReady(server: ChildProcess): Promise<boolean> {
  for await (const chunk of server.stdout!) if (String(chunk).includes('is ready at')) return true;
  return false;
}

async function registerAdmin(url: string): Promise<void> {
  const response = await fetch(`${url}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...admin, firstName: 'Grace', lastName: 'Hopper' }),
  });
  if (!response.ok) throw new Error(`no first account: ${await response.text()}`);
}
