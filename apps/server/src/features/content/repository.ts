import {
  type ContentListQuery,
  type ContentType,
  excerptLength,
  type GenerationStatus,
  type PublicationStatus,
  type UpdateContentBody,
} from '@octavo/contracts';
import { sql } from 'kysely';
import type { Db } from '#platform/db';

export interface ContentRow {
  id: string;
  user_id: string;
  title: string;
  content_type: ContentType;
  prompt: string;
  body: string;
  status: PublicationStatus;
  version: number;
  pending_version: number | null;
  revision: number;
  /** How the current version came to be; null while there is none. */
  provider: string | null;
  model: string | null;
  hash: Buffer | null;
  is_edited: boolean | null;
  version_at: Date | null;
  generation_id: string | null;
  generation_status: GenerationStatus | null;
  failure_reason: string | null;
  created_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
}

const mergeEditsForMs = 600_000;

export type ContentRepository = ReturnType<typeof createContentRepository>;

export function createContentRepository(db: Db) {
  /** A user's contents, each with the state of its latest generation. */
  const contents = (userId: string) =>
    db
      .selectFrom('contents as c')
      .leftJoin('generations as g', 'g.id', 'c.generation_id')
      .leftJoin('content_versions as v', (join) =>
        join.onRef('v.content_id', '=', 'c.id').onRef('v.number', '=', 'c.version'),
      )
      .where('c.user_id', '=', userId);

  const columns = [
    'c.id',
    'c.user_id',
    'c.title',
    'c.content_type',
    'c.status',
    'c.version',
    'c.pending_version',
    'c.revision',
    'v.provider',
    'v.model',
    'v.hash',
    'v.is_edited',
    'v.updated_at as version_at',
    'c.generation_id',
    'g.status as generation_status',
    'g.failure_reason',
    'c.created_at',
    'c.updated_at',
    'c.deleted_at',
  ] as const;
  const whole = ['c.prompt', 'c.body'] as const;
  const beginnings = [
    sql<string>`left(c.prompt, ${sql.lit(excerptLength)})`.as('prompt'),
    sql<string>`left(c.body, ${sql.lit(excerptLength)})`.as('body'),
  ] as const;

  /** Without joins that no filter needs: an index that has the owner and the id then answers alone. */
  function filtered(userId: string, query: ContentListQuery) {
    const isListed =
      query.deleted === 'only'
        ? sql<boolean>`deleted_at IS NOT NULL AND erased_at IS NULL`
        : sql<boolean>`deleted_at IS NULL`;
    let rows = db.selectFrom('contents as c').where('c.user_id', '=', userId).where(isListed);
    if (query.contentType) rows = rows.where('c.content_type', '=', query.contentType);
    if (query.status) rows = rows.where('c.status', '=', query.status);
    const { batchId, generationStatus, q } = query;
    if (generationStatus === 'completed') {
      // Most are: looked up one by one, newest first, a page is full after a few. As a join all would be sorted first.
      const status = sql`(SELECT g.status FROM generations g WHERE g.id = c.generation_id)`;
      rows = rows.where(sql<boolean>`${status} = ${generationStatus}`);
    } else if (generationStatus) {
      // Few are: the owner and the content follow from the id; said again, they let an index of these few begin.
      rows = rows.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('generations as g')
            .whereRef('g.id', '=', 'c.generation_id')
            .whereRef('g.content_id', '=', 'c.id')
            .where('g.user_id', '=', userId)
            .where('g.status', '=', generationStatus)
            .select('g.id'),
        ),
      );
    }
    if (q !== undefined) {
      // OFFSET 0: found first, by their index. Who goes through the list and looks into each title reads it to its end
      // for a word that is in none.
      rows = rows.where(
        sql<boolean>`c.id IN (
          SELECT f.id FROM contents f
          WHERE f.user_id = ${userId} AND ${isListed}
            AND title_words(f.user_id, f.title) @@ ${titleSearch(userId, q)}::tsquery
          OFFSET 0)`,
      );
    }
    if (batchId !== undefined) {
      rows = rows.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('batch_rows as r')
            .where('r.batch_id', '=', batchId)
            .whereRef('r.content_id', '=', 'c.id')
            .select('r.number'),
        ),
      );
    }
    return rows;
  }

  const find = (userId: string, id: string): Promise<ContentRow | undefined> =>
    contents(userId)
      .where('c.id', '=', id)
      .where('c.deleted_at', 'is', null)
      .select(columns)
      .select(whole)
      .executeTakeFirst();

  return {
    find,

    /** Newest first, or the latest deletion first. Asks for one row more than `limit`, so that the caller knows whether there is more. */
    list(userId: string, query: ContentListQuery, page: number, limit: number): Promise<ContentRow[]> {
      let ids = filtered(userId, query)
        .select('c.id')
        .$if(query.deleted === 'only', (deleted) => deleted.orderBy('c.deleted_at', 'desc'))
        .orderBy('c.id', 'desc')
        .limit(limit + 1);
      ids = query.cursor ? ids.where('c.id', '<', query.cursor) : ids.offset((page - 1) * limit);
      // Which ones stands in an index alone; only these are then read.
      const rows = contents(userId)
        .innerJoin(ids.as('page'), 'page.id', 'c.id')
        .$if(query.deleted === 'only', (deleted) => deleted.orderBy('c.deleted_at', 'desc'))
        .orderBy('c.id', 'desc')
        .select(columns);
      return query.text === 'excerpt' ? rows.select(beginnings).execute() : rows.select(whole).execute();
    },

    /**
     * Images of the current versions of these contents, in the order in which they came; where there is no version yet,
     * those that the latest generation has made so far.
     */
    async imageIds(ids: string[]): Promise<Map<string, string[]>> {
      const { rows } = await sql<{ id: string; images: string[] }>`
        SELECT c.id, array_agg(e.data ->> 'mediaId' ORDER BY e.seq) AS images
        FROM contents c
        LEFT JOIN content_versions v ON v.content_id = c.id AND v.number = c.version
        JOIN generations g ON g.id = coalesce(v.generation_id, c.generation_id)
        JOIN generation_events e
          ON e.generation_id = g.id AND e.attempt = coalesce(v.attempt, g.attempt) AND e.type = 'image'
        WHERE c.id = ANY (${ids}::uuid[]) GROUP BY c.id`.execute(db);
      return new Map(rows.map((row) => [row.id, row.images]));
    },

    /** How many there are, or `most` when there are more than that: nobody waits for a million to be counted. */
    async count(userId: string, query: ContentListQuery, most: number): Promise<number> {
      const { total } = await db
        .selectFrom(filtered(userId, query).select('c.id').limit(most).as('counted'))
        .select((eb) => eb.fn.countAll<string>().as('total'))
        .executeTakeFirstOrThrow();
      return Number(total);
    },

    async insert(content: {
      id: string;
      userId: string;
      title: string;
      contentType: ContentType;
      prompt: string;
      body: string;
      status: PublicationStatus;
    }): Promise<void> {
      const { id, userId, title, contentType, prompt, body, status } = content;
      await sql`
        WITH content AS (
          INSERT INTO contents (id, user_id, title, content_type, prompt, body, status, version, last_version, edited_at)
          VALUES (${id}, ${userId}, ${title}, ${contentType}, ${prompt}, ${body}, ${status}, 1, 1, now())
          RETURNING id, user_id, title, body
        )
        INSERT INTO content_versions (content_id, number, title, body, origin, user_id)
        SELECT id, 1, title, body, 'written', user_id FROM content`.execute(db);
    },

    /**
     * Changes what is given. A change of title or text is a version; it goes into the version before it when that is
     * the newest, an edit by the same person, and not older than `mergeEditsForMs`, unless `change.newVersion` forbids
     * it: saving again and again while one writes makes few versions. A change of the state alone is none.
     * @returns false when there is no such content, or `change.revision` is not its revision
     */
    update: (userId: string, id: string, change: UpdateContentBody): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        // Held first: the statement after it then sees the version that was written last.
        const { rows: held } = await sql`
          SELECT FROM contents
          WHERE id = ${id} AND user_id = ${userId} AND deleted_at IS NULL
            AND revision = coalesce(${change.revision ?? null}::int, revision)
          FOR NO KEY UPDATE`.execute(trx);
        if (held.length === 0) return false;
        await sql`
          WITH edit AS (
            SELECT c.id, c.title, c.body, n.title AS new_title, n.body AS new_body,
              n.body <> c.body AS is_new_body,
              n.body <> c.body OR n.title <> c.title AS is_new_text,
              NOT ${change.newVersion ?? false}::boolean AND coalesce(v.origin = 'edited' AND v.user_id = ${userId} AND v.number = c.last_version
                AND v.created_at > now() - ${mergeEditsForMs}::int * interval '1 ms', false) AS is_merged,
              coalesce(v.is_edited, false) AS was_edited,
              v.generation_id, v.attempt, v.provider, v.model, v.prompt
            FROM contents c
            CROSS JOIN LATERAL (SELECT coalesce(${change.title ?? null}::text, c.title) AS title,
              coalesce(${change.generatedText ?? null}::text, c.body) AS body) AS n
            LEFT JOIN content_versions v ON v.content_id = c.id AND v.number = c.version
            WHERE c.id = ${id}
          ),
          content AS (
            UPDATE contents c SET
              title = edit.new_title,
              body = edit.new_body,
              status = coalesce(${change.status ?? null}::text, c.status),
              edited_at = CASE WHEN edit.is_new_body THEN now() ELSE c.edited_at END,
              last_version = c.last_version + (edit.is_new_text AND NOT edit.is_merged)::int,
              version = CASE WHEN edit.is_new_text AND NOT edit.is_merged THEN c.last_version + 1 ELSE c.version END,
              revision = c.revision + 1,
              updated_at = now()
            FROM edit WHERE c.id = edit.id
            RETURNING c.version
          ),
          merged AS (
            UPDATE content_versions v SET title = edit.new_title, body = edit.new_body, updated_at = now(),
              is_edited = edit.was_edited OR edit.is_new_body
            FROM edit, content
            WHERE edit.is_new_text AND edit.is_merged AND v.content_id = edit.id AND v.number = content.version
          )
          INSERT INTO content_versions (content_id, number, title, body, origin, is_edited, user_id, generation_id,
            attempt, provider, model, prompt)
          SELECT edit.id, content.version, edit.new_title, edit.new_body, 'edited', edit.was_edited OR edit.is_new_body,
            ${userId}::uuid, edit.generation_id, edit.attempt, edit.provider, edit.model, edit.prompt
          FROM edit, content WHERE edit.is_new_text AND NOT edit.is_merged`.execute(trx);
        return true;
      }),

    /** @returns the id of its latest generation, or undefined when there was nothing to delete */
    async softDelete(userId: string, id: string): Promise<{ generationId: string | null } | undefined> {
      return await db
        .updateTable('contents')
        .set({ deleted_at: sql<Date>`now()` })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('deleted_at', 'is', null)
        .returning('generation_id as generationId')
        .executeTakeFirst();
    },

    /** Undoes a deletion; does nothing to a content that is not deleted. @returns false when there is no such content, or it is erased */
    async restore(userId: string, id: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('contents')
        .set({ deleted_at: null })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('erased_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
  };
}

/** A tsquery for `title_words`: each word, perhaps only begun, behind its owner. Signs between words part them. */
function titleSearch(userId: string, q: string): string {
  const owner = userId.replaceAll('-', '');
  const words = q.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [''];
  return words.map((word) => `'${owner}${word}':*`).join(' & ');
}
