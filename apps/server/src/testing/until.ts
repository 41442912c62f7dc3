import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is true, and returns it; fails, naming it, when it is still not after `withinMs`. */
export async function until<T>(
  condition: () => T | Promise<T>,
  withinMs = 60_000,
): Promise<Exclude<T, false | undefined | null>> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const value = await condition();
    if (value) return value as Exclude<T, false | undefined | null>;
    if (performance.now() > giveUpAt) throw new Error(`not true after ${withinMs} ms: ${condition.toString()}`);
    await sleep(20);
  }
}

export interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T): void;
}

export function deferred<T>(): Deferred<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, resolve };
}
