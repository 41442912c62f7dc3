import { sql } from 'kysely';
import type { Db } from '#platform/db';

export interface UsageRow {
  /** Null: all of them. */
  key: string | null;
  jobs: number;
  takes: number;
  inputTokens: number;
  outputTokens: number;
  images: number;
  spentMicroUsd: number;
  heldMicroUsd: number;
}

export interface UnknownCost {
  generationId: string;
  attempt: number;
  userId: string;
  provider: string;
  model: string;
  heldMicroUsd: number;
  startedAt: Date;
}

const usageKeys = {
  day: {
    take: sql`to_char(a.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
    hold: sql`to_char(g.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
  },
  kind: { take: sql`g.content_type`, hold: sql`g.content_type` },
  provider: { take: sql`a.provider`, hold: sql`g.reserved_provider` },
  model: {
    take: sql`a.provider || '/' || a.model`,
    hold: sql`g.reserved_provider || '/' || coalesce(g.requested_model, '')`,
  },
};

export type CostRepository = ReturnType<typeof createCostRepository>;

/** What takes have cost, and those of which nobody knows. */
export function createCostRepository(db: Db) {
  return {
    /** By key, and one row for all. Takes count on the day they began, holds on the day they were made. */
    async usage(query: { userId: string | undefined; from: Date; before: Date; by: keyof typeof usageKeys }) {
      const { userId = null, from, before, by } = query;
      const { rows } = await sql<UsageRow>`
        WITH entry AS (
          SELECT a.generation_id, ${usageKeys[by].take} AS key, 1 AS takes, a.input_tokens, a.output_tokens, a.images,
            a.cost_micro_usd AS spent, CASE WHEN a.cost_micro_usd IS NULL THEN a.reserved_micro_usd END AS held
          FROM generation_attempts a JOIN generations g ON g.id = a.generation_id
          WHERE (${userId}::uuid IS NULL OR a.user_id = ${userId}) AND a.started_at >= ${from} AND a.started_at < ${before}
          UNION ALL
          SELECT g.id, ${usageKeys[by].hold}, 0, NULL, NULL, NULL, NULL, g.reserved_micro_usd
          FROM generations g
          WHERE g.reserved_micro_usd > 0 AND (${userId}::uuid IS NULL OR g.user_id = ${userId})
            AND g.created_at >= ${from} AND g.created_at < ${before}
        )
        SELECT key, count(DISTINCT generation_id) AS jobs, coalesce(sum(takes), 0) AS takes,
          coalesce(sum(input_tokens), 0)::bigint AS "inputTokens", coalesce(sum(output_tokens), 0)::bigint AS "outputTokens",
          coalesce(sum(images), 0)::bigint AS images, coalesce(sum(spent), 0)::bigint AS "spentMicroUsd",
          coalesce(sum(held), 0)::bigint AS "heldMicroUsd"
        FROM entry GROUP BY GROUPING SETS ((key), ()) ORDER BY key`.execute(db);
      return rows;
    },

    /** Oldest first. @param olderThanMs only those that began longer ago */
    async unknownCosts(limit: number, olderThanMs = 0): Promise<UnknownCost[]> {
      const { rows } = await sql<UnknownCost>`
        SELECT generation_id AS "generationId", attempt, user_id AS "userId", provider, model,
          reserved_micro_usd AS "heldMicroUsd", started_at AS "startedAt"
        FROM generation_attempts
        WHERE cost_micro_usd IS NULL AND reserved_micro_usd > 0 AND outcome <> 'running'
          AND started_at <= now() - ${olderThanMs}::float8 * interval '1 ms'
        ORDER BY started_at LIMIT ${limit}`.execute(db);
      return rows;
    },

    /**
     * Settles a call whose outcome was not known.
     * @param costMicroUsd what it cost; undefined: as much as was held
     * @returns false when there is no such call, or none any more
     */
    async settleUnknown(generationId: string, attempt: number, costMicroUsd?: number): Promise<boolean> {
      const { rows } = await sql`
        WITH take AS (
          UPDATE generation_attempts SET cost_micro_usd = coalesce(${costMicroUsd ?? null}::bigint, reserved_micro_usd),
            cost_source = ${costMicroUsd === undefined ? 'unknown' : 'billed'}
          WHERE generation_id = ${generationId} AND attempt = ${attempt} AND cost_micro_usd IS NULL AND outcome <> 'running'
          RETURNING *
        )
        SELECT budget_settle(ARRAY[ledger_entry('settle', generation_id, attempt, user_id, provider, model, cost_micro_usd, started_at)], NULL)
        FROM take`.execute(db);
      return rows.length > 0;
    },
  };
}
