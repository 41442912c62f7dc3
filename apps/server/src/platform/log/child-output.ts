import { pino } from 'pino';

/** Longer than it takes to see that the parent was killed, when its database goes down with it. */
const holdMs = 250;

/**
 * Standard error for a process that another one looks after. Lines wait a moment: when it turns out that the parent
 * is gone, they are dropped, because all they have to say is what follows from that.
 */
export function createChildOutput({ isAlone }: { isAlone: () => boolean }) {
  const stderr = pino.destination({ fd: 2, sync: false });
  let held: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  function letGo(): void {
    clearTimeout(timer);
    timer = undefined;
    const lines = held;
    held = [];
    if (lines.length > 0 && !isAlone()) stderr.write(lines.join(''));
  }
  function flushSync(): void {
    letGo();
    stderr.flushSync();
  }
  process.on('exit', flushSync);

  return {
    write(line: string): void {
      held.push(line);
      timer ??= setTimeout(letGo, holdMs);
    },
    /** pino asks for it after a fatal line. */
    flushSync,
  };
}
