import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { ProviderError } from '../provider.ts';
import type { FailedStage, FromChild, Job, ToChild, WriteEnd } from './protocol.ts';

export type WrittenPart = { type: 'delta'; text: string } | ({ type: 'done' } & WriteEnd);

interface Listener {
  onMessage(message: FromChild): void;
  onExit(reason: string): void;
}

/**
 * The child process with the model: started when it is first needed, ended when it has had nothing to do for a while,
 * started anew when it has died.
 */
export function createModelProcess(idleMs: number) {
  let child: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;
  const listeners = new Map<number, Listener>();

  function running(): ChildProcess {
    clearTimeout(idle);
    if (!child?.connected) child = start();
    child.ref();
    child.channel?.ref();
    return child;
  }

  function start(): ChildProcess {
    const started = fork(join(import.meta.dirname, 'child.ts'), [], {
      execArgv: [],
      // Images travel as bytes.
      serialization: 'advanced',
      // ONNX Runtime writes to both of them as it likes; what matters comes as a message.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    started.on('message', (message: FromChild) => listeners.get(message.id)?.onMessage(message));
    const gone = (reason: string): void => {
      if (child !== started) return;
      child = undefined;
      for (const listener of listeners.values()) listener.onExit(reason);
      listeners.clear();
    };
    started.on('exit', (code, signal) => gone(`The process with the model ended (${signal ?? `exit code ${code}`}).`));
    started.on('error', (error) => gone(`The process with the model could not be started: ${error.message}`));
    return started;
  }

  /** With nothing to do the child must not keep this process alive. */
  function rest(): void {
    if (listeners.size > 0 || !child) return;
    child.unref();
    child.channel?.unref();
    clearTimeout(idle);
    idle = setTimeout(() => void stop(), idleMs).unref();
  }

  /** Ends the child; a job in the making fails, retryable. */
  async function stop(): Promise<void> {
    clearTimeout(idle);
    const stopped = child;
    if (!stopped) return;
    const exited = new Promise((resolve) => stopped.once('exit', resolve));
    stopped.ref();
    stopped.kill('SIGKILL');
    await exited;
  }

  return {
    /** @throws ProviderError local_model_failed, provider_bad_request for a job the model cannot do; the signal's reason when it aborts */
    async *write(job: Job, signal: AbortSignal): AsyncGenerator<WrittenPart, void, undefined> {
      signal.throwIfAborted();
      const id = (lastId += 1);
      const heard: FromChild[] = [];
      let exitReason: string | undefined;
      let wake = (): void => {};
      const onAbort = (): void => wake();
      const process = running();
      listeners.set(id, {
        onMessage: (message) => (heard.push(message), wake()),
        onExit: (reason) => ((exitReason = reason), wake()),
      });
      signal.addEventListener('abort', onAbort);
      let isOver = false;
      try {
        send(process, { type: 'write', id, job });
        while (!isOver) {
          signal.throwIfAborted();
          const message = heard.shift();
          if (message) {
            isOver = message.type !== 'delta';
            if (message.type === 'failed') throw failed(message.message, message.stage);
            if (message.type !== 'aborted') yield message;
          } else if (exitReason !== undefined) {
            throw failed(exitReason, 'run');
          } else {
            await new Promise<void>((resolve) => (wake = resolve));
          }
        }
      } finally {
        signal.removeEventListener('abort', onAbort);
        listeners.delete(id);
        if (!isOver) send(process, { type: 'abort', id });
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

function failed(detail: string, stage: FailedStage): ProviderError {
  const code = stage === 'refused' ? 'provider_bad_request' : 'local_model_failed';
  return new ProviderError(code, { provider: 'local', isRetryable: stage === 'run', cause: new Error(detail) });
}
