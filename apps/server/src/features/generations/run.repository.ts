import type { GenerationStatus, Usage } from '@octavo/contracts';
import { sql } from 'kysely';
import type { AttemptOutcome, Db } from '#platform/db';
import type { GenerationRow } from './repository.ts';

/** Which take of which generation a worker is writing; every write is refused once the take is not the current one. */
export interface Fence {
  generationId: string;
  attempt: number;
}

export interface LogEntry {
  seq: number;
  type: string;
  offset: number;
  text: string;
  data: Record<string, string> | null;
}

export type Claim =
  | { kind: 'claimed'; generation: GenerationRow }
  /** Not due yet, or held by a worker whose lease still runs. */
  | { kind: 'later'; inMs: number }
  | { kind: 'over' };

export interface TakeEnd {
  /** What becomes of the generation; `pending`: another take follows in `delayMs`. */
  status: Exclude<GenerationStatus, 'processing'>;
  outcome: Exclude<AttemptOutcome, 'running'>;
  delayMs: number;
  text: string;
  finishReason: string | null;
  code: string | null;
  reason: string | null;
  usage: Usage | null;
  /** What the log still lacks, the closing event included. */
  entries: LogEntry[];
}

/** A generation that lost its worker this often is given up. */
export const maxClaims = 12;

export type RunRepository = ReturnType<typeof createRunRepository>;

