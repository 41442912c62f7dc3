import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { serverEnvironment, serverFlags } from '../../scripts/lib/node24.mjs';

export const repositoryRoot = resolve(import.meta.dirname, '../..');
const main = resolve(repositoryRoot, 'apps/server/src/main.ts');

/** One process of the server, started as an operator would. */
export interface Program {
  readonly name: string;
  readonly pid: number;
  url: string;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again after it ended; resolves when it is ready. */
  start(): Promise<void>;
}

export async function startProgram(role: string, env: Record<string, string>): Promise<Program> {
  let child: ChildProcess;
  const program: Program = {
    name: role,
    get pid() {
      return child.pid ?? 0;
    },
    url: '',
    async start() {
      child = fork(main, [role], {
        env: { ...process.env, ...serverEnvironment, ...env },
        execArgv: serverFlags,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      const ready = once(child, 'message').then(([message]: Array<{ url?: string }>) => {
        program.url = (message?.url ?? '').replace('localhost', '127.0.0.1');
      });
      const ended = once(child, 'exit').then(([code]) =>
        Promise.reject(new Error(`${role} ended with ${String(code)} before it was ready`)),
      );
      ended.catch(() => undefined);
      await Promise.race([ready, ended]);
    },
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await gone;
    },
  };
  await program.start();
  return program;
}
