import { setTimeout as sleep } from 'node:timers/promises';
import { isConnectionError, isTransientError } from './database.ts';

/**
 * Repeats `work` while the database cannot be reached or has to refuse for the moment, for at most `forMs`. Only for statements that may run
 * twice: when a connection breaks, nobody knows whether the statement was committed.
 */
export async function retryWhileUnreachable<T>(work: () => Promise<T>, forMs = 30_000): Promise<T> {
  const giveUpAt = performance.now() + forMs;
  for (let delayMs = 50; ; delayMs = Math.min(delayMs * 2, 1000)) {
    try {
      return await work();
    } catch (error) {
      if (!(isConnectionError(error) || isTransientError(error)) || performance.now() + delayMs > giveUpAt) throw error;
      await sleep(delayMs);
    }
  }
}
