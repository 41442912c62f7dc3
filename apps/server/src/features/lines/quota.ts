import { AppError } from '#platform/http';

const countEveryMs = 5000;
const countAgainMs = 500;

export interface Quota {
  /**
   * Takes one and does the work that stores it.
   * @throws AppError too_many_requests, before the work, when the user has as many unfinished generations as are allowed
   */
  take<T>(userId: string, work: () => Promise<T>): Promise<T>;
}

/**
 * How many unfinished generations a user may have. The database is asked at most every five seconds a user, and twice a
 * second once the quota seems used up; in between every accepted request counts as one more. So it costs nothing where
 * thousands are submitted, is never too strict for longer than half a second, and too generous by what other API processes
 * accept within five.
 */
export function createQuota(deps: {
  max: number;
  count: (userId: string, atMost: number) => Promise<number>;
  now?: () => number;
}): Quota {
  const { max, now = Date.now } = deps;
  const known = new Map<string, { count: Promise<number>; since: number; countedAt: number }>();
  /** Accepted, and perhaps not stored yet: a count that begins now may miss them. */
  const pending = new Map<string, number>();

  function current(userId: string, ageLimitMs: number) {
    const entry = known.get(userId);
    if (entry && now() - entry.countedAt < ageLimitMs) return entry;
    // Those who were not seen for a while stand first.
    for (const [id, { countedAt }] of known) {
      if (now() - countedAt < countEveryMs) break;
      known.delete(id);
    }
    const fresh = { count: deps.count(userId, max), since: pending.get(userId) ?? 0, countedAt: now() };
    fresh.count.catch(() => known.delete(userId));
    known.delete(userId);
    known.set(userId, fresh);
    return fresh;
  }

  async function admit(userId: string): Promise<void> {
    for (const ageLimitMs of [countEveryMs, countAgainMs]) {
      const entry = current(userId, ageLimitMs);
      const counted = await entry.count;
      if (counted + entry.since < max) {
        entry.since += 1;
        return;
      }
    }
    throw new AppError(
      'too_many_requests',
      `You have ${max} generations that are waiting or running, as many as are allowed. Wait until some have ended.`,
      { retryAfterSeconds: 30 },
    );
  }

  return {
    async take(userId, work) {
      await admit(userId);
      pending.set(userId, (pending.get(userId) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const left = (pending.get(userId) ?? 1) - 1;
        if (left === 0) pending.delete(userId);
        else pending.set(userId, left);
      }
    },
  };
}
