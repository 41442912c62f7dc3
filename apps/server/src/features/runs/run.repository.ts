import type { GenerationStatus, TakeParameters, Usage } from '@octavo/contracts';
import type { CostSource } from '@octavo/providers';
import { sql } from 'kysely';
import {
  type AttemptOutcome,
  createBatcher,
  type Db,
  type Fence,
  keepWords,
  latestAttemptWithWords,
  latestWords,
  placeInLine,
} from '#platform/db';

export interface LogEntry {
  seq: number;
  type: string;
  offset: number;
  text: string;
  data: Record<string, string> | null;
}

export interface TakeBegin {
  fence: Fence;
  provider: string;
  model: string;
  parameters: TakeParameters;
  /** What it may cost at most. */
  reservedMicroUsd: number;
}

export interface TakeEnd {
  /** What becomes of the generation; `pending`: another take follows in `delayMs`. */
  status: Exclude<GenerationStatus, 'processing'>;
  outcome: Exclude<AttemptOutcome, 'running'>;
  delayMs: number;
  /** Who writes the take that follows; null: nobody, or the same provider. */
  nextProvider: string | null;
  text: string;
  finishReason: string | null;
  code: string | null;
  reason: string | null;
  usage: Usage | null;
  /** Images that the take has made: kept as long as the content exists. */
  images: string[];
  /** In micro-USD; null: nobody knows, and what was reserved stays held. */
  cost: { microUsd: number | null; source: CostSource };
  /** What the log still lacks, the closing event included. */
  entries: LogEntry[];
}

interface TakeKey {
  id: string;
  attempt: number;
}

function isAmong(rows: TakeKey[]): (take: { fence: Fence }) => boolean {
  const attempts = new Map(rows.map(({ id, attempt }) => [id, attempt]));
  return ({ fence }) => attempts.get(fence.generationId) === fence.attempt;
}

export type RunRepository = ReturnType<typeof createRunRepository>;

