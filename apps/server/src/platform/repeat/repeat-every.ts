import type { Logger } from '../log/index.ts';

/** Work that goes on by itself. */
export interface Repeated {
  /** Begins no more; resolves when what is under way has ended. */
  close(): Promise<void>;
}

/**
 * Does a piece of work every `intervalMs`, never twice at the same time; what fails is logged as `failure` and done
 * again at the next turn. It keeps no process alive.
 */
export function repeatEvery(
  intervalMs: number,
  work: () => Promise<unknown>,
  { log, failure }: { log: Logger; failure: string },
): Repeated {
  let working: Promise<void> | undefined;
  const timer = setInterval(() => {
    working ??= work()
      .then(() => undefined)
      .catch((error: unknown) => log.warn({ err: error }, failure))
      .finally(() => (working = undefined));
  }, intervalMs);
  timer.unref();
  return {
    async close(): Promise<void> {
      clearInterval(timer);
      await working;
    },
  };
}
