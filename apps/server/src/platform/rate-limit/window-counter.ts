export interface Budget {
  /** How it is called in the RateLimit headers. */
  name: string;
  limit: number;
  windowSeconds: number;
}

/** What is left of a budget after a request; refused when `used` is beyond its limit. */
export interface Spent {
  used: number;
  /** Milliseconds until the budget is whole again. */
  resetMs: number;
}

/**
 * Counts requests by key in windows of fixed length, in this process alone. No timer and no promise: it stands before every
 * request. All windows end together, so that what it remembers is dropped at once.
 */
export function createWindowCounter({ windowSeconds }: Budget, now: () => number = Date.now) {
  let counts = new Map<string, number>();
  let endsAt = 0;

  return (key: string): Spent => {
    const at = now();
    if (at >= endsAt) {
      counts = new Map();
      endsAt = at + windowSeconds * 1000;
    }
    const used = (counts.get(key) ?? 0) + 1;
    counts.set(key, used);
    return { used, resetMs: endsAt - at };
  };
}
