import pg from 'pg';

export interface Verdict {
  accepted: number;
  completed: number;
  failed: number;
  cancelled: number;
  takes: number;
  /** What should not be: none is right. */
  faults: string[];
}

/** Looks into the database when all is over: every accepted job has ended exactly once, and no word is lost or doubled. */
export async function verify(databaseUrl: string, accepted: string[]): Promise<Verdict> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{
      id: string;
      status: string;
      attempt: number;
      output: string | null;
      ends: number;
      words: string | null;
      body: string;
    }>(
      `SELECT g.id, g.status, g.attempt, g.output, c.body,
         (SELECT count(*)::int FROM generation_events e WHERE e.generation_id = g.id AND e.type IN ('completed', 'failed', 'cancelled')) AS ends,
         (SELECT string_agg(e.text, '' ORDER BY e.seq) FROM generation_events e
          WHERE e.generation_id = g.id AND e.attempt = g.attempt AND e.type = 'delta') AS words
       FROM generations g JOIN contents c ON c.id = g.content_id`,
    );
    const faults: string[] = [];
    const known = new Map(rows.map((row) => [row.id, row]));
    for (const id of accepted) if (!known.has(id)) faults.push(`${id} was accepted and is gone`);
    if (rows.length !== accepted.length) faults.push(`${rows.length} generations for ${accepted.length} accepted jobs`);
    for (const row of rows) {
      if (!['completed', 'failed', 'cancelled'].includes(row.status)) faults.push(`${row.id} is still ${row.status}`);
      if (row.ends !== 1) faults.push(`${row.id} has ${row.ends} ends`);
      if (row.status === 'completed' && row.output !== row.words)
        faults.push(`${row.id}: the log does not add up to the output`);
      if (row.status === 'completed' && row.output !== row.body)
        faults.push(`${row.id}: the content is not the output`);
    }
    const strays = await client.query<{ id: string }>(
      `SELECT c.id FROM contents c LEFT JOIN content_versions v ON v.content_id = c.id AND v.number = c.version
       WHERE (c.version > 0 AND (v.body, v.title) IS DISTINCT FROM (c.body, c.title)) OR (c.version = 0 AND c.body <> '')
         OR c.last_version <> (SELECT count(*) FROM content_versions n WHERE n.content_id = c.id)`,
    );
    for (const { id } of strays.rows) faults.push(`content ${id}: its text is not its current version`);
    // In JavaScript, because offsets count UTF-16 units and PostgreSQL counts characters.
    const deltas = await client.query<{ take: string; text_offset: number; text: string }>(
      `SELECT generation_id || '/' || attempt AS take, text_offset, text FROM generation_events
       WHERE type = 'delta' ORDER BY generation_id, attempt, seq`,
    );
    const lengths = new Map<string, number>();
    for (const { take, text_offset: offset, text } of deltas.rows) {
      if (offset !== (lengths.get(take) ?? 0)) faults.push(`${take}: the log jumps to ${offset}`);
      lengths.set(take, offset + text.length);
    }
    const of = (status: string): number => rows.filter((row) => row.status === status).length;
    return {
      accepted: accepted.length,
      completed: of('completed'),
      failed: of('failed'),
      cancelled: of('cancelled'),
      takes: rows.reduce((sum, row) => sum + row.attempt, 0),
      faults,
    };
  } finally {
    await client.end();
  }
}
