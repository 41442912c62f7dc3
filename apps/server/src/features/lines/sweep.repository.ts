import { type GenerationEventType, idempotencyKeyHours } from '@octavo/contracts';
import { sql } from 'kysely';
import { type Db, keepWords } from '#platform/db';
import { maxClaims } from './claim.repository.ts';

export interface Abandoned {
  id: string;
  userId: string;
  contentId: string;
  attempt: number;
  seq: number;
  offset: number;
  status: Extract<GenerationEventType, 'failed' | 'cancelled'>;
  reason: string | null;
}

/** Offsets count UTF-16 code units; PostgreSQL's length() counts characters: those beyond U+FFFF are two units. */
const utf16Length = sql`length(e.text) + length(regexp_replace(e.text, '[^\\U00010000-\\U0010FFFF]', '', 'g'))`;

export type SweepRepository = ReturnType<typeof createSweepRepository>;

/**
 * What the sweeper asks of generations.
 * @param options.limited providers that have a line of their own: what waits there is in no queue
 */
export function createSweepRepository(db: Db, { limited = [] }: { limited?: string[] } = {}) {
  return {
    /**
     * Generations that should be running and are not: due for two seconds, or with a lease that ran out. Each is
     * named at most once in 30 s; several sweepers share the work.
     */
    async takeOverdue(limit: number): Promise<Array<{ id: string; place: number }>> {
      const { rows } = await sql<{ id: string; place: number }>`
        UPDATE generations SET enqueued_at = now() WHERE id IN (
          SELECT id FROM generations
          WHERE status IN ('pending', 'processing') AND run_after < now() - interval '2 s'
            AND next_provider <> ALL (${limited}::text[])
            AND (lease_until IS NULL OR lease_until < now())
            AND (enqueued_at IS NULL OR enqueued_at < now() - interval '30 s')
          ORDER BY run_after LIMIT ${limit} FOR UPDATE SKIP LOCKED
        ) RETURNING id, place`.execute(db);
      return rows;
    },

    /** Puts back into the line of its provider what has lost its worker. */
    async returnToLines(): Promise<void> {
      if (limited.length === 0) return;
      await sql`
        UPDATE generations SET status = 'pending', lease_until = NULL WHERE id IN (
          SELECT id FROM generations
          WHERE status = 'processing' AND lease_until < now() AND cancel_requested_at IS NULL
            AND next_provider = ANY (${limited}::text[])
          LIMIT 1000 FOR UPDATE SKIP LOCKED)`.execute(db);
    },

    /**
     * Ends what nobody runs any more and nobody may take again: cancelled while its worker was gone, or taken
     * over too often. The text of the last take is kept.
     */
    async endAbandoned(reason: string): Promise<Abandoned[]> {
      const { rows } = await sql<Abandoned>`
        WITH ended AS (
          UPDATE generations g SET
            status = CASE WHEN cancel_requested_at IS NULL THEN 'failed' ELSE 'cancelled' END,
            failure_code = CASE WHEN cancel_requested_at IS NULL THEN 'worker_lost' END,
            failure_reason = CASE WHEN cancel_requested_at IS NULL THEN ${reason} END,
            lease_until = NULL,
            finished_at = now(),
            reserved_micro_usd = 0,
            output = coalesce((
              SELECT string_agg(text, '' ORDER BY seq) FROM generation_events e
              WHERE e.generation_id = g.id AND e.attempt = g.attempt AND e.type = 'delta'), '')
          WHERE id IN (
            SELECT id FROM generations
            WHERE status IN ('pending', 'processing') AND (lease_until IS NULL OR lease_until < now())
              AND ((status = 'processing' AND cancel_requested_at IS NOT NULL) OR attempt >= ${maxClaims})
            LIMIT 100 FOR UPDATE SKIP LOCKED)
          RETURNING *, g.attempt AS words_attempt
        ),
        log AS (
          INSERT INTO generation_events (generation_id, attempt, seq, type, text_offset, data)
          SELECT ended.id, ended.attempt, coalesce(last.seq, 0) + 1, ended.status, coalesce(last.text_length, 0),
            CASE ended.status WHEN 'failed' THEN jsonb_build_object('code', 'worker_lost', 'reason', ${reason}::text) END
          FROM ended LEFT JOIN LATERAL (
            SELECT max(e.seq) AS seq, max(e.text_offset + ${utf16Length}) AS text_length FROM generation_events e
            WHERE e.generation_id = ended.id AND e.attempt = ended.attempt
          ) AS last ON true
          RETURNING generation_id, seq, text_offset
        ),
        take AS (
          UPDATE generation_attempts a SET outcome = 'interrupted', error_code = 'worker_lost', finished_at = now(),
            cost_source = coalesce(a.cost_source, 'unknown')
          FROM ended WHERE a.generation_id = ended.id AND a.outcome = 'running'
          RETURNING a.*
        ),
        money AS (
          SELECT budget_settle(
            (SELECT array_agg(ledger_entry('unknown', generation_id, attempt, user_id, provider, model, reserved_micro_usd, started_at))
             FROM take WHERE cost_micro_usd IS NULL),
            (SELECT array_agg(id) FROM ended))
        ),
        ${keepWords}
        SELECT ended.id, user_id AS "userId", content_id AS "contentId", attempt, log.seq, log.text_offset AS offset,
          status, failure_reason AS reason
        FROM ended JOIN log ON log.generation_id = ended.id, money`.execute(db);
      return rows;
    },

    async forgetIdempotencyKeys(): Promise<void> {
      await sql`
        DELETE FROM idempotency_keys
        WHERE created_at < now() - ${idempotencyKeyHours}::int * interval '1 hour'`.execute(db);
    },
  };
}
