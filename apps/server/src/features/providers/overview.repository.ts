import { sql } from 'kysely';
import type { Db } from '#platform/db';

export interface Load {
  provider: string;
  /** Turns taken in the last 60 seconds; only limited providers have turns. */
  recent: number;
  running: number;
  waiting: number;
}

export type OverviewRepository = ReturnType<typeof createOverviewRepository>;

/** How much the providers have to do, as the database knows it: for all processes. */
export function createOverviewRepository(db: Db) {
  return {
    /** Only providers that have something to do. */
    async load(): Promise<Load[]> {
      const { rows } = await sql<Load>`
        SELECT provider, sum(recent)::int AS recent, sum(running)::int AS running, sum(waiting)::int AS waiting
        FROM (
          SELECT provider, count(*) AS recent, 0 AS running, 0 AS waiting FROM provider_turns
          WHERE taken_at > clock_timestamp() - interval '60 s' GROUP BY provider
          UNION ALL
          SELECT a.provider, 0, count(*), 0 FROM generations g
            JOIN generation_attempts a ON a.generation_id = g.id AND a.attempt = g.attempt
          WHERE g.status = 'processing' AND g.lease_until > clock_timestamp() AND a.outcome = 'running'
          GROUP BY a.provider
          UNION ALL
          SELECT next_provider, 0, 0, count(*) FROM generations WHERE status = 'pending' GROUP BY next_provider
        ) AS part
        GROUP BY provider`.execute(db);
      return rows;
    },
  };
}
