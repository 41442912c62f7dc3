import { sql } from 'kysely';
import { type Db, livingBranches } from '#platform/db';
import { type TableName, tableNames } from './format.ts';

export type PortabilityRepository = ReturnType<typeof createPortabilityRepository>;

/** Secrets and hashes of secrets are of no use elsewhere; the account itself is the profile. */
const neverExported = new Set([
  'users',
  'refresh_tokens',
  'codes',
  'totp_secrets',
  'recovery_codes',
  'passkey_challenges',
  'media',
]);
/** Parts of a row that are secrets. */
const secretColumns = ['key_hash', 'public_key', 'fingerprint'];
const batch = 200;

/** How the rows of a table belong to a user: by themselves, or through what they are part of. */
type Owner = 'user_id' | 'content_id' | 'generation_id' | 'media_id' | 'batch_id';

/** Of those that have several such columns, the one that is never empty and tells what was erased. */
const ownerOf: Record<string, Owner> = {
  generation_attempts: 'generation_id',
  media_uses: 'media_id',
  content_versions: 'content_id',
  batch_rows: 'batch_id',
};

export function createPortabilityRepository(db: Db) {
  return {
    /** One look at everything: what changes meanwhile is not seen. */
    snapshot: <T>(work: (reader: ReturnType<typeof createReader>) => Promise<T>): Promise<T> =>
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(async (trx) => {
          // Images are read in between.
          await sql`SET LOCAL idle_in_transaction_session_timeout = '10min'`.execute(trx);
          return work(createReader(trx));
        }),

    /** All of it or nothing. @returns false when the rows do not fit together */
    async write(work: (writer: ReturnType<typeof createWriter>) => Promise<void>): Promise<boolean> {
      try {
        await db.transaction().execute((trx) => work(createWriter(trx)));
        return true;
      } catch (error) {
        if (isDataError(error)) return false;
        throw error;
      }
    },
  };
}

/** SQLSTATE classes 22 (data exception) and 23 (integrity constraint violation). */
function isDataError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code));
}

function createReader(trx: Db) {
  async function* rowsOf(table: string, owner: Owner, userId: string): AsyncGenerator<Array<Record<string, unknown>>> {
    const cursor = sql.ref(`export_${table}`);
    await sql`
      DECLARE ${cursor} NO SCROLL CURSOR FOR
      SELECT to_jsonb(t) - ${secretColumns}::text[] AS row FROM ${sql.table(table)} t
      WHERE ${belongsTo(owner, userId)} AND ${isTold(table)}`.execute(trx);
    try {
      for (;;) {
        const { rows } = await sql<{ row: Record<string, unknown> }>`FETCH ${sql.lit(batch)} FROM ${cursor}`.execute(
          trx,
        );
        if (rows.length === 0) return;
        yield rows.map(({ row }) => row);
      }
    } finally {
      await sql`CLOSE ${cursor}`.execute(trx);
    }
  }

  return {
    async profile(userId: string): Promise<Record<string, unknown> | undefined> {
      const { rows } = await sql<{ row: Record<string, unknown> }>`
        SELECT to_jsonb(u) - 'password_hash' - 'factor_tries' - 'factor_tries_since' AS row
        FROM users u WHERE id = ${userId}`.execute(trx);
      return rows[0]?.row;
    },

    async media(userId: string): Promise<Array<{ id: string; origin: string; alt: string }>> {
      return trx
        .selectFrom('media')
        .select(['id', 'origin', 'alt'])
        .where('user_id', '=', userId)
        .orderBy('id')
        .execute();
    },

    /** Every table with rows of users, those that an import reads first. New tables are found by themselves. */
    async tables(): Promise<Array<{ name: string; owner: Owner; isKnown: boolean }>> {
      const { rows } = await sql<{ name: string; columns: string[] }>`
        SELECT table_name AS name, array_agg(column_name::text) AS columns FROM information_schema.columns
        WHERE table_schema = 'public' GROUP BY table_name ORDER BY table_name`.execute(trx);
      const owners: Owner[] = ['user_id', 'content_id', 'generation_id', 'media_id'];
      const found = rows.flatMap(({ name, columns }) => {
        if (neverExported.has(name)) return [];
        const owner = ownerOf[name] ?? owners.find((column) => columns.includes(column));
        return owner ? [{ name, owner, isKnown: (tableNames as string[]).includes(name) }] : [];
      });
      const rank = ({ name, isKnown }: (typeof found)[number]) =>
        isKnown ? tableNames.indexOf(name as TableName) : tableNames.length;
      return found.sort((a, b) => rank(a) - rank(b));
    },

    rowsOf,
  };
}

