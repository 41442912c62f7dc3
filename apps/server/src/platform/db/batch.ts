import { setImmediate, setTimeout } from 'node:timers/promises';
import { isConnectionError } from './database.ts';

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** Planning costs a statement as much as dozens of items: a busy process waits for some before the next one. */
const restMs = 4;

/**
 * Group commit: calls that arrive while a statement is under way travel together in the next one, so that a busy
 * process pays for one round trip, one plan and one commit instead of hundreds, and a quiet one waits for nobody.
 *
 * @param run one statement for many items, all or none of them; its results in the order of the items. When it is
 * refused for one item's sake, each item is tried on its own.
 */
export function createBatcher<Item, Result>(
  run: (items: Item[]) => Promise<Result[]>,
  { maxItems = 100 } = {},
): (item: Item) => Promise<Result> {
  const waiting: Array<Waiting<Item, Result>> = [];
  let isBusy = false;

  async function settle(batch: Array<Waiting<Item, Result>>): Promise<void> {
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index]!);
    } catch (error) {
      // A connection that broke leaves open whether the statement was committed: that is for the caller to handle.
      if (batch.length === 1 || isConnectionError(error)) for (const { reject } of batch) reject(error);
      else await Promise.all(batch.map((one) => settle([one])));
    }
  }

  async function work(): Promise<void> {
    isBusy = true;
    // The next turn of the event loop: what else arrives in this one goes along.
    await setImmediate();
    while (waiting.length > 0) {
      const batch = waiting.splice(0, maxItems);
      await settle(batch);
      if (batch.length > 1 && waiting.length < maxItems) await setTimeout(restMs);
    }
    isBusy = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isBusy) void work();
    });
}
