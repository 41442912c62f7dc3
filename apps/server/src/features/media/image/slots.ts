/**
 * Lets work run at once as long as its weights together stay within `capacity`; the rest waits its turn, first come
 * first served. What is heavier than `capacity` runs alone.
 */
export function createSlots(capacity: number) {
  let load = 0;
  const waiting: Array<{ weight: number; start: () => void }> = [];

  function startNext(): void {
    for (let next = waiting[0]; next && (load === 0 || load + next.weight <= capacity); next = waiting[0]) {
      waiting.shift();
      load += next.weight;
      next.start();
    }
  }

  return {
    async run<T>(weight: number, work: () => Promise<T>): Promise<T> {
      await new Promise<void>((start) => {
        waiting.push({ weight, start });
        startNext();
      });
      try {
        return await work();
      } finally {
        load -= weight;
        startNext();
      }
    },
  };
}
