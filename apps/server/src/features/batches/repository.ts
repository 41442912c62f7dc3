import type { BatchRowsQuery, BatchRowState, BatchStatus, BatchTemplate, ContentType } from '@octavo/contracts';
import { type Selectable, sql } from 'kysely';
import type { Database, Db } from '#platform/db';

export type BatchRecord = Selectable<Database['batches']>;

export interface BatchRowRecord {
  number: number;
  values: Record<string, string>;
  state: BatchRowState;
  content_id: string | null;
  title: string | null;
  generation_id: string | null;
  error: string | null;
  error_code: string | null;
  /** A sum, which PostgreSQL gives as text. */
  cost: string | null;
}

export interface ResultRecord {
  number: number;
  values: Record<string, string>;
  state: BatchRowState;
  title: string | null;
  /** As it is in the library now; empty when the content has been deleted. */
  text: string;
  error: string | null;
  images: string[];
  content_id: string | null;
  version: number | null;
  /** How that version came to be; null where there is none. */
  provider: string | null;
  model: string | null;
  hash: Buffer | null;
  is_edited: boolean | null;
  version_at: Date | null;
}

/** Rows `r` with their content `c` and its latest generation `g`. */
export const rowsWithGenerations = sql`batch_rows r
  LEFT JOIN contents c ON c.id = r.content_id
  LEFT JOIN generations g ON g.id = c.generation_id`;

/** The state of a row: its generation's, unless that is to be retried or there is none. */
export const rowState = sql<BatchRowState>`CASE
  WHEN g.id IS DISTINCT FROM r.retry_of AND g.id IS NOT NULL THEN g.status
  WHEN r.error IS NOT NULL THEN 'failed'
  WHEN r.is_skipped THEN 'cancelled'
  ELSE 'waiting' END`;

const rowError = sql`CASE ${rowState} WHEN 'failed' THEN
  CASE WHEN g.id IS DISTINCT FROM r.retry_of AND g.id IS NOT NULL THEN g.failure_reason ELSE r.error END END`;

const rowErrorCode = sql`CASE WHEN ${rowState} = 'failed' AND g.id IS DISTINCT FROM r.retry_of THEN g.failure_code END`;

export type BatchRepository = ReturnType<typeof createBatchRepository>;

