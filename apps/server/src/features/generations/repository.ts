import type { GenerateBody, GenerationStatus } from '@octavo/contracts';
import { type Selectable, sql } from 'kysely';
import { createBatcher, type Database, type Db, isUniqueViolation } from '#platform/db';

export type GenerationRow = Selectable<Database['generations']>;
export type AttemptRow = Selectable<Database['generation_attempts']>;
export type EventRow = Selectable<Database['generation_events']>;

/** A place in a run log: everything up to `seq` of take `attempt` is known, and its text up to `offset`. */
export interface LogPosition {
  attempt: number;
  seq: number;
  offset: number;
}

export interface Submission {
  generationId: string;
  contentId: string;
  userId: string;
  request: GenerateBody;
  /** As it is stored: of a translation, with the text of the content that was named. */
  input: object | null;
  /** Images of the user that it is made from; kept as long as it exists. */
  sources: string[];
  delayMs: number;
  idempotency: { key: string; fingerprint: Buffer } | undefined;
}

/** The words of the latest take of generation `g` that had some; the empty string when none had. */
export const latestWords = sql`coalesce((
  SELECT string_agg(text, '' ORDER BY seq) FROM generation_events e
  WHERE e.generation_id = g.id AND e.type = 'delta' AND e.attempt = (
    SELECT max(attempt) FROM generation_events l WHERE l.generation_id = g.id AND l.type = 'delta')
), '')`;

export type GenerationRepository = ReturnType<typeof createGenerationRepository>;

