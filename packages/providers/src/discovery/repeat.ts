/**
 * Runs `look` now and then again `intervalMs` after each end, never twice at a time. It must not reject.
 * Does not keep the process alive.
 */
export function repeat(intervalMs: number, look: () => Promise<void>): { ready: Promise<void>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  async function run(): Promise<void> {
    await look();
    if (!isStopped) timer = setTimeout(() => void run(), intervalMs).unref();
  }
  return {
    /** The first look is over. */
    ready: run(),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
