import { Redis } from 'ioredis';
import { CompiledQuery } from 'kysely';
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterStoreAbstract,
} from 'rate-limiter-flexible';
import type { Db } from '../db/index.ts';
import type { Budget, Spent } from './window-counter.ts';

/** A count that all API processes share, and that survives their restart. */
export interface SharedCounter {
  /** Counts one, at once and in one step: of a hundred requests at the same time each gets a number of its own. */
  add(key: string): Promise<Spent>;
  /** Takes one back. */
  giveBack(key: string): Promise<void>;
  clear(key: string): Promise<void>;
  /** Sets the key for one window from now on. */
  mark(key: string): Promise<void>;
  isMarked(key: string): Promise<boolean>;
}

export interface SharedCounters {
  open(budget: Budget): SharedCounter;
  close(): void;
}

/**
 * Counters in Redis when the queue is there, else in PostgreSQL. When that does not answer, each process counts for itself
 * in memory until it does: a limit gets wider by the number of processes, and nobody is kept out.
 */
export function createSharedCounters(db: Db, redisUrl: string | undefined): SharedCounters {
  const redis = redisUrl === undefined ? undefined : openRedis(redisUrl);

  function openStore({ name, limit: points, windowSeconds: duration }: Budget): RateLimiterStoreAbstract {
    const common = {
      keyPrefix: name,
      points,
      duration,
      insuranceLimiter: new RateLimiterMemory({ keyPrefix: name, points, duration }),
    };
    if (redis) return new RateLimiterRedis({ ...common, storeClient: redis, rejectIfRedisNotReady: true });
    return new RateLimiterPostgres({
      ...common,
      storeClient: {
        query: async ({ text, values = [] }: { text: string; values?: unknown[] }) => {
          const { rows } = await db.executeQuery(CompiledQuery.raw(text, values));
          return { rows, rowCount: rows.length };
        },
      },
      storeType: 'client',
      tableName: 'rate_limits',
      tableCreated: true,
    });
  }

  return {
    open(budget) {
      const store = openStore(budget);
      const spent = ({ consumedPoints, msBeforeNext }: RateLimiterRes): Spent => ({
        used: consumedPoints,
        resetMs: msBeforeNext < 0 ? budget.windowSeconds * 1000 : msBeforeNext,
      });
      return {
        add: async (key) => spent(await store.penalty(key, 1)),
        async giveBack(key) {
          await store.reward(key, 1);
        },
        async clear(key) {
          await store.delete(key);
        },
        async mark(key) {
          await store.set(key, 1, budget.windowSeconds);
        },
        isMarked: async (key) => ((await store.get(key))?.consumedPoints ?? 0) > 0,
      };
    },
    close() {
      redis?.disconnect();
    },
  };
}

function openRedis(url: string): Redis {
  const redis = new Redis(url, {
    connectTimeout: 5000,
    commandTimeout: 1000,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
  });
  // Without Redis the counters in memory go on; whoever needs Redis more than that says so.
  redis.on('error', () => undefined);
  return redis;
}
