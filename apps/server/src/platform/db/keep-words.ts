import { sql } from 'kysely';

/** The latest generation of content `c` has ended, and nobody has decided on the text since it was asked for. */
const becomesCurrent = sql`(c.generation_id = ended.id AND c.edited_at IS NULL)`;

/**
 * Keeps what generations that have just ended wrote, in the statement that ends them: CTEs that follow one named
 * `ended (id, user_id, content_id, status, prompt, output, words_attempt)`.
 *
 * Every completed take becomes a version of its content, and its text unless a person has decided on that meanwhile;
 * then it waits (`pending_version`). A take is text and no title. What a failed or cancelled one wrote becomes a
 * version only where there was no text at all; otherwise it stays in the run log, where it can be read and accepted.
 * Numbers come from the content's row, which is locked by then, so that two ends never take the same.
 */
export const keepWords = sql`
  content AS (
    UPDATE contents c SET
      body = CASE WHEN ${becomesCurrent} THEN ended.output ELSE c.body END,
      last_version = c.last_version + 1,
      version = CASE WHEN ${becomesCurrent} THEN c.last_version + 1 ELSE c.version END,
      pending_version = CASE WHEN ${becomesCurrent} THEN NULL ELSE c.last_version + 1 END,
      revision = c.revision + ${becomesCurrent}::int,
      updated_at = CASE WHEN ${becomesCurrent} THEN now() ELSE c.updated_at END
    FROM ended
    WHERE c.id = ended.content_id AND (
      ended.status = 'completed'
      OR (ended.status IN ('failed', 'cancelled') AND ended.output <> '' AND c.body = '' AND ${becomesCurrent})
    )
    RETURNING c.id, c.title, c.last_version, ended.output, ended.user_id, ended.prompt, ended.id AS generation_id,
      ended.words_attempt
  ),
  version AS (
    INSERT INTO content_versions
      (content_id, number, title, body, origin, user_id, generation_id, attempt, provider, model, prompt)
    SELECT content.id, content.last_version, content.title, content.output, 'generated', content.user_id,
      content.generation_id, content.words_attempt, a.provider, a.model, content.prompt
    FROM content LEFT JOIN generation_attempts a
      ON a.generation_id = content.generation_id AND a.attempt = content.words_attempt
  )`;

/** The latest take of generation `g` that had some words. */
export const latestAttemptWithWords = sql`(
  SELECT max(attempt) FROM generation_events l WHERE l.generation_id = g.id AND l.type = 'delta')`;

/** The words of that take; the empty string when none had. */
export const latestWords = sql`coalesce((
  SELECT string_agg(text, '' ORDER BY seq) FROM generation_events e
  WHERE e.generation_id = g.id AND e.type = 'delta' AND e.attempt = ${latestAttemptWithWords}
), '')`;