/** What the API asks of batches. The worker's side is `feed.repository.ts`. */
export function createBatchRepository(db: Db) {
  const mine = (userId: string) =>
    db.selectFrom('batches').where('user_id', '=', userId).where('deleted_at', 'is', null);

  return {
    /** Batch, rows and idempotency key: all of them or none. @returns false when the idempotency key was taken already */
    async insert(batch: {
      id: string;
      userId: string;
      idempotency: { key: string; fingerprint: Buffer } | undefined;
      title: string;
      contentType: ContentType;
      template: BatchTemplate;
      columns: string[];
      provider: string | null;
      model: string | null;
      maxCostMicroUsd: number | null;
      rowsPerMinute: number | null;
      rows: Array<Record<string, string>>;
      /** Starts it: one for each row, in their order. None: it is a draft. */
      contentIds: string[];
    }): Promise<boolean> {
      const { key = null, fingerprint = null } = batch.idempotency ?? {};
      const isStarted = batch.contentIds.length > 0;
      const { numAffectedRows } = await sql`
        WITH claim AS (
          INSERT INTO idempotency_keys (user_id, key, fingerprint, batch_id)
          SELECT ${batch.userId}::uuid, ${key}, ${fingerprint}::bytea, ${batch.id}::uuid WHERE ${key}::text IS NOT NULL
          ON CONFLICT DO NOTHING RETURNING batch_id
        ),
        batch AS (
          INSERT INTO batches (id, user_id, title, content_type, template, columns, provider, model, max_cost_micro_usd,
            rows_per_minute, status, started_at)
          SELECT ${batch.id}::uuid, ${batch.userId}::uuid, ${batch.title}, ${batch.contentType},
            ${JSON.stringify(batch.template)}::jsonb, ${batch.columns}::text[], ${batch.provider}, ${batch.model},
            ${batch.maxCostMicroUsd}::bigint, ${batch.rowsPerMinute}::int, ${isStarted ? 'running' : 'draft'},
            CASE WHEN ${isStarted} THEN now() END
          WHERE ${key}::text IS NULL OR EXISTS (SELECT FROM claim)
          RETURNING id
        )
        INSERT INTO batch_rows (batch_id, number, "values", content_id)
        SELECT batch.id, number, "values", content_id
        FROM batch, unnest(${batch.rows.map((values) => JSON.stringify(values))}::jsonb[], ${batch.contentIds}::uuid[])
          WITH ORDINALITY AS t ("values", content_id, number)`.execute(db);
      return (numAffectedRows ?? 0n) > 0n;
    },

    find: (userId: string, id: string): Promise<BatchRecord | undefined> =>
      mine(userId).where('id', '=', id).selectAll().executeTakeFirst(),

    /** Newest first. */
    list: (userId: string, page: number, limit: number): Promise<BatchRecord[]> =>
      mine(userId)
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit)
        .offset((page - 1) * limit)
        .execute(),

    async count(userId: string): Promise<number> {
      const { total } = await mine(userId)
        .select((eb) => eb.fn.countAll<string>().as('total'))
        .executeTakeFirstOrThrow();
      return Number(total);
    },

    /** Rows by state; a state that no row is in is left out. */
    async stateCounts(ids: string[]): Promise<Map<string, Partial<Record<BatchRowState, number>>>> {
      const { rows } = await sql<{ batch_id: string; state: BatchRowState; count: number }>`
        SELECT r.batch_id, ${rowState} AS state, count(*)::int AS count FROM ${rowsWithGenerations}
        WHERE r.batch_id = ANY (${ids}::uuid[]) GROUP BY 1, 2`.execute(db);
      const counts = new Map(ids.map((id) => [id, {} as Partial<Record<BatchRowState, number>>]));
      for (const { batch_id: id, state, count } of rows) Object.assign(counts.get(id) ?? {}, { [state]: count });
      return counts;
    },

    /** In the order of the table; with the number of all that match. */
    async rows(
      id: string,
      { state }: BatchRowsQuery,
      page: number,
      limit: number,
    ): Promise<{ rows: BatchRowRecord[]; total: number }> {
      const wanted = state ?? null;
      const matching = sql`${rowsWithGenerations} WHERE r.batch_id = ${id} AND (${wanted}::text IS NULL OR ${rowState} = ${wanted})`;
      const { rows } = await sql<BatchRowRecord>`
        SELECT r.number, r.values, ${rowState} AS state, CASE WHEN c.deleted_at IS NULL THEN c.id END AS content_id,
          CASE WHEN c.deleted_at IS NULL THEN c.title END AS title, g.id AS generation_id, ${rowError} AS error,
          ${rowErrorCode} AS error_code, (
            SELECT sum(a.cost_micro_usd) FROM generations own JOIN generation_attempts a ON a.generation_id = own.id
            WHERE own.content_id = r.content_id
          ) AS cost
        FROM ${matching} ORDER BY r.number LIMIT ${limit} OFFSET ${(page - 1) * limit}`.execute(db);
      const counted = await sql<{ total: number }>`SELECT count(*)::int AS total FROM ${matching}`.execute(db);
      return { rows, total: counted.rows[0]?.total ?? 0 };
    },

    /** What its rows have cost until now, and what is held for them; in micro-USD. */
    async money(id: string): Promise<{ spent: number; held: number }> {
      const { rows } = await sql<{ spent: string; held: string }>`
        WITH own AS (
          SELECT g.id, g.reserved_micro_usd FROM batch_rows r JOIN generations g ON g.content_id = r.content_id
          WHERE r.batch_id = ${id}
        ), takes AS (
          SELECT a.cost_micro_usd AS cost, a.reserved_micro_usd AS held
          FROM own JOIN generation_attempts a ON a.generation_id = own.id
        )
        SELECT coalesce((SELECT sum(cost) FROM takes), 0) AS spent,
          coalesce((SELECT sum(held) FROM takes WHERE cost IS NULL), 0)
            + coalesce((SELECT sum(reserved_micro_usd) FROM own), 0) AS held`.execute(db);
      return { spent: Number(rows[0]?.spent ?? 0), held: Number(rows[0]?.held ?? 0) };
    },

    /** What belongs into the template, of all rows or of those in one state. */
    async values(
      id: string,
      { state, limit }: { state?: BatchRowState; limit?: number } = {},
    ): Promise<Array<Record<string, string>>> {
      const { rows } = await sql<{ values: Record<string, string> }>`
        SELECT r.values FROM ${rowsWithGenerations}
        WHERE r.batch_id = ${id} AND (${state ?? null}::text IS NULL OR ${rowState} = ${state ?? null})
        ORDER BY r.number LIMIT ${limit ?? null}::int`.execute(db);
      return rows.map((row) => row.values);
    },

    /** `contentIds`: one for each row, in their order. @returns false when it was started or cancelled already */
    async start(userId: string, id: string, contentIds: string[]): Promise<boolean> {
      const { numAffectedRows } = await sql`
        WITH batch AS (
          UPDATE batches SET status = 'running', started_at = now()
          WHERE id = ${id} AND user_id = ${userId} AND status = 'draft' AND deleted_at IS NULL RETURNING id
        )
        UPDATE batch_rows r SET content_id = ids.content_id
        FROM batch, unnest(${contentIds}::uuid[]) WITH ORDINALITY AS ids (content_id, number)
        WHERE r.batch_id = batch.id AND r.number = ids.number`.execute(db);
      return (numAffectedRows ?? 0n) > 0n;
    },

    /** Waits for a worker that is just submitting rows. @returns false when it is in none of the states `from` */
    async setStatus(userId: string, id: string, from: BatchStatus[], to: BatchStatus): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('batches')
        .set({ status: to, paused_reason: null })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('status', 'in', from)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** Rows that have not been submitted never will be. @returns false when it has ended already */
    cancel: (userId: string, id: string): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        const { numAffectedRows } = await sql`
          UPDATE batches SET status = 'cancelled', paused_reason = NULL
          WHERE id = ${id} AND user_id = ${userId} AND status IN ('draft', 'running', 'paused')`.execute(trx);
        if (numAffectedRows !== 1n) return false;
        await sql`
          UPDATE batch_rows b SET is_skipped = (g.id IS NULL), retry_of = NULL
          FROM ${rowsWithGenerations} WHERE b.batch_id = ${id} AND r.batch_id = b.batch_id AND r.number = b.number
            AND ${rowState} = 'waiting'`.execute(trx);
        return true;
      }),

    /**
     * Puts failed rows, and no others, back into the line.
     * @returns how many; undefined when it has not been started
     */
    retryFailed: (userId: string, id: string): Promise<number | undefined> =>
      db.transaction().execute(async (trx) => {
        // Held first: the look after it sees what a worker has just submitted.
        const held = await sql`
          SELECT FROM batches WHERE id = ${id} AND user_id = ${userId} AND started_at IS NOT NULL AND deleted_at IS NULL
          FOR NO KEY UPDATE`.execute(trx);
        if (held.rows.length === 0) return undefined;
        const { numAffectedRows } = await sql`
          UPDATE batch_rows b SET retry_of = g.id, error = NULL
          FROM ${rowsWithGenerations} WHERE b.batch_id = ${id} AND r.batch_id = b.batch_id AND r.number = b.number
            AND ${rowState} = 'failed'`.execute(trx);
        if (!numAffectedRows) return 0;
        await sql`UPDATE batches SET status = 'running', paused_reason = NULL, ended_at = NULL WHERE id = ${id}`.execute(
          trx,
        );
        return Number(numAffectedRows);
      }),

    async softDelete(userId: string, id: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('batches')
        .set({ deleted_at: sql<Date>`now()` })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** Rows after `after` with what came of them, for an export. */
    async results(id: string, after: number, limit: number): Promise<ResultRecord[]> {
      const { rows } = await sql<ResultRecord>`
        SELECT r.number, r.values, ${rowState} AS state, c.title,
          CASE WHEN c.deleted_at IS NULL THEN c.body ELSE '' END AS text,
          CASE WHEN c.deleted_at IS NULL THEN ${rowError} ELSE 'The content has been deleted.' END AS error,
          coalesce((
            SELECT array_agg(e.data ->> 'mediaId' ORDER BY e.seq) FROM generation_events e
            WHERE e.generation_id = coalesce(v.generation_id, g.id) AND e.attempt = coalesce(v.attempt, g.attempt)
              AND e.type = 'image' AND c.deleted_at IS NULL
          ), '{}') AS images,
          c.id AS content_id, c.version, v.provider, v.model, v.hash, v.is_edited, v.updated_at AS version_at
        FROM ${rowsWithGenerations}
        LEFT JOIN content_versions v ON v.content_id = c.id AND v.number = c.version AND c.deleted_at IS NULL
        WHERE r.batch_id = ${id} AND r.number > ${after} ORDER BY r.number LIMIT ${limit}`.execute(db);
      return rows;
    },
  };
}
