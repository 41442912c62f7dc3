import { AppError } from '#platform/http';

/** Gives back what was taken; a second call does nothing. */
export type Release = () => void;

/**
 * Who is at something that takes disk: once for each user, and so many for all.
 * @returns takes a slot; @throws AppError too_many_requests
 */
export function createSlots(max: number, message: string): (userId: string) => Release {
  const taken = new Map<string, symbol>();
  return (userId) => {
    if (taken.has(userId) || taken.size >= max) {
      throw new AppError('too_many_requests', message, { retryAfterSeconds: 10 });
    }
    const mine = Symbol();
    taken.set(userId, mine);
    return () => {
      if (taken.get(userId) === mine) taken.delete(userId);
    };
  };
}

/** So many at once; the others wait for their turn. */
export function createTurns(max: number): <T>(work: () => Promise<T>) => Promise<T> {
  let going = 0;
  const waiting: Array<() => void> = [];
  return async (work) => {
    // Whoever ends hands its place to the next.
    if (going >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else going += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else going -= 1;
    }
  };
}
