import { AppError } from '#platform/http';

const countEveryMs = 5000;
const countAgainMs = 500;

export interface Quota {
  /** @throws AppError too_many_requests when the user has as many unfinished generations as are allowed */
  take(userId: string): Promise<void>;
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

  function current(userId: string, ageLimitMs: number) {
    const entry = known.get(userId);
    if (entry && now() - entry.countedAt < ageLimitMs) return entry;
    // Those who were not seen for a while stand first.
    for (const [id, { countedAt }] of known) {
      if (now() - countedAt < countEveryMs) break;
      known.delete(id);
    }
    const fresh = { count: deps.count(userId, max), since: 0, countedAt: now() };
    fresh.count.catch(() => known.delete(userId));
    known.delete(userId);
    known.set(userId, fresh);
    return fresh;
  }

  return {
    async take(userId) {
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
    },
  };
}