/** What a take writes while it runs and when it ends. All times are the database's: a worker's clock may be wrong. */
export function createRunRepository(db: Db) {
  async function beginAll(takes: TakeBegin[]): Promise<boolean[]> {
    const { rows } = await sql<TakeKey>`
      WITH held AS (
        SELECT g.id, g.attempt, g.user_id, g.reserved_micro_usd AS waiting, take.provider, take.model, take.parameters,
          take.reserved
        FROM generations g
        JOIN unnest(${takes.map(({ fence }) => fence.generationId)}::uuid[], ${takes.map(({ fence }) => fence.attempt)}::int[],
          ${takes.map((take) => take.provider)}::text[], ${takes.map((take) => take.model)}::text[],
          ${takes.map((take) => JSON.stringify(take.parameters))}::jsonb[],
          ${takes.map((take) => take.reservedMicroUsd)}::bigint[])
          AS take (id, attempt, provider, model, parameters, reserved) USING (id, attempt)
        WHERE g.status = 'processing'
        ORDER BY g.id FOR NO KEY UPDATE OF g
      ),
      shown AS (
        UPDATE generations g SET provider = held.provider, model = held.model, reserved_micro_usd = 0
        FROM held WHERE g.id = held.id
      ),
      money AS (
        SELECT budget_reserve(array_agg(ledger_entry('reserve', id, attempt, user_id, provider, model, reserved, now())))
        FROM held WHERE reserved > 0 OR waiting > 0
      ),
      take AS (
        INSERT INTO generation_attempts (generation_id, attempt, user_id, provider, model, parameters, reserved_micro_usd,
          cost_micro_usd, cost_source)
        SELECT id, attempt, user_id, provider, model, parameters, reserved, CASE reserved WHEN 0 THEN 0 END,
          CASE reserved WHEN 0 THEN 'catalog' END
        FROM held
      )
      INSERT INTO generation_events (generation_id, attempt, seq, type, data)
      SELECT id, attempt, 1, 'started', jsonb_build_object('provider', provider, 'model', model) FROM held, money
      RETURNING generation_id AS id, attempt`.execute(db);
    return takes.map(isAmong(rows));
  }

  async function endAll(ends: Array<{ fence: Fence; end: TakeEnd }>): Promise<Array<{ place: number } | undefined>> {
    const column = <Value>(read: (one: { fence: Fence; end: TakeEnd }) => Value) => ends.map(read);
    const entries = ends.flatMap(({ fence, end }) => end.entries.map((entry) => ({ ...entry, fence })));
    const images = ends.flatMap(({ fence, end }) => end.images.map((mediaId) => ({ fence, mediaId })));
    const { rows } = await sql<TakeKey & { place: number }>`
      WITH take AS (
        SELECT * FROM unnest(
          ${column(({ fence }) => fence.generationId)}::uuid[], ${column(({ fence }) => fence.attempt)}::int[],
          ${column(({ end }) => end.status)}::text[], ${column(({ end }) => end.outcome)}::text[],
          ${column(({ end }) => end.delayMs)}::int[], ${column(({ end }) => end.text)}::text[],
          ${column(({ end }) => end.finishReason)}::text[], ${column(({ end }) => end.code)}::text[],
          ${column(({ end }) => end.reason)}::text[], ${column(({ end }) => end.usage?.inputTokens ?? null)}::int[],
          ${column(({ end }) => end.usage?.outputTokens ?? null)}::int[], ${column(({ end }) => end.usage?.images ?? null)}::int[],
          ${column(({ end }) => end.cost.microUsd)}::bigint[], ${column(({ end }) => end.cost.source)}::text[],
          ${column(({ end }) => end.nextProvider)}::text[]
        ) AS t (id, attempt, status, outcome, delay_ms, text, finish_reason, code, reason, input_tokens, output_tokens,
          images, cost, cost_source, next_provider)
      ),
      held AS (
        SELECT take.*, g.reserved_micro_usd AS waiting FROM generations g JOIN take USING (id, attempt)
        WHERE g.status = 'processing' AND (take.status <> 'pending' OR g.cancel_requested_at IS NULL)
        ORDER BY g.id FOR NO KEY UPDATE OF g
      ),
      ended AS (
        UPDATE generations g SET
          status = held.status,
          failures = failures + (held.outcome = 'failed')::int,
          lease_until = NULL,
          run_after = CASE held.status WHEN 'pending' THEN now() + held.delay_ms * interval '1 ms' ELSE run_after END,
          finished_at = CASE held.status WHEN 'pending' THEN NULL ELSE now() END,
          next_provider = coalesce(held.next_provider, g.next_provider),
          place = CASE WHEN held.next_provider <> g.next_provider
            THEN ${placeInLine(sql`g.user_id`, sql`held.next_provider`)} ELSE g.place END,
          failure_code = held.code,
          failure_reason = held.reason,
          reserved_micro_usd = CASE held.status WHEN 'pending' THEN g.reserved_micro_usd ELSE 0 END,
          output = CASE held.status WHEN 'pending' THEN NULL ELSE coalesce(nullif(held.text, ''), ${latestWords}) END
        FROM held WHERE g.id = held.id
        RETURNING g.id, g.attempt, g.user_id, g.content_id, g.status, g.prompt, g.output, g.place,
          CASE WHEN held.status IN ('failed', 'cancelled') AND held.text = '' THEN ${latestAttemptWithWords}
            ELSE g.attempt END AS words_attempt
      ),
      log AS (
        INSERT INTO generation_events (generation_id, attempt, seq, type, text_offset, text, data)
        SELECT entry.id, held.attempt, entry.seq, entry.type, entry.text_offset, entry.text, entry.data
        FROM held JOIN unnest(
          ${entries.map(({ fence }) => fence.generationId)}::uuid[], ${entries.map(({ fence }) => fence.attempt)}::int[],
          ${entries.map((entry) => entry.seq)}::int[], ${entries.map((entry) => entry.type)}::text[],
          ${entries.map((entry) => entry.offset)}::int[], ${entries.map((entry) => entry.text)}::text[],
          ${entries.map((entry) => entry.data && JSON.stringify(entry.data))}::jsonb[]
        ) AS entry (id, attempt, seq, type, text_offset, text, data) USING (id, attempt)
        ON CONFLICT (generation_id, attempt, seq) DO NOTHING
      ),
      attempt AS (
        UPDATE generation_attempts a SET outcome = held.outcome, finish_reason = held.finish_reason,
          error_code = held.code, reason = held.reason, input_tokens = held.input_tokens,
          output_tokens = held.output_tokens, images = held.images, finished_at = now(),
          cost_micro_usd = coalesce(held.cost, a.cost_micro_usd),
          cost_source = CASE WHEN held.cost IS NULL THEN coalesce(a.cost_source, held.cost_source) ELSE held.cost_source END
        FROM held WHERE a.generation_id = held.id AND a.attempt = held.attempt
        RETURNING a.*
      ),
      money AS (
        SELECT budget_settle(
          (SELECT array_agg(ledger_entry(CASE WHEN cost_micro_usd IS NULL THEN 'unknown' ELSE 'settle' END,
            generation_id, attempt, user_id, provider, model, coalesce(cost_micro_usd, reserved_micro_usd), started_at))
           FROM attempt WHERE reserved_micro_usd > 0 OR cost_micro_usd > 0),
          (SELECT array_agg(id) FROM held WHERE waiting > 0 AND status <> 'pending'))
      ),
      ${keepWords},
      image AS (
        INSERT INTO media_uses (media_id, content_id)
        SELECT image.media_id, ended.content_id FROM ended
        JOIN unnest(${images.map(({ fence }) => fence.generationId)}::uuid[], ${images.map(({ fence }) => fence.attempt)}::int[],
          ${images.map(({ mediaId }) => mediaId)}::uuid[]) AS image (id, attempt, media_id) USING (id, attempt)
        JOIN media m ON m.id = image.media_id
        WHERE ended.status <> 'pending'
        ON CONFLICT DO NOTHING
      )
      SELECT id, attempt, place FROM ended, money`.execute(db);
    const places = new Map(rows.map(({ id, attempt, place }) => [`${id} ${attempt}`, { place }]));
    return ends.map(({ fence }) => places.get(`${fence.generationId} ${fence.attempt}`));
  }

  return {
    /**
     * Records who writes the take and reserves what it may cost, before anybody is called.
     * @returns false when the take is not ours any more
     * @throws when a budget has no room for it; see `readBudgetReached`
     */
    begin: createBatcher(beginAll),

    /**
     * Appends to the run logs of many takes in one statement. The lock on each generation makes a claim by
     * another worker wait, so that a stale write cannot slip in behind it; locks are taken in the order of the
     * ids, as `extendLeases` takes them. Entries that are there already are left alone.
     * @returns whether a take is still ours
     */
    async append(writes: Array<{ fence: Fence; entry: LogEntry }>): Promise<(take: { fence: Fence }) => boolean> {
      const { rows } = await sql<TakeKey>`
        WITH entry AS (
          SELECT * FROM unnest(
            ${writes.map(({ fence }) => fence.generationId)}::uuid[], ${writes.map(({ fence }) => fence.attempt)}::int[],
            ${writes.map(({ entry }) => entry.seq)}::int[], ${writes.map(({ entry }) => entry.offset)}::int[],
            ${writes.map(({ entry }) => entry.text)}::text[], ${writes.map(({ entry }) => entry.type)}::text[],
            ${writes.map(({ entry }) => entry.data && JSON.stringify(entry.data))}::jsonb[]
          ) AS t (id, attempt, seq, text_offset, text, type, data)
        ),
        held AS (
          SELECT g.id, g.attempt FROM generations g
          WHERE g.id = ANY (${writes.map(({ fence }) => fence.generationId)}::uuid[]) AND g.status = 'processing'
          ORDER BY g.id FOR SHARE
        ),
        written AS (
          INSERT INTO generation_events (generation_id, attempt, seq, type, text_offset, text, data)
          SELECT entry.id, entry.attempt, entry.seq, entry.type, entry.text_offset, entry.text, entry.data
          FROM entry JOIN held USING (id, attempt)
          ON CONFLICT (generation_id, attempt, seq) DO NOTHING
        )
        SELECT DISTINCT id, attempt FROM entry JOIN held USING (id, attempt)`.execute(db);
      return isAmong(rows);
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
     * Ends a take and decides what becomes of its generation: state, log, attempt, cost and content. A take that failed
     * without a word leaves the text of the latest take that had some. See `keepWords` for
     * what becomes of the content's text. May run twice: the second time it changes nothing.
     * @returns its place in the line it waits in; undefined when the take is not ours any more, or when its user wants
     * no further take
     */
    endTake: createBatcher(endAll),
  };
}
