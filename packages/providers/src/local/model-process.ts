import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { ProviderError } from '../provider.ts';
import type { ChildSettings, FromChild, ToChild } from './protocol.ts';

export type StoryPart = { type: 'delta'; text: string } | Extract<FromChild, { type: 'done' }>;

interface Listener {
  onMessage(message: FromChild): void;
  onExit(): void;
}

/** The child process with the model: started when it is first needed, ended when it has had nothing to do for a while. */
export function createModelProcess(settings: ChildSettings, idleMs: number) {
  let child: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;
  const listeners = new Map<number, Listener>();

  function start(): ChildProcess {
    clearTimeout(idle);
    if (child?.connected) return child;
    const started = fork(join(import.meta.dirname, 'child.ts'), [JSON.stringify(settings)], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    started.on('message', (message: FromChild) => listeners.get(message.id)?.onMessage(message));
    const gone = (): void => {
      if (child !== started) return;
      child = undefined;
      for (const listener of listeners.values()) listener.onExit();
      listeners.clear();
    };
    started.on('exit', gone);
    started.on('error', gone);
    child = started;
    return started;
  }

  function rest(): void {
    if (listeners.size > 0) return;
    idle = setTimeout(stop, idleMs);
    idle.unref();
  }

  function stop(): void {
    clearTimeout(idle);
    child?.kill('SIGKILL');
  }

  return {
    /** @throws ProviderError local_model_failed; the signal's reason when it aborts */
    async *write(opening: string, seed: number, signal: AbortSignal): AsyncGenerator<StoryPart, void, undefined> {
      signal.throwIfAborted();
      const id = (lastId += 1);
      const heard: FromChild[] = [];
      let hasExited = false;
      let wake = (): void => {};
      const process = start();
      listeners.set(id, {
        onMessage: (message) => (heard.push(message), wake()),
        onExit: () => ((hasExited = true), wake()),
      });
      const onAbort = (): void => wake();
      signal.addEventListener('abort', onAbort);
      let isOver = false;
      try {
        send(process, { type: 'generate', id, opening, seed });
        for (;;) {
          signal.throwIfAborted();
          const message = heard.shift();
          if (message?.type === 'failed') {
            isOver = true;
            throw failed(message.message, message.stage === 'run');
          }
          if (message) {
            isOver = message.type === 'done';
            yield message;
            if (isOver) return;
          } else if (hasExited) {
            throw failed('the process with the model ended', true);
          } else {
            await new Promise<void>((resolve) => (wake = resolve));
          }
        }
      } finally {
        signal.removeEventListener('abort', onAbort);
        listeners.delete(id);
        if (!isOver && !hasExited) send(process, { type: 'abort', id });
        rest();
      }
    },
    get pid(): number | undefined {
      return child?.pid;
    },
    stop,
  };
}

function send(child: ChildProcess, message: ToChild): void {
  // When it is gone, its exit says so.
  if (child.connected) child.send(message, () => undefined);
}

function failed(detail: string, isRetryable: boolean): ProviderError {
  return new ProviderError('local_model_failed', { provider: 'local', isRetryable, cause: new Error(detail) });
}
