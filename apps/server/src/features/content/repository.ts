import type {
  ContentListQuery,
  ContentType,
  GenerationStatus,
  PublicationStatus,
  UpdateContentBody,
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
  generation_id: string | null;
  generation_status: GenerationStatus | null;
  failure_reason: string | null;
  created_at: Date;
  updated_at: Date;
}

export type ContentRepository = ReturnType<typeof createContentRepository>;

export function createContentRepository(db: Db) {
  /** A user's contents that are not deleted, each with the state of its latest generation. */
  const contents = (userId: string) =>
    db
      .selectFrom('contents as c')
      .leftJoin('generations as g', 'g.id', 'c.generation_id')
      .where('c.user_id', '=', userId)
      .where('c.deleted_at', 'is', null);

  const columns = [
    'c.id',
    'c.user_id',
    'c.title',
    'c.content_type',
    'c.prompt',
    'c.body',
    'c.status',
    'c.version',
    'c.generation_id',
    'g.status as generation_status',
    'g.failure_reason',
    'c.created_at',
    'c.updated_at',
  ] as const;

  function filtered(userId: string, query: ContentListQuery) {
    let rows = contents(userId);
    if (query.contentType) rows = rows.where('c.content_type', '=', query.contentType);
    if (query.status) rows = rows.where('c.status', '=', query.status);
    if (query.generationStatus) rows = rows.where('g.status', '=', query.generationStatus);
    const { batchId } = query;
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
    contents(userId).where('c.id', '=', id).select(columns).executeTakeFirst();

  return {
    find,

    /** Newest first. Asks for one row more than `limit`, so that the caller knows whether there is more. */
    list(userId: string, query: ContentListQuery, page: number, limit: number): Promise<ContentRow[]> {
      let rows = filtered(userId, query)
        .select(columns)
        .orderBy('c.id', 'desc')
        .limit(limit + 1);
      rows = query.cursor ? rows.where('c.id', '<', query.cursor) : rows.offset((page - 1) * limit);
      return rows.execute();
    },

    /** Images that the latest generations of these contents have made, in the order in which they came. */
    async imageIds(ids: string[]): Promise<Map<string, string[]>> {
      const { rows } = await sql<{ id: string; images: string[] }>`
        SELECT c.id, array_agg(e.data ->> 'mediaId' ORDER BY e.seq) AS images
        FROM contents c
        JOIN generations g ON g.id = c.generation_id
        JOIN generation_events e ON e.generation_id = g.id AND e.attempt = g.attempt AND e.type = 'image'
        WHERE c.id = ANY (${ids}::uuid[]) GROUP BY c.id`.execute(db);
      return new Map(rows.map((row) => [row.id, row.images]));
    },

    async count(userId: string, query: ContentListQuery): Promise<number> {
      const { total } = await filtered(userId, query)
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
      await db
        .insertInto('contents')
        .values({
          id: content.id,
          user_id: content.userId,
          title: content.title,
          content_type: content.contentType,
          prompt: content.prompt,
          body: content.body,
          status: content.status,
          edited_at: sql<Date>`now()`,
        })
        .execute();
    },

    /** @returns false when there is no such content, or `change.version` is not its version */
    async update(userId: string, id: string, change: UpdateContentBody): Promise<boolean> {
      let update = db
        .updateTable('contents')
        .set({ version: sql<number>`version + 1`, updated_at: sql<Date>`now()` })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('deleted_at', 'is', null);
      if (change.title !== undefined) update = update.set({ title: change.title });
      if (change.status !== undefined) update = update.set({ status: change.status });
      if (change.generatedText !== undefined) {
        update = update.set({ body: change.generatedText, edited_at: sql<Date>`now()` });
      }
      if (change.version !== undefined) update = update.where('version', '=', change.version);
      const { numUpdatedRows } = await update.executeTakeFirst();
      return numUpdatedRows === 1n;
    },

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

    /** Undoes a deletion; does nothing to a content that is not deleted. @returns false when there is no such content */
    async restore(userId: string, id: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('contents')
        .set({ deleted_at: null })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
  };
}
