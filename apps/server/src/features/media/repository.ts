import type { MediaListQuery, MediaOrigin, MediaType } from '@octavo/contracts';
import { sql } from 'kysely';
import type { Db } from '#platform/db';

export interface MediaRow {
  id: string;
  file_id: string;
  sha256: Buffer;
  origin: MediaOrigin;
  media_type: MediaType;
  width: number;
  height: number;
  bytes: number;
  alt: string;
  created_at: Date;
}

/** What uses an image: one of the two. */
export type MediaUser = { generationId: string } | { contentId: string };

export type MediaRepository = ReturnType<typeof createMediaRepository>;

export function createMediaRepository(db: Db) {
  const media = () => db.selectFrom('media as m').innerJoin('media_files as f', 'f.id', 'm.file_id');

  const columns = [
    'm.id',
    'm.file_id',
    'f.sha256',
    'm.origin',
    'f.media_type',
    'f.width',
    'f.height',
    'f.bytes',
    'm.alt',
    'm.created_at',
  ] as const;

  return {
    find: (userId: string, id: string): Promise<MediaRow | undefined> =>
      media().where('m.user_id', '=', userId).where('m.id', '=', id).select(columns).executeTakeFirst(),

    /** In the order of the ids; what the user does not have is left out. */
    async findMany(userId: string, ids: string[]): Promise<MediaRow[]> {
      if (ids.length === 0) return [];
      const rows = await media().where('m.user_id', '=', userId).where('m.id', 'in', ids).select(columns).execute();
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    },

    /** For a signed address: whoever made the signature has checked the owner. */
    findForAnyone: (id: string): Promise<MediaRow | undefined> =>
      media().where('m.id', '=', id).select(columns).executeTakeFirst(),

    /** Newest first; one row more than `limit`, so that the caller knows whether there is more. */
    list(userId: string, query: MediaListQuery, limit: number): Promise<MediaRow[]> {
      let rows = media()
        .where('m.user_id', '=', userId)
        .select(columns)
        .orderBy('m.id', 'desc')
        .limit(limit + 1);
      if (query.origin) rows = rows.where('m.origin', '=', query.origin);
      if (query.cursor) rows = rows.where('m.id', '<', query.cursor);
      return rows.execute();
    },

    async setAlt(userId: string, id: string, alt: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('media')
        .set({ alt })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /**
     * The living file with this content, made when there is none. Its bytes must be written after this and before
     * `insert`; from here on the sweep leaves it alone for a while.
     * @returns its id
     */
    async claimFile(file: {
      id: string;
      sha256: Buffer;
      mediaType: MediaType;
      width: number;
      height: number;
      bytes: number;
    }): Promise<string> {
      const { rows } = await sql<{ id: string }>`
        INSERT INTO media_files (id, sha256, media_type, width, height, bytes)
        VALUES (${file.id}, ${file.sha256}, ${file.mediaType}, ${file.width}, ${file.height}, ${file.bytes})
        ON CONFLICT (sha256) WHERE removed_at IS NULL DO UPDATE SET claimed_at = now()
        RETURNING id`.execute(db);
      const [row] = rows;
      if (!row) throw new Error('a claimed file has no row');
      return row.id;
    },

    /**
     * Gives the file to a user. The lock keeps the sweep from taking the file between the look and the insert.
     * @returns false when the sweep was faster: the file must be claimed and written again
     */
    async insert(row: {
      id: string;
      userId: string;
      fileId: string;
      origin: MediaOrigin;
      alt: string;
    }): Promise<boolean> {
      const { numAffectedRows } = await sql`
        INSERT INTO media (id, user_id, file_id, origin, alt)
        SELECT ${row.id}::uuid, ${row.userId}::uuid, f.id, ${row.origin}, ${row.alt}
        FROM (
          SELECT id FROM media_files WHERE id = ${row.fileId} AND removed_at IS NULL FOR KEY SHARE
        ) f`.execute(db);
      return numAffectedRows === 1n;
    },

    /**
     * Notes that something uses these images of the user; a second time changes nothing. The lock keeps them from
     * being deleted meanwhile.
     * @returns how many of them the user has
     */
    async addUses(userId: string, mediaIds: string[], user: MediaUser, on: Db = db): Promise<number> {
      const generationId = 'generationId' in user ? user.generationId : null;
      const contentId = 'contentId' in user ? user.contentId : null;
      const { rows } = await sql<{ found: number }>`
        WITH mine AS (
          SELECT id FROM media WHERE id = ANY(${mediaIds}::uuid[]) AND user_id = ${userId} FOR KEY SHARE
        ), used AS (
          INSERT INTO media_uses (media_id, generation_id, content_id)
          SELECT id, ${generationId}::uuid, ${contentId}::uuid FROM mine
          ON CONFLICT DO NOTHING
        )
        SELECT count(*)::int AS found FROM mine`.execute(on);
      return rows[0]?.found ?? 0;
    },

    /**
     * Deletes an image that nothing uses. Uses by deleted contents do not count: their owner has let go of them.
     * @returns the title of what uses it, or that it is deleted, or that there is none
     */
    delete(userId: string, id: string): Promise<{ outcome: 'deleted' | 'missing' } | { outcome: 'used'; by: string }> {
      return db.transaction().execute(async (trx) => {
        // First the lock, then the look: whoever adds a use waits for us, or we see the use.
        const mine = await sql`
          SELECT id FROM media WHERE id = ${id} AND user_id = ${userId} FOR UPDATE`.execute(trx);
        if (mine.rows.length === 0) return { outcome: 'missing' };
        const { rows } = await sql<{ title: string }>`
          SELECT c.title FROM media_uses u
          LEFT JOIN generations g ON g.id = u.generation_id
          JOIN contents c ON c.id = coalesce(u.content_id, g.content_id)
          WHERE u.media_id = ${id} AND c.deleted_at IS NULL LIMIT 1`.execute(trx);
        if (rows[0]) return { outcome: 'used', by: rows[0].title };
        await sql`DELETE FROM media WHERE id = ${id}`.execute(trx);
        return { outcome: 'deleted' };
      });
    },

    /**
     * Deletes images older than `unusedForMs` that nothing uses.
     * @returns how many; less than `limit` means that no more are left
     */
    deleteUnused(unusedForMs: number, limit: number): Promise<number> {
      return db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ id: string }>`
          SELECT id FROM media m
          WHERE created_at <= now() - ${unusedForMs}::float8 * interval '1 millisecond'
            AND NOT EXISTS (SELECT FROM media_uses u WHERE u.media_id = m.id)
          ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED`.execute(trx);
        // The second look sees uses that were committed before our locks.
        await sql`
          DELETE FROM media m WHERE id = ANY(${rows.map(({ id }) => id)}::uuid[])
            AND NOT EXISTS (SELECT FROM media_uses u WHERE u.media_id = m.id)`.execute(trx);
        return rows.length;
      });
    },

    /** Marks files that no image points at and that nobody has claimed for `claimedForMs`: from now on they are gone. */
    markOrphanedFiles(claimedForMs: number, limit: number): Promise<number> {
      return db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ id: string }>`
          SELECT id FROM media_files f
          WHERE removed_at IS NULL AND claimed_at <= now() - ${claimedForMs}::float8 * interval '1 millisecond'
            AND NOT EXISTS (SELECT FROM media m WHERE m.file_id = f.id)
          LIMIT ${limit} FOR UPDATE SKIP LOCKED`.execute(trx);
        await sql`
          UPDATE media_files f SET removed_at = now() WHERE id = ANY(${rows.map(({ id }) => id)}::uuid[])
            AND NOT EXISTS (SELECT FROM media m WHERE m.file_id = f.id)`.execute(trx);
        return rows.length;
      });
    },

    markedFiles: (limit: number): Promise<Array<{ id: string; sha256: Buffer }>> =>
      db
        .selectFrom('media_files')
        .select(['id', 'sha256'])
        .where('removed_at', 'is not', null)
        .orderBy('removed_at')
        .limit(limit)
        .execute(),

    /** Call it once the bytes are gone. */
    async forgetFile(id: string): Promise<void> {
      await db.deleteFrom('media_files').where('id', '=', id).where('removed_at', 'is not', null).execute();
    },
  };
}
