import type { ContentType, TakeParameters, VersionOrigin } from '@octavo/contracts';
import { sql, type Transaction } from 'kysely';
import type { Database, Db } from '#platform/db';

export interface VersionRow {
  content_id: string;
  content_type: ContentType;
  number: number;
  title: string;
  hash: Buffer;
  origin: VersionOrigin;
  is_current: boolean;
  is_edited: boolean;
  user_id: string | null;
  generation_id: string | null;
  attempt: number | null;
  provider: string | null;
  model: string | null;
  source_content_id: string | null;
  source_number: number | null;
  created_at: Date;
  updated_at: Date;
}

export interface VersionTextRow extends VersionRow {
  body: string;
  prompt: string | null;
  parameters: TakeParameters | null;
}

export type VersionRepository = ReturnType<typeof createVersionRepository>;

/**
 * What people do with versions. Each change of a content's text makes its version in the same statement; versions that
 * takes make are in `platform/db/keep-words.ts`, those that edits make in `features/content`.
 */
export function createVersionRepository(db: Db) {
  /**
   * Holds a user's content that is not deleted while its text changes: the statements after it see whatever was
   * written last, so that two changes never take the same number.
   */
  async function hold(
    trx: Transaction<Database>,
    userId: string,
    contentId: string,
  ): Promise<{ version: number } | undefined> {
    const { rows } = await sql<{ version: number }>`
      SELECT version FROM contents
      WHERE id = ${contentId} AND user_id = ${userId} AND deleted_at IS NULL FOR NO KEY UPDATE`.execute(trx);
    return rows[0];
  }

  const versions = (userId: string, contentId: string) =>
    db
      .selectFrom('content_versions as v')
      .innerJoin('contents as c', 'c.id', 'v.content_id')
      .where('c.id', '=', contentId)
      .where('c.user_id', '=', userId)
      .where('c.deleted_at', 'is', null)
      .select([
        'v.content_id',
        'c.content_type',
        'v.number',
        'v.title',
        'v.hash',
        'v.origin',
        'v.is_edited',
        'v.user_id',
        'v.generation_id',
        'v.attempt',
        'v.provider',
        'v.model',
        'v.source_content_id',
        'v.source_number',
        'v.created_at',
        'v.updated_at',
      ])
      .select((eb) => eb('c.version', '=', eb.ref('v.number')).$castTo<boolean>().as('is_current'));

  return {
    /** How many there are. @returns undefined when there is no such content */
    async count(userId: string, contentId: string): Promise<number | undefined> {
      const row = await db
        .selectFrom('contents')
        .select('last_version')
        .where('id', '=', contentId)
        .where('user_id', '=', userId)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      return row?.last_version;
    },

    /** Newest first, without their texts. Asks for one row more than `limit`, so that it shows whether there is more. */
    list(userId: string, contentId: string, before: number | undefined, limit: number): Promise<VersionRow[]> {
      let rows = versions(userId, contentId)
        .orderBy('v.number', 'desc')
        .limit(limit + 1);
      if (before !== undefined) rows = rows.where('v.number', '<', before);
      return rows.execute();
    },

    find: (userId: string, contentId: string, number: number): Promise<VersionTextRow | undefined> =>
      versions(userId, contentId)
        .leftJoin('generation_attempts as a', (join) =>
          join.onRef('a.generation_id', '=', 'v.generation_id').onRef('a.attempt', '=', 'v.attempt'),
        )
        .where('v.number', '=', number)
        .select(['v.body', 'v.prompt', 'a.parameters'])
        .executeTakeFirst(),

    /** Images that the takes of these versions made, in the order in which they came. */
    async imageIds(contentId: string, numbers: number[]): Promise<Map<number, string[]>> {
      const { rows } = await sql<{ number: number; images: string[] }>`
        SELECT v.number, array_agg(e.data ->> 'mediaId' ORDER BY e.seq) AS images
        FROM content_versions v
        JOIN generation_events e ON e.generation_id = v.generation_id AND e.attempt = v.attempt AND e.type = 'image'
        WHERE v.content_id = ${contentId} AND v.number = ANY (${numbers}::int[]) GROUP BY v.number`.execute(db);
      return new Map(rows.map((row) => [row.number, row.images]));
    },

    /**
     * Makes the text of an earlier version the current one, as a version of its own. The current version is left alone.
     * @returns false when there is no such version
     */
    restore: (userId: string, contentId: string, number: number): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        const held = await hold(trx, userId, contentId);
        if (!held) return false;
        if (held.version === number) return true;
        const { rows } = await sql`
          WITH source AS (
            SELECT * FROM content_versions WHERE content_id = ${contentId} AND number = ${number}
          ),
          content AS (
            UPDATE contents c SET title = source.title, body = source.body, version = c.last_version + 1,
              last_version = c.last_version + 1, pending_version = NULL, revision = c.revision + 1, edited_at = now(),
              updated_at = now()
            FROM source WHERE c.id = source.content_id
            RETURNING c.version
          )
          INSERT INTO content_versions (content_id, number, title, body, origin, is_edited, user_id, generation_id,
            attempt, provider, model, prompt, source_content_id, source_number)
          SELECT content_id, content.version, title, body, 'restored', is_edited, ${userId}::uuid, generation_id,
            attempt, provider, model, prompt, content_id, number
          FROM source, content
          RETURNING number`.execute(trx);
        return rows.length === 1;
      }),

    /**
     * A new content whose first version is this one. It uses the images of this one as well.
     * @returns false when there is no such version
     */
    async branch(userId: string, contentId: string, number: number, newId: string): Promise<boolean> {
      const { rows } = await sql`
        WITH source AS (
          SELECT v.*, c.content_type, coalesce(v.prompt, c.prompt) AS content_prompt FROM content_versions v
          JOIN contents c ON c.id = v.content_id
          WHERE c.id = ${contentId} AND c.user_id = ${userId} AND c.deleted_at IS NULL AND v.number = ${number}
          -- Erasing it waits, and then leaves what the branch shows.
          FOR SHARE OF c
        ),
        content AS (
          INSERT INTO contents (id, user_id, title, content_type, prompt, body, version, last_version, edited_at)
          SELECT ${newId}::uuid, ${userId}::uuid, title, content_type, content_prompt, body, 1, 1, now() FROM source
        ),
        uses AS (
          INSERT INTO media_uses (media_id, content_id)
          SELECT DISTINCT m.id, ${newId}::uuid FROM source
          JOIN generation_events e ON e.generation_id = source.generation_id AND e.attempt = source.attempt
            AND e.type = 'image'
          JOIN media m ON m.id = (e.data ->> 'mediaId')::uuid
          WHERE source.content_type = 'image'
        )
        INSERT INTO content_versions (content_id, number, title, body, origin, is_edited, user_id, generation_id,
          attempt, provider, model, prompt, source_content_id, source_number)
        SELECT ${newId}::uuid, 1, title, body, 'branched', is_edited, ${userId}::uuid, generation_id, attempt, provider,
          model, prompt, content_id, number
        FROM source
        RETURNING number`.execute(db);
      return rows.length === 1;
    },

    /** The text stays as it is, and the newer take waits no longer. @returns false when there is no such content */
    async dismiss(userId: string, contentId: string, number: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('contents')
        .set({
          pending_version: sql<null>`nullif(pending_version, ${number}::int)`,
        })
        .where('id', '=', contentId)
        .where('user_id', '=', userId)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** Whose content a take belongs to. */
    contentOf: (userId: string, generationId: string) =>
      db
        .selectFrom('generations')
        .select('content_id')
        .where('id', '=', generationId)
        .where('user_id', '=', userId)
        .executeTakeFirst(),

    /**
     * Makes the words of a take that did not count the current text, as a version of its own. The second time in a row
     * it changes nothing.
     * @returns false when there is no such take, it still runs, has completed, or has no words
     */
    accept: (userId: string, contentId: string, take: { generationId: string; attempt: number }): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        const held = await hold(trx, userId, contentId);
        if (!held) return false;
        const { generationId, attempt } = take;
        const accepted = await trx
          .selectFrom('content_versions')
          .select('number')
          .where('content_id', '=', contentId)
          .where('number', '=', held.version)
          .where('origin', '=', 'accepted')
          .where('generation_id', '=', generationId)
          .where('attempt', '=', attempt)
          .executeTakeFirst();
        if (accepted) return true;
        const { rows } = await sql`
          WITH take AS (
            SELECT g.content_id, g.prompt, a.provider, a.model, (
              SELECT string_agg(text, '' ORDER BY seq) FROM generation_events e
              WHERE e.generation_id = a.generation_id AND e.attempt = a.attempt AND e.type = 'delta'
            ) AS text
            FROM generation_attempts a JOIN generations g ON g.id = a.generation_id
            WHERE a.generation_id = ${generationId} AND a.attempt = ${attempt} AND g.content_id = ${contentId}
              AND a.outcome NOT IN ('running', 'completed')
          ),
          content AS (
            UPDATE contents c SET body = take.text, version = c.last_version + 1, last_version = c.last_version + 1,
              pending_version = NULL, revision = c.revision + 1, edited_at = now(), updated_at = now()
            FROM take WHERE c.id = take.content_id AND take.text <> ''
            RETURNING c.version, c.title
          )
          INSERT INTO content_versions
            (content_id, number, title, body, origin, user_id, generation_id, attempt, provider, model, prompt)
          SELECT content_id, content.version, content.title, text, 'accepted', ${userId}::uuid, ${generationId}::uuid,
            ${attempt}::int, provider, model, prompt
          FROM take, content
          RETURNING number`.execute(trx);
        return rows.length === 1;
      }),
  };
}
