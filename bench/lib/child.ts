import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** Starts a baseline as a process of its own and waits until it is ready. */
export async function startBaseline(file: string, args: string[] = []): Promise<{ url: string; child: ChildProcess }> {
  const child = fork(resolve(import.meta.dirname, '../baselines', file), args, { execArgv: [] });
  const [message] = (await once(child, 'message')) as [{ url?: string }];
  return { url: message.url ?? '', child };
}
