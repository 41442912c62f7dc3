import { isConnectionError } from './database.ts';

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit: calls that arrive while a statement is under way travel together in the next one, so that a busy
 * process pays for one round trip and one commit instead of hundreds, and a quiet one waits for nobody.
 *
 * @param run one statement for many items, all or none of them; its results in the order of the items. When it is
 * refused for one item's sake, each item is tried on its own.
 */
export function createBatcher<Item, Result>(
  run: (items: Item[]) => Promise<Result[]>,
  { maxItems = 100, lanes = 2 } = {},
): (item: Item) => Promise<Result> {
  let waiting: Array<Waiting<Item, Result>> = [];
  let busy = 0;
  let isScheduled = false;

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

  function start(): void {
    isScheduled = false;
    while (busy < lanes && waiting.length > 0) {
      const batch = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      busy += 1;
      void settle(batch).finally(() => {
        busy -= 1;
        start();
      });
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (busy >= lanes || isScheduled) return;
      isScheduled = true;
      // The next turn of the event loop: what else arrives in this one goes along.
      setImmediate(start);
    });
}
