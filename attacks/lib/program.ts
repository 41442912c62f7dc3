import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { serverFlags } from '../../scripts/lib/node24.mjs';

/** One process of the server as an operator starts it, and every word it says. */
export interface Program {
  pid: number;
  url: string;
  /** Standard output and standard error so far. */
  output(): string;
  isAlive(): boolean;
  stop(): Promise<void>;
}

export async function startProgram(role: 'api' | 'worker', env: Record<string, string>): Promise<Program> {
  const child: ChildProcess = fork(resolve(import.meta.dirname, '../../apps/server/src/main.ts'), [role], {
    env: { ...process.env, ...env },
    execArgv: serverFlags,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const output = () => Buffer.concat(chunks).toString();
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the ${role} ended: ${output()}`);
  });
  ended.catch(() => undefined);
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [{ url?: string }];
  return {
    pid: child.pid ?? 0,
    url: (message.url ?? '').replace('localhost', '127.0.0.1'),
    output,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}
