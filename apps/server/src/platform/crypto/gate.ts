/** So much waits already that whoever comes now would wait in vain. */
export class GateFull extends Error {
  override readonly name = 'GateFull';
}

/**
 * Lets `atOnce` pieces of work run at a time, the others in the order they came. After each its place stays empty for
 * `restMs`, which is the machine's for other work. @throws GateFull
 */
export function createGate(limits: { atOnce: number; waiting: number; restMs?: number }) {
  const waiting: Array<() => void> = [];
  let running = 0;

  // Whoever leaves hands its place on, so that nobody slips in between.
  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  return async function pass<T>(work: () => Promise<T>): Promise<T> {
    if (running >= limits.atOnce) {
      if (waiting.length >= limits.waiting) throw new GateFull('too much is waiting');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      if (limits.restMs === undefined) leave();
      else setTimeout(leave, limits.restMs);
    }
  };
}
