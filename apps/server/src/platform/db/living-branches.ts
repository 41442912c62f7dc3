import { sql } from 'kysely';

/**
 * The takes (`generation_id`, `attempt`) that a content which is not erased was branched from. What they drew and were
 * asked with is that content's too, whatever becomes of the one they were made for.
 */
export const livingBranches = sql`(
  SELECT v.generation_id, v.attempt FROM content_versions v JOIN contents c ON c.id = v.content_id
  WHERE v.origin = 'branched' AND v.generation_id IS NOT NULL AND c.erased_at IS NULL)`;
