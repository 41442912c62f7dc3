import { sql, type Transaction } from 'kysely';
import { type Database, type Db, livingBranches } from '#platform/db';

/** What is there to be erased: generations that have not ended; undefined when there is no such content. */
export interface Erasable {
  isDeleted: boolean;
  unfinished: string[];
}

export type EraseRepository = ReturnType<typeof createEraseRepository>;

/**
 * Takes the words of a deleted content away for good. Its rows stay, without words: they carry what was paid, keep a
 * batch from asking for its row again, and answer a request that is repeated.
 */
export function createEraseRepository(db: Db) {
  return {
    async find(userId: string, id: string): Promise<Erasable | undefined> {
      const { rows } = await sql<Erasable>`
        SELECT c.deleted_at IS NOT NULL AS "isDeleted", ARRAY(
          SELECT g.id FROM generations g WHERE g.content_id = c.id AND g.status IN ('pending', 'processing')
        )::text[] AS unfinished
        FROM contents c WHERE c.id = ${id} AND c.user_id = ${userId} AND c.erased_at IS NULL`.execute(db);
      return rows[0];
    },

    /**
     * Everything or nothing. A content that was branched from it keeps what it shows: pictures, and what the take that
     * it came from was asked with. That goes when the last such branch is erased.
     * @returns false when it is not deleted any more, is erased already, or a generation of it has not ended
     */
    erase: (userId: string, id: string): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        const generations = await hold(trx, userId, id);
        if (!generations) return false;
        await sql`
          UPDATE contents SET erased_at = now(), title = '', prompt = '', body = '', version = 0, last_version = 0,
            pending_version = NULL
          WHERE id = ${id}`.execute(trx);
        await sql`DELETE FROM content_versions WHERE content_id = ${id}`.execute(trx);
        const erased = await scrub(trx, generations);
        await forgetImages(trx, userId, id, erased);
        return true;
      }),
  };
}

/**
 * Holds the content, its generations, and those it was branched from. Generations first, in the order of their ids, as
 * everything does that ends them; two branches of one content that are erased at once so wait for each other.
 * @returns the generations; undefined when the content cannot be erased
 */
async function hold(trx: Transaction<Database>, userId: string, id: string): Promise<string[] | undefined> {
  const { rows: generations } = await sql<{ id: string }>`
    SELECT id FROM generations WHERE user_id = ${userId} AND id IN (
      SELECT id FROM generations WHERE content_id = ${id}
      UNION SELECT generation_id FROM content_versions WHERE content_id = ${id})
    ORDER BY id FOR NO KEY UPDATE`.execute(trx);
  const { rows: contents } = await sql`
    SELECT FROM contents
    WHERE id = ${id} AND user_id = ${userId} AND deleted_at IS NOT NULL AND erased_at IS NULL FOR UPDATE`.execute(trx);
  if (contents.length === 0) return undefined;
  // From here on none is added: asking again needs a content that is not deleted. One that was added while we waited for
  // the locks, of a content that was restored and deleted again meanwhile, is not ours to change.
  const ids = generations.map((generation) => generation.id);
  const { rows: inTheWay } = await sql`
    SELECT FROM generations
    WHERE content_id = ${id} AND (status IN ('pending', 'processing') OR id <> ALL (${ids}::uuid[]))`.execute(trx);
  return inTheWay.length === 0 ? ids : undefined;
}

/**
 * Takes the words out of those of the generations whose content is erased, and of their takes and run logs. The end of
 * a log stays, so that nobody who follows it waits for one.
 * @returns which, with the images that their logs named
 */
async function scrub(trx: Transaction<Database>, generations: string[]): Promise<{ ids: string[]; images: string[] }> {
  const { rows } = await sql<{ id: string }>`
    UPDATE generations g SET title = '', prompt = '', output = NULL, failure_reason = NULL,
      input = CASE WHEN EXISTS (SELECT FROM ${livingBranches} b WHERE b.generation_id = g.id) THEN g.input END
    FROM contents c
    WHERE g.id = ANY (${generations}::uuid[]) AND c.id = g.content_id AND c.erased_at IS NOT NULL
    RETURNING g.id`.execute(trx);
  const ids = rows.map(({ id }) => id);
  const isBranched = (take: string) => sql`EXISTS (
    SELECT FROM ${livingBranches} b
    WHERE (b.generation_id, b.attempt) = (${sql.ref(take)}.generation_id, ${sql.ref(take)}.attempt))`;
  await sql`
    UPDATE generation_attempts a SET reason = NULL, parameters = CASE WHEN ${isBranched('a')} THEN a.parameters END
    WHERE a.generation_id = ANY (${ids}::uuid[])`.execute(trx);
  const { rows: logged } = await sql<{ image: string | null }>`
    DELETE FROM generation_events e
    WHERE e.generation_id = ANY (${ids}::uuid[]) AND e.type NOT IN ('completed', 'failed', 'cancelled')
      AND NOT (e.type = 'image' AND ${isBranched('e')})
    RETURNING e.data ->> 'mediaId' AS image`.execute(trx);
  await sql`
    UPDATE generation_events SET text = '', text_offset = 0,
      data = CASE type WHEN 'failed' THEN jsonb_build_object('code', data ->> 'code', 'reason', '') END
    WHERE generation_id = ANY (${ids}::uuid[]) AND type IN ('completed', 'failed', 'cancelled')`.execute(trx);
  return { ids, images: logged.flatMap(({ image }) => image ?? []) };
}

/**
 * Lets go of what it used. Generated images that nothing uses any more go at once, since their descriptions quote the
 * prompt; uploaded ones, and all files, with the sweep of the media.
 */
async function forgetImages(
  trx: Transaction<Database>,
  userId: string,
  id: string,
  erased: { ids: string[]; images: string[] },
): Promise<void> {
  const itsUses = sql`media_uses u WHERE u.content_id = ${id} OR (
    u.generation_id = ANY (${erased.ids}::uuid[])
    AND NOT EXISTS (SELECT FROM ${livingBranches} b WHERE b.generation_id = u.generation_id))`;
  const { rows: used } = await sql<{ media_id: string }>`SELECT u.media_id FROM ${itsUses}`.execute(trx);
  const images = [...erased.images, ...used.map((use) => use.media_id)];
  // The images before their uses, as whoever deletes an image does, and the lock before the look: whoever adds a use
  // waits for us, or we see the use.
  await sql`
    SELECT FROM media WHERE id = ANY (${images}::uuid[]) AND user_id = ${userId} ORDER BY id FOR UPDATE`.execute(trx);
  await sql`DELETE FROM ${itsUses}`.execute(trx);
  await sql`
    DELETE FROM media m
    WHERE m.id = ANY (${images}::uuid[]) AND m.user_id = ${userId} AND m.origin = 'generated'
      AND NOT EXISTS (SELECT FROM media_uses u WHERE u.media_id = m.id)`.execute(trx);
}