/** What the worker asks of generations. All times are the database's: a worker's clock may be wrong. */
export function createRunRepository(db: Db) {
  return {
    /** Takes a generation that is due, or whose worker let its lease run out, and raises its fence. */
    async claim(id: string, leaseMs: number): Promise<Claim> {
      const { rows } = await sql<GenerationRow>`
        WITH claimed AS (
          UPDATE generations SET
            attempt = attempt + 1,
            status = 'processing',
            lease_until = now() + ${leaseMs}::int * interval '1 ms',
            started_at = coalesce(started_at, now())
          WHERE id = ${id} AND attempt < ${maxClaims} AND cancel_requested_at IS NULL
            AND ((status = 'pending' AND run_after <= now()) OR (status = 'processing' AND lease_until <= now()))
          RETURNING *
        ),
        interrupted AS (
          UPDATE generation_attempts a SET outcome = 'interrupted', error_code = 'worker_lost', finished_at = now(),
            reason = 'The worker vanished; what the provider did with the call is unknown.'
          FROM claimed WHERE a.generation_id = claimed.id AND a.outcome = 'running'
        )
        SELECT * FROM claimed`.execute(db);
      if (rows[0]) return { kind: 'claimed', generation: rows[0] };
      const waiting = await sql<{ in_ms: number }>`
        SELECT ceil(extract(epoch FROM coalesce(lease_until, run_after) - now()) * 1000)::int AS in_ms
        FROM generations
        WHERE id = ${id} AND status IN ('pending', 'processing') AND cancel_requested_at IS NULL
          AND coalesce(lease_until, run_after) > now()`.execute(db);
      return waiting.rows[0] ? { kind: 'later', inMs: waiting.rows[0].in_ms } : { kind: 'over' };
    },

    /** Records who writes the take, before anybody is called. @returns false when the take is not ours any more */
    async begin({ generationId, attempt }: Fence, provider: string, model: string): Promise<boolean> {
      const { numAffectedRows } = await sql`
        WITH held AS (
          UPDATE generations SET provider = ${provider}, model = ${model}
          WHERE id = ${generationId} AND attempt = ${attempt} AND status = 'processing'
          RETURNING id
        ),
        take AS (
          INSERT INTO generation_attempts (generation_id, attempt, provider, model)
          SELECT id, ${attempt}::int, ${provider}, ${model} FROM held
        )
        INSERT INTO generation_events (generation_id, attempt, seq, type, data)
        SELECT id, ${attempt}::int, 1, 'started', ${JSON.stringify({ provider, model })}::jsonb FROM held`.execute(db);
      return numAffectedRows === 1n;
    },

    /**
     * Appends to the run logs of many takes in one statement. The lock on each generation makes a claim by
     * another worker wait, so that a stale write cannot slip in behind it; locks are taken in the order of the
     * ids, as `extendLeases` takes them. Entries that are there already are left alone.
     * @returns the ids of the takes that are still ours
     */
    async append(writes: Array<{ fence: Fence; entry: LogEntry }>): Promise<Set<string>> {
      const { rows } = await sql<{ id: string }>`
        WITH entry AS (
          SELECT * FROM unnest(
            ${writes.map(({ fence }) => fence.generationId)}::uuid[], ${writes.map(({ fence }) => fence.attempt)}::int[],
            ${writes.map(({ entry }) => entry.seq)}::int[], ${writes.map(({ entry }) => entry.offset)}::int[],
            ${writes.map(({ entry }) => entry.text)}::text[]
          ) AS t (id, attempt, seq, text_offset, text)
        ),
        held AS (
          SELECT g.id, g.attempt FROM generations g
          WHERE g.id = ANY (${writes.map(({ fence }) => fence.generationId)}::uuid[]) AND g.status = 'processing'
          ORDER BY g.id FOR SHARE
        ),
        written AS (
          INSERT INTO generation_events (generation_id, attempt, seq, type, text_offset, text)
          SELECT entry.id, entry.attempt, entry.seq, 'delta', entry.text_offset, entry.text
          FROM entry JOIN held USING (id, attempt)
          ON CONFLICT (generation_id, attempt, seq) DO NOTHING
        )
        SELECT id FROM entry JOIN held USING (id, attempt)`.execute(db);
      return new Set(rows.map(({ id }) => id));
    },

    /** @returns the takes that are still ours, and whether their users want them stopped */
    async extendLeases(fences: Fence[], leaseMs: number): Promise<Map<string, { cancelRequested: boolean }>> {
      const { rows } = await sql<{ id: string; cancel_requested: boolean }>`
        WITH held AS (
          SELECT g.id FROM generations g
          JOIN unnest(${fences.map((fence) => fence.generationId)}::uuid[], ${fences.map((fence) => fence.attempt)}::int[])
            AS fence (id, attempt) ON fence.id = g.id AND fence.attempt = g.attempt
          WHERE g.status = 'processing'
          ORDER BY g.id FOR NO KEY UPDATE OF g
        )
        UPDATE generations g SET lease_until = now() + ${leaseMs}::int * interval '1 ms'
        FROM held WHERE g.id = held.id
        RETURNING g.id, g.cancel_requested_at IS NOT NULL AS cancel_requested`.execute(db);
      return new Map(rows.map((row) => [row.id, { cancelRequested: row.cancel_requested }]));
    },

    /**
     * Ends a take and decides what becomes of its generation: state, log, attempt and content in one statement.
     * A take that failed without a word leaves the text of the latest take that had some. Text that a person has
     * changed meanwhile is not touched. May run twice: the second time it changes nothing.
     * @returns false when the take is not ours any more, or when its user wants no further take
     */
    async endTake({ generationId, attempt }: Fence, end: TakeEnd): Promise<boolean> {
      const { rows } = await sql<{ held: boolean }>`
        WITH held AS (
          UPDATE generations SET
            status = ${end.status},
            failures = failures + ${end.outcome === 'failed' ? 1 : 0},
            lease_until = NULL,
            run_after = CASE ${end.status} WHEN 'pending' THEN now() + ${end.delayMs}::int * interval '1 ms' ELSE run_after END,
            finished_at = CASE ${end.status} WHEN 'pending' THEN NULL ELSE now() END,
            failure_code = ${end.code},
            failure_reason = ${end.reason},
            output = CASE ${end.status} WHEN 'pending' THEN NULL ELSE coalesce(nullif(${end.text}, ''), (
              SELECT string_agg(text, '' ORDER BY seq) FROM generation_events e
              WHERE e.generation_id = generations.id AND e.type = 'delta' AND e.attempt = (
                SELECT max(attempt) FROM generation_events l WHERE l.generation_id = generations.id AND l.type = 'delta')
            ), '') END
          WHERE id = ${generationId} AND attempt = ${attempt} AND status = 'processing'
            AND (${end.status} <> 'pending' OR cancel_requested_at IS NULL)
          RETURNING id, content_id, output, finished_at
        ),
        log AS (
          INSERT INTO generation_events (generation_id, attempt, seq, type, text_offset, text, data)
          SELECT held.id, ${attempt}::int, entry.* FROM held, unnest(
            ${end.entries.map((entry) => entry.seq)}::int[], ${end.entries.map((entry) => entry.type)}::text[],
            ${end.entries.map((entry) => entry.offset)}::int[], ${end.entries.map((entry) => entry.text)}::text[],
            ${end.entries.map((entry) => entry.data && JSON.stringify(entry.data))}::jsonb[]
          ) AS entry
          ON CONFLICT (generation_id, attempt, seq) DO NOTHING
        ),
        take AS (
          UPDATE generation_attempts a SET outcome = ${end.outcome}, finish_reason = ${end.finishReason},
            error_code = ${end.code}, reason = ${end.reason}, input_tokens = ${end.usage?.inputTokens ?? null},
            output_tokens = ${end.usage?.outputTokens ?? null}, finished_at = now()
          FROM held WHERE a.generation_id = held.id AND a.attempt = ${attempt}
        ),
        content AS (
          UPDATE contents c SET body = held.output, version = c.version + 1, updated_at = now()
          FROM held
          WHERE c.id = held.content_id AND c.generation_id = held.id AND c.edited_at IS NULL AND held.finished_at IS NOT NULL
        )
        SELECT EXISTS (SELECT FROM held) AS held`.execute(db);
      return rows[0]?.held ?? false;
    },
  };
}