function belongsTo(owner: Owner, userId: string) {
  switch (owner) {
    case 'user_id':
      return sql`t.user_id = ${sql.lit(userId)}`;
    case 'content_id':
      return sql`t.content_id IN (SELECT id FROM contents WHERE user_id = ${sql.lit(userId)})`;
    case 'generation_id':
      return sql`t.generation_id IN (
        SELECT t.id FROM generations t WHERE t.user_id = ${sql.lit(userId)} AND ${isTold('generations')})`;
    case 'media_id':
      return sql`t.media_id IN (SELECT id FROM media WHERE user_id = ${sql.lit(userId)})`;
    case 'batch_id':
      return sql`t.batch_id IN (SELECT id FROM batches WHERE user_id = ${sql.lit(userId)})`;
  }
}

/** An erased content is not told of, nor are its generations: but for those that another one was branched from. */
function isTold(table: string) {
  switch (table) {
    case 'contents':
      return sql`(t.erased_at IS NULL OR EXISTS (
        SELECT FROM generations g JOIN ${livingBranches} b ON b.generation_id = g.id WHERE g.content_id = t.id))`;
    case 'generations':
      return sql`(EXISTS (SELECT FROM contents c WHERE c.id = t.content_id AND c.erased_at IS NULL)
        OR EXISTS (SELECT FROM ${livingBranches} b WHERE b.generation_id = t.id))`;
    default:
      return sql`true`;
  }
}

function createWriter(trx: Db) {
  return {
    /** Rows as they are in an export, with the ids of here; what the table's columns do not name is left out. */
    async insert(table: Exclude<TableName, 'media'>, rows: Array<Record<string, unknown>>): Promise<void> {
      if (rows.length === 0) return;
      const columns = sql.join(Object.keys(rows[0] ?? {}).map((column) => sql.ref(column)));
      await sql`
        INSERT INTO ${sql.table(table)} (${columns})
        SELECT ${columns} FROM jsonb_populate_recordset(NULL::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)`.execute(
        trx,
      );
    },

    /** The text of a content is its first version, as if it had just come from where it came from. */
    async beginHistories(contentIds: string[]): Promise<void> {
      await sql`
        WITH begun AS (
          UPDATE contents SET version = 1, last_version = 1
          WHERE id = ANY(${contentIds}::uuid[]) AND (body <> '' OR generation_id IS NULL) AND erased_at IS NULL
          RETURNING *
        )
        INSERT INTO content_versions (content_id, number, title, body, origin, is_edited, user_id, generation_id,
          attempt, provider, model, prompt, created_at, updated_at)
        SELECT begun.id, 1, begun.title, begun.body,
          CASE WHEN begun.generation_id IS NULL THEN 'written' WHEN begun.edited_at IS NULL THEN 'generated'
            ELSE 'edited' END,
          begun.generation_id IS NOT NULL AND begun.edited_at IS NOT NULL, begun.user_id, g.id, g.attempt, g.provider,
          g.model, g.prompt, begun.updated_at, begun.updated_at
        FROM begun LEFT JOIN generations g ON g.id = begun.generation_id`.execute(trx);
    },

    /** Whoever follows a generation waits for its end: those that have none in their log get one. */
    async endLogs(generationIds: string[]): Promise<void> {
      await sql`
        INSERT INTO generation_events (generation_id, attempt, seq, type, text_offset, data)
        SELECT g.id, g.attempt,
          coalesce((SELECT max(seq) + 1 FROM generation_events e WHERE e.generation_id = g.id AND e.attempt = g.attempt), 0),
          g.status, length(coalesce(g.output, '')),
          CASE g.status WHEN 'failed' THEN jsonb_build_object(
            'code', coalesce(g.failure_code, 'unknown'), 'reason', coalesce(g.failure_reason, '')) END
        FROM generations g
        WHERE g.id = ANY(${generationIds}::uuid[]) AND NOT EXISTS (
          SELECT FROM generation_events e
          WHERE e.generation_id = g.id AND e.type IN ('completed', 'failed', 'cancelled'))`.execute(trx);
    },
  };
}
