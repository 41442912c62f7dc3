import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#platform/log';

export interface ChildSpec {
  name: string;
  args: string[];
  env: Record<string, string>;
}

export interface Children {
  /** Resolves when every child has said that it is ready; rejects when one ends before it ever was. */
  ready: Promise<{ url?: string }>;
  /** SIGTERM to all, and SIGKILL to those that do not end in time. */
  stop(): Promise<void>;
}

/** A child ended with code 1 before it was ready: it has said why, and starting it again would not help. */
export class ChildFailed extends Error {
  override readonly name = 'ChildFailed';
}

const program = resolve(import.meta.dirname, '../main.ts');
const firstDelayMs = 200;
const lastDelayMs = 5000;
/** A child that has lived this long is healthy: its next end is a first one again. */
const healthyAfterMs = 30_000;

/** Runs each spec as a process of its own and starts it again when it dies, a little later each time. */
export function superviseChildren(options: {
  specs: ChildSpec[];
  log: Logger;
  stopTimeoutMs: number;
  /** The program to run; this one by default. */
  entry?: string;
}): Children {
  const { log } = options;
  const stopping = new AbortController();
  const running = new Map<string, ChildProcess>();

  function start(spec: ChildSpec): { child: ChildProcess; ready: Promise<{ url?: string }> } {
    const child = fork(options.entry ?? program, spec.args, {
      // oxlint-disable-next-line no-restricted-properties -- the children read their own settings
      env: { ...process.env, ...spec.env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    running.set(spec.name, child);
    const ready = new Promise<{ url?: string }>((resolveReady, reject) => {
      child.on('message', (message: { type?: string; url?: string }) => {
        if (message.type === 'ready') resolveReady(message.url === undefined ? {} : { url: message.url });
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(new ChildFailed(`${spec.name} ended with ${signal ?? code}`)));
    });
    return { child, ready };
  }

  async function keepAlive(spec: ChildSpec, first: ChildProcess): Promise<void> {
    let child = first;
    let delayMs = firstDelayMs;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      if (stopping.signal.aborted) return;
      if (performance.now() - startedAt > healthyAfterMs) delayMs = firstDelayMs;
      log.error(
        { child: spec.name, code: child.exitCode, signal: child.signalCode, againInMs: delayMs },
        'child ended',
      );
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      delayMs = Math.min(delayMs * 2, lastDelayMs);
      const next = start(spec);
      next.ready.catch(() => undefined);
      child = next.child;
    }
  }

  async function startAll(): Promise<{ url?: string }> {
    const started = options.specs.map((spec) => ({ spec, ...start(spec) }));
    const answers = await Promise.all(started.map(({ ready }) => ready));
    for (const { spec, child } of started) void keepAlive(spec, child);
    return Object.assign({}, ...answers) as { url?: string };
  }

  async function stop(): Promise<void> {
    stopping.abort();
    await Promise.all(
      [...running.values()].map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        const kill = setTimeout(() => child.kill('SIGKILL'), options.stopTimeoutMs);
        await gone;
        clearTimeout(kill);
      }),
    );
  }

  return {
    ready: startAll().catch(async (error: unknown) => {
      await stop();
      throw error;
    }),
    stop,
  };
}
