import type { GenerationStatus } from '@octavo/contracts';
import { sql } from 'kysely';
import {
  type AttemptRow,
  createBatcher,
  type Db,
  type EventRow,
  type GenerationRow,
  keepWords,
  lastPlace,
  latestAttemptWithWords,
  latestWords,
  placeInLine,
} from '#platform/db';
import type { Again, FoundGeneration, LastAsked, Submission } from './submission.ts';

/** A place in a run log: everything up to `seq` of take `attempt` is known, and its text up to `offset`. */
export interface LogPosition {
  attempt: number;
  seq: number;
  offset: number;
}

/** With whether it wrote words. */
export type AttemptListRow = AttemptRow & { has_text: boolean };

export type GenerationRepository = ReturnType<typeof createGenerationRepository>;

/** What the API asks of generations. The worker's side is `run.repository.ts`. */
export function createGenerationRepository(db: Db) {
  /** Idempotency keys are claimed in their order, so that two statements never wait for each other. */
  async function submitAll(submissions: Submission[]): Promise<Array<{ createdAt: Date; place: number } | undefined>> {
    const column = <Value>(read: (submission: Submission) => Value) => submissions.map(read);
    // Planning the call takes a tenth of a millisecond: spared where nothing costs anything.
    const money = submissions.some(({ quote }) => quote && quote.microUsd > 0)
      ? sql`SELECT budget_reserve(array_agg(
              ledger_entry('reserve', id, 0, user_id, reserved_provider, reserved_model, reserved, now())))
            FROM accepted WHERE reserved > 0`
      : sql`SELECT`;
    const sources = submissions.flatMap((one) => one.sources.map((mediaId) => ({ id: one.generationId, mediaId })));
    const { rows } = await sql<{ id: string; created_at: Date; place: number }>`
      WITH request AS (
        SELECT * FROM unnest(
          ${column((one) => one.generationId)}::uuid[], ${column((one) => one.contentId)}::uuid[],
          ${column((one) => one.userId)}::uuid[], ${column((one) => one.request.contentType)}::text[],
          ${column((one) => one.request.title)}::text[], ${column((one) => one.request.prompt)}::text[],
          ${column((one) => one.request.provider ?? null)}::text[], ${column((one) => one.request.model ?? null)}::text[],
          ${column((one) => one.delayMs)}::int[], ${column((one) => one.idempotency?.key ?? null)}::text[],
          ${column((one) => one.idempotency?.fingerprint ?? null)}::bytea[],
          ${column((one) => one.input && JSON.stringify(one.input))}::jsonb[], ${column((one) => one.quote?.microUsd ?? 0)}::bigint[],
          ${column((one) => one.quote?.provider ?? null)}::text[], ${column((one) => one.quote?.model ?? null)}::text[],
          ${column((one) => one.provider)}::text[]
        ) AS t (id, content_id, user_id, content_type, title, prompt, provider, model, delay_ms, key, fingerprint, input,
          reserved, reserved_provider, reserved_model, next_provider)
      ),
      claim AS (
        INSERT INTO idempotency_keys (user_id, key, fingerprint, generation_id)
        SELECT user_id, key, fingerprint, id FROM request WHERE key IS NOT NULL ORDER BY user_id, key
        ON CONFLICT DO NOTHING RETURNING generation_id
      ),
      accepted AS (
        SELECT * FROM request WHERE key IS NULL OR id IN (SELECT generation_id FROM claim)
      ),
      money AS (${money}),
      -- Once for each user and provider: taken into the statement, it would be asked for every row.
      line AS MATERIALIZED (
        SELECT user_id, next_provider, ${placeInLine(sql`one.user_id`, sql`one.next_provider`)} AS place
        FROM (SELECT DISTINCT user_id, next_provider FROM accepted) AS one
      ),
      content AS (
        INSERT INTO contents (id, user_id, title, content_type, prompt, generation_id)
        SELECT content_id, user_id, title, content_type, prompt, id FROM accepted
      ),
      event AS (
        INSERT INTO generation_events (generation_id, attempt, seq, type)
        SELECT id, 0, 0, 'queued' FROM accepted
      ),
      source AS (
        INSERT INTO media_uses (media_id, generation_id)
        SELECT m.id, accepted.id FROM accepted
        JOIN unnest(${sources.map(({ id }) => id)}::uuid[], ${sources.map(({ mediaId }) => mediaId)}::uuid[])
          AS source (id, media_id) USING (id)
        JOIN media m ON m.id = source.media_id AND m.user_id = accepted.user_id
        ON CONFLICT DO NOTHING
      )
      INSERT INTO generations (id, user_id, content_id, content_type, title, prompt, input, requested_provider,
        requested_model, delay_ms, run_after, reserved_micro_usd, reserved_provider, next_provider, place)
      SELECT id, user_id, content_id, content_type, title, prompt, input, provider, model, delay_ms,
        now() + delay_ms * interval '1 ms', reserved, reserved_provider, next_provider,
        least(${lastPlace}, place - 1 + row_number() OVER (PARTITION BY user_id, next_provider ORDER BY id))
      FROM accepted JOIN line USING (user_id, next_provider), money
      RETURNING id, created_at, place`.execute(db);
    const stored = new Map(rows.map((row) => [row.id, { createdAt: row.created_at, place: row.place }]));
    return column((one) => stored.get(one.generationId));
  }

  return {
    /**
     * Content, generation, first event, reservation and idempotency key: all of them or none.
     * @returns the time of creation and its place in line, or undefined when the idempotency key was taken already
     * @throws when a budget has no room for it; see `readBudgetReached`
     */
    submit: createBatcher(submitAll),

    async find(userId: string, id: string): Promise<FoundGeneration | undefined> {
      const { rows } = await sql<FoundGeneration>`
        SELECT g.*, c.erased_at IS NOT NULL AS is_erased FROM generations g JOIN contents c ON c.id = g.content_id
        WHERE g.id = ${id} AND g.user_id = ${userId}`.execute(db);
      return rows[0];
    },

    /** The id of the generation that retried it. */
    async findRetry(userId: string, id: string): Promise<string | undefined> {
      const retry = db.selectFrom('generations').select('id').where('retry_of', '=', id).where('user_id', '=', userId);
      return (await retry.executeTakeFirst())?.id;
    },

    /** How many of the user's generations have not ended; counts no further than `atMost`. */
    async countUnfinished(userId: string, atMost: number): Promise<number> {
      const { rows } = await sql<{ count: number }>`
        SELECT count(*)::int AS count FROM (
          SELECT FROM generations WHERE user_id = ${userId} AND status IN ('pending', 'processing') LIMIT ${atMost}
        ) AS unfinished`.execute(db);
      return rows[0]?.count ?? 0;
    },

    /** What is told of a generation that has completed, whoever's it is. */
    finished: createBatcher(async (ids: string[]) => {
      const rows = await db
        .selectFrom('generations')
        .select(['id', 'title', 'content_type', 'output'])
        .where('id', 'in', ids)
        .execute();
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id));
    }),

    /** Images that a take has made, in the order in which they came. */
    async imageIds(id: string, attempt: number): Promise<string[]> {
      const { rows } = await sql<{ id: string }>`
        SELECT data ->> 'mediaId' AS id FROM generation_events
        WHERE generation_id = ${id} AND attempt = ${attempt} AND type = 'image' ORDER BY seq`.execute(db);
      return rows.map((row) => row.id);
    },

    attempts: (id: string): Promise<AttemptListRow[]> =>
      db
        .selectFrom('generation_attempts as a')
        .selectAll()
        .select(
          sql<boolean>`EXISTS (SELECT FROM generation_events e WHERE e.generation_id = a.generation_id
            AND e.attempt = a.attempt AND e.type = 'delta' AND e.text <> '')`.as('has_text'),
        )
        .where('generation_id', '=', id)
        .orderBy('attempt')
        .execute(),

    /** Text of a take as far as the run log holds it. */
    async takeText(id: string, attempt: number): Promise<string> {
      const { rows } = await sql<{ text: string | null }>`
        SELECT string_agg(text, '' ORDER BY seq) AS text FROM generation_events
        WHERE generation_id = ${id} AND attempt = ${attempt} AND type = 'delta'`.execute(db);
      return rows[0]?.text ?? '';
    },

    /** What the log holds from `position` on, and its last entry in any case; the first entry may be known in part. */
    eventsFrom: (id: string, position: LogPosition): Promise<EventRow[]> =>
      db
        .selectFrom('generation_events')
        .selectAll()
        .where('generation_id', '=', id)
        .where((eb) =>
          eb.or([
            eb(eb.refTuple('attempt', 'seq'), '>=', eb.tuple(position.attempt, position.seq)),
            sql<boolean>`(attempt, seq) = (SELECT attempt, seq FROM generation_events l
              WHERE l.generation_id = ${id} ORDER BY attempt DESC, seq DESC LIMIT 1)`,
          ]),
        )
        .orderBy('attempt')
        .orderBy('seq')
        .execute(),

    /**
     * A pending generation ends at once, with the words of its latest take that had some; a running one is told to
     * stop by its worker. Never undoes an end.
     * @returns undefined when there is nothing to cancel
     */
    cancel: (userId: string, id: string) =>
      db.transaction().execute(async (trx) => {
        // Held first: the statement after it then sees whatever a worker has just written.
        await sql`SELECT FROM generations WHERE id = ${id} AND user_id = ${userId} FOR NO KEY UPDATE`.execute(trx);
        const { rows } = await sql<{
          status: GenerationStatus;
          attempt: number;
          seq: number | null;
          content_id: string;
        }>`
          WITH ended AS (
            UPDATE generations g SET
              cancel_requested_at = coalesce(cancel_requested_at, now()),
              status = CASE status WHEN 'pending' THEN 'cancelled' ELSE status END,
              finished_at = CASE status WHEN 'pending' THEN now() END,
              output = CASE status WHEN 'pending' THEN ${latestWords} END,
              reserved_micro_usd = CASE status WHEN 'pending' THEN 0 ELSE reserved_micro_usd END,
              failure_code = NULL,
              failure_reason = NULL
            WHERE id = ${id} AND user_id = ${userId} AND status IN ('pending', 'processing')
            RETURNING id, user_id, status, attempt, content_id, prompt, output, ${latestAttemptWithWords} AS words_attempt
          ),
          last AS (
            INSERT INTO generation_events (generation_id, attempt, seq, type)
            SELECT ended.id, ended.attempt, 1 + (
              SELECT max(seq) FROM generation_events e WHERE e.generation_id = ended.id AND e.attempt = ended.attempt
            ), 'cancelled'
            FROM ended WHERE status = 'cancelled'
            RETURNING seq
          ),
          ${keepWords},
          money AS (SELECT budget_settle(NULL, array_agg(id)) FROM ended WHERE status = 'cancelled')
          SELECT status, attempt, content_id, (SELECT seq FROM last) AS seq FROM ended, money`.execute(trx);
        return rows[0];
      }),

    /** A content that is not deleted, and what was asked for it last: by its own latest generation or the one it branched from. */
    async lastAsked(userId: string, contentId: string): Promise<LastAsked | undefined> {
      const { rows } = await sql<LastAsked>`
        SELECT c.id, c.title, c.content_type, c.prompt, c.generation_id, own.status,
          g.requested_provider, g.requested_model, g.input
        FROM contents c
        LEFT JOIN generations own ON own.id = c.generation_id
        LEFT JOIN content_versions v ON v.content_id = c.id AND v.number = c.version
        LEFT JOIN generations g ON g.id = coalesce(c.generation_id, v.generation_id)
        WHERE c.id = ${contentId} AND c.user_id = ${userId} AND c.deleted_at IS NULL`.execute(db);
      return rows[0];
    },

    /**
     * Another generation of a content; all earlier ones stay as they are. From now on the text is what it will write,
     * unless a person changes it meanwhile.
     * @returns undefined when there is no such content, its latest generation is not `replaces` any more, or the
     * idempotency key was taken already
     * @throws when a budget has no room for it; see `readBudgetReached`
     */
    async again({ replaces, retryOf, ...next }: Submission & Again): Promise<GenerationRow | undefined> {
      const {
        generationId: id,
        contentId,
        userId,
        request,
        input,
        sources,
        delayMs,
        quote,
        idempotency,
        provider: line,
      } = next;
      const key = idempotency?.key ?? null;
      const { provider = null, model = null, microUsd = 0 } = quote ?? {};
      const { rows } = await sql<GenerationRow>`
        WITH target AS (
          SELECT id FROM contents
          WHERE id = ${contentId} AND user_id = ${userId} AND deleted_at IS NULL
            AND generation_id IS NOT DISTINCT FROM ${replaces}::uuid
          FOR NO KEY UPDATE
        ),
        claim AS (
          INSERT INTO idempotency_keys (user_id, key, fingerprint, generation_id)
          SELECT ${userId}::uuid, ${key}, ${idempotency?.fingerprint ?? null}::bytea, ${id}::uuid FROM target
          WHERE ${key}::text IS NOT NULL ON CONFLICT DO NOTHING RETURNING generation_id
        ),
        content AS (
          UPDATE contents SET generation_id = ${id}, prompt = ${request.prompt}, edited_at = NULL, updated_at = now()
          FROM target
          WHERE contents.id = target.id AND (${key}::text IS NULL OR EXISTS (SELECT FROM claim))
          RETURNING contents.id
        ),
        event AS (
          INSERT INTO generation_events (generation_id, attempt, seq, type)
          SELECT ${id}::uuid, 0, 0, 'queued' FROM content
        ),
        source AS (
          INSERT INTO media_uses (media_id, generation_id)
          SELECT m.id, ${id}::uuid FROM content JOIN media m ON m.user_id = ${userId} AND m.id = ANY (${sources}::uuid[])
        ),
        money AS (
          SELECT budget_reserve(array_agg(
            ledger_entry('reserve', ${id}, 0, ${userId}, ${provider}, ${model}, ${microUsd}, now())))
          FROM content WHERE ${microUsd}::bigint > 0
        )
        INSERT INTO generations (id, user_id, content_id, content_type, title, prompt, input, requested_provider,
          requested_model, retry_of, delay_ms, run_after, reserved_micro_usd, reserved_provider,
          next_provider, place)
        SELECT ${id}::uuid, ${userId}::uuid, id, ${request.contentType}, ${request.title}, ${request.prompt},
          ${input && JSON.stringify(input)}::jsonb, ${request.provider ?? null}, ${request.model ?? null}, ${retryOf}::uuid, ${delayMs}::int,
          now() + ${delayMs}::int * interval '1 ms', ${microUsd}::bigint, ${provider}, ${line}, ${placeInLine(sql`${userId}::uuid`, sql`${line}`)}
        FROM content, money
        RETURNING *`.execute(db);
      return rows[0];
    },
  };
}