/** What the API asks of generations. The worker's side is `run.repository.ts`. */
export function createGenerationRepository(db: Db) {
  /** Idempotency keys are claimed in their order, so that two statements never wait for each other. */
  async function submitAll(submissions: Submission[]): Promise<Array<Date | undefined>> {
    const column = <Value>(read: (submission: Submission) => Value) => submissions.map(read);
    const sources = submissions.flatMap((one) => one.sources.map((mediaId) => ({ id: one.generationId, mediaId })));
    const { rows } = await sql<{ id: string; created_at: Date }>`
      WITH request AS (
        SELECT * FROM unnest(
          ${column((one) => one.generationId)}::uuid[], ${column((one) => one.contentId)}::uuid[],
          ${column((one) => one.userId)}::uuid[], ${column((one) => one.request.contentType)}::text[],
          ${column((one) => one.request.title)}::text[], ${column((one) => one.request.prompt)}::text[],
          ${column((one) => one.request.provider ?? null)}::text[], ${column((one) => one.request.model ?? null)}::text[],
          ${column((one) => one.delayMs)}::int[], ${column((one) => one.idempotency?.key ?? null)}::text[],
          ${column((one) => one.idempotency?.fingerprint ?? null)}::bytea[],
          ${column((one) => one.input && JSON.stringify(one.input))}::jsonb[]
        ) AS t (id, content_id, user_id, content_type, title, prompt, provider, model, delay_ms, key, fingerprint, input)
      ),
      claim AS (
        INSERT INTO idempotency_keys (user_id, key, fingerprint, generation_id)
        SELECT user_id, key, fingerprint, id FROM request WHERE key IS NOT NULL ORDER BY user_id, key
        ON CONFLICT DO NOTHING RETURNING generation_id
      ),
      accepted AS (
        SELECT * FROM request WHERE key IS NULL OR id IN (SELECT generation_id FROM claim)
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
        requested_model, delay_ms, run_after)
      SELECT id, user_id, content_id, content_type, title, prompt, input, provider, model, delay_ms,
        now() + delay_ms * interval '1 ms'
      FROM accepted
      RETURNING id, created_at`.execute(db);
    const createdAt = new Map(rows.map((row) => [row.id, row.created_at]));
    return column((one) => createdAt.get(one.generationId));
  }

  return {
    /**
     * Content, generation, first event and idempotency key: all of them or none.
     * @returns the time of creation, or undefined when the idempotency key was taken already
     */
    submit: createBatcher(submitAll),

    findIdempotencyKey: (userId: string, key: string) =>
      db
        .selectFrom('idempotency_keys')
        .select(['fingerprint', 'generation_id as generationId'])
        .where('user_id', '=', userId)
        .where('key', '=', key)
        .executeTakeFirst(),

    find: (userId: string, id: string): Promise<GenerationRow | undefined> =>
      db.selectFrom('generations').selectAll().where('id', '=', id).where('user_id', '=', userId).executeTakeFirst(),

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

    attempts: (id: string): Promise<AttemptRow[]> =>
      db.selectFrom('generation_attempts').selectAll().where('generation_id', '=', id).orderBy('attempt').execute(),

    /** Text of a take as far as the run log holds it. */
    async takeText(id: string, attempt: number): Promise<string> {
      const rows = await db
        .selectFrom('generation_events')
        .select('text')
        .where('generation_id', '=', id)
        .where('attempt', '=', attempt)
        .where('type', '=', 'delta')
        .orderBy('seq')
        .execute();
      return rows.map(({ text }) => text).join('');
    },

    /** What the log holds from `position` on; the first entry may be known in part. */
    eventsFrom: (id: string, position: LogPosition): Promise<EventRow[]> =>
      db
        .selectFrom('generation_events')
        .selectAll()
        .where('generation_id', '=', id)
        .where((eb) => eb(eb.refTuple('attempt', 'seq'), '>=', eb.tuple(position.attempt, position.seq)))
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
          WITH asked AS (
            UPDATE generations g SET
              cancel_requested_at = coalesce(cancel_requested_at, now()),
              status = CASE status WHEN 'pending' THEN 'cancelled' ELSE status END,
              finished_at = CASE status WHEN 'pending' THEN now() END,
              output = CASE status WHEN 'pending' THEN ${latestWords} END,
              failure_code = NULL,
              failure_reason = NULL
            WHERE id = ${id} AND user_id = ${userId} AND status IN ('pending', 'processing')
            RETURNING id, status, attempt, content_id, output
          ),
          ended AS (
            INSERT INTO generation_events (generation_id, attempt, seq, type)
            SELECT asked.id, asked.attempt, 1 + (
              SELECT max(seq) FROM generation_events e WHERE e.generation_id = asked.id AND e.attempt = asked.attempt
            ), 'cancelled'
            FROM asked WHERE status = 'cancelled'
            RETURNING seq
          ),
          content AS (
            UPDATE contents c SET body = asked.output, version = c.version + 1, updated_at = now()
            FROM asked
            WHERE asked.status = 'cancelled' AND c.id = asked.content_id AND c.generation_id = asked.id
              AND c.edited_at IS NULL AND c.body <> asked.output
          )
          SELECT status, attempt, content_id, (SELECT seq FROM ended) AS seq FROM asked`.execute(trx);
        return rows[0];
      }),

    /**
     * A new generation with the same request for the same content; the old one stays as it is.
     * @returns undefined when it cannot be retried: it has not ended without success, its content is gone, or a
     * retry exists already
     */
    async retry(userId: string, id: string, newId: string): Promise<GenerationRow | undefined> {
      try {
        const { rows } = await sql<GenerationRow>`
          WITH old AS (
            UPDATE contents SET generation_id = ${newId}, updated_at = now()
            FROM generations g
            WHERE g.id = ${id} AND g.user_id = ${userId} AND g.status IN ('failed', 'cancelled')
              AND contents.id = g.content_id AND contents.generation_id = g.id AND contents.deleted_at IS NULL
            RETURNING g.*
          ),
          event AS (
            INSERT INTO generation_events (generation_id, attempt, seq, type)
            SELECT ${newId}::uuid, 0, 0, 'queued' FROM old
          ),
          source AS (
            INSERT INTO media_uses (media_id, generation_id)
            SELECT media_id, ${newId}::uuid FROM media_uses JOIN old ON old.id = media_uses.generation_id
          )
          INSERT INTO generations (id, user_id, content_id, content_type, title, prompt, input, requested_provider,
            requested_model, retry_of)
          SELECT ${newId}::uuid, user_id, content_id, content_type, title, prompt, input, requested_provider,
            requested_model, id
          FROM old
          RETURNING *`.execute(db);
        return rows[0];
      } catch (error) {
        if (isUniqueViolation(error, 'generations_retry_of')) return undefined;
        throw error;
      }
    },
  };
}
