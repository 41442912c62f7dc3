import { sql } from 'kysely';
import type { Db } from '#platform/db';
import { type BatchRecord, rowsWithGenerations, rowState } from './repository.ts';

export interface WaitingRow {
  number: number;
  values: Record<string, string>;
  /** What its content will be called; null when the batch was not started with this row. */
  contentId: string | null;
  /** The failed generation that is to be retried. */
  retryOf: string | null;
}

/** What became of rows that were to be submitted; of the others there is a generation now, or a next time. */
export interface FeedResult {
  refused: Array<{ number: number; error: string }>;
  /** Why nothing more can be submitted before somebody does something about it. */
  pausedReason: string | undefined;
}

/** Where the pace is counted from. Time in which nothing could be submitted is lost, but for the second between two looks. */
const paceFrom = sql`greatest(coalesce(next_row_at, now()), now() - interval '1 s')`;

/** How many rows the pace lets through now; null without one. */
const rowsDue = sql<number | null>`CASE WHEN rows_per_minute IS NOT NULL THEN
  greatest(0, 1 + floor(extract(epoch FROM now() - ${paceFrom}) * rows_per_minute / 60))::int END`;

export type FeedRepository = ReturnType<typeof createFeedRepository>;

/** What the worker asks of batches. */
export function createFeedRepository(db: Db) {
  return {
    /** Batches that move and that no worker has looked at for `everyMs`; several workers share them. */
    async takeDue(everyMs: number, limit: number): Promise<string[]> {
      const { rows } = await sql<{ id: string }>`
        UPDATE batches SET looked_at = now() WHERE id IN (
          SELECT id FROM batches
          WHERE status IN ('running', 'cancelled') AND ended_at IS NULL
            AND (looked_at IS NULL OR looked_at < now() - ${everyMs}::int * interval '1 ms')
          ORDER BY looked_at NULLS FIRST LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
        ) RETURNING id`.execute(db);
      return rows.map(({ id }) => id);
    },

    /**
     * Hands over as many waiting rows as may be submitted for no more than `window` to be unfinished. Until `submit` has
     * resolved nobody else feeds, pauses or cancels this batch; should this process die meanwhile, the database lets go
     * of it, and rows that were submitted are known by their contents. A batch of which nothing moves any more ends.
     * @returns generations of a cancelled batch that still run, and whether rows were refused, so that there is room
     * for others; `busy` when somebody else has this batch just now, nothing when it does not move
     */
    feed: (
      id: string,
      window: number,
      submit: (batch: BatchRecord, rows: WaitingRow[]) => Promise<FeedResult>,
    ): Promise<{ userId: string; toCancel: string[]; hasRefused: boolean } | 'busy' | undefined> =>
      db.transaction().execute(async (trx) => {
        const moving = sql`batches WHERE id = ${id} AND status IN ('running', 'cancelled') AND ended_at IS NULL`;
        const held = await sql<BatchRecord & { due: number | null }>`
          SELECT *, ${rowsDue} AS due FROM ${moving} FOR NO KEY UPDATE SKIP LOCKED`.execute(trx);
        const [batch] = held.rows;
        if (!batch) return (await sql`SELECT FROM ${moving}`.execute(trx)).rows.length > 0 ? 'busy' : undefined;
        const { waiting, running } = await look();
        let hasRefused = false;
        const free = Math.max(0, Math.min(window - running.length, batch.due ?? window));
        if (batch.status === 'running' && waiting > 0 && free > 0) {
          const rows = await next(free);
          const { refused, pausedReason } = await submit(batch, rows);
          await refuse(refused);
          // A row that was refused asked nothing of anybody, and uses up no pace.
          if (batch.due !== null) await spendPace(rows.length - refused.length);
          hasRefused = refused.length > 0;
          if (pausedReason !== undefined) {
            await sql`UPDATE batches SET status = 'paused', paused_reason = ${pausedReason} WHERE id = ${id}`.execute(
              trx,
            );
          }
        } else if (waiting === 0 && running.length === 0) {
          await sql`
            UPDATE batches SET ended_at = now(), status = CASE status WHEN 'running' THEN 'completed' ELSE status END
            WHERE id = ${id}`.execute(trx);
        }
        const toCancel = batch.status === 'cancelled' ? running.filter((one) => !one.isCancelled) : [];
        return { userId: batch.user_id, toCancel: toCancel.map((one) => one.id), hasRefused };

        async function look() {
          const { rows } = await sql<{ id: string | null; isCancelled: boolean }>`
            SELECT CASE ${rowState} WHEN 'waiting' THEN NULL ELSE g.id END AS id,
              g.cancel_requested_at IS NOT NULL AS "isCancelled"
            FROM ${rowsWithGenerations}
            WHERE r.batch_id = ${id} AND ${rowState} IN ('waiting', 'pending', 'processing')`.execute(trx);
          const running = rows.flatMap((row) => (row.id === null ? [] : { id: row.id, isCancelled: row.isCancelled }));
          return { waiting: rows.length - running.length, running };
        }

        async function next(limit: number): Promise<WaitingRow[]> {
          const { rows } = await sql<WaitingRow>`
            SELECT r.number, r.values, r.content_id AS "contentId", r.retry_of AS "retryOf" FROM ${rowsWithGenerations}
            WHERE r.batch_id = ${id} AND ${rowState} = 'waiting' ORDER BY r.number LIMIT ${limit}`.execute(trx);
          return rows;
        }

        async function spendPace(count: number): Promise<void> {
          await sql`
            UPDATE batches SET next_row_at = ${paceFrom} + ${count}::int * interval '1 minute' / rows_per_minute
            WHERE id = ${id}`.execute(trx);
        }

        async function refuse(rows: FeedResult['refused']): Promise<void> {
          if (rows.length === 0) return;
          await sql`
            UPDATE batch_rows r SET error = refused.error
            FROM unnest(${rows.map((row) => row.number)}::int[], ${rows.map((row) => row.error)}::text[])
              AS refused (number, error)
            WHERE r.batch_id = ${id} AND r.number = refused.number`.execute(trx);
        }
      }),
  };
}
