import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { type Db, openDatabase } from './database.ts';
import { placeInLine } from './place-in-line.ts';

const owner = '01890000-0000-7000-8000-000000000001';
const stranger = '01890000-0000-7000-8000-000000000002';

describe('the place in a line', () => {
  let database: TestDatabase;
  let db: Db;

  beforeAll(async () => {
    database = await createTestDatabase(inject('serverUrl'));
    db = openDatabase({ connectionString: database.url, poolSize: 2, applicationName: 'test', onIdleError: () => {} });
    await db.transaction().execute(async (trx) => {
      await sql`SET LOCAL session_replication_role = replica`.execute(trx);
      await sql`
        INSERT INTO generations (id, user_id, content_id, content_type, title, prompt, next_provider, place)
        SELECT uuidv7(), ${owner}, uuidv7(), 'blog', '', '', 'one', 4 + n
        FROM generate_series(1, 20000) AS n`.execute(trx);
    });
  });
  afterAll(async () => {
    await db?.destroy();
    await database?.drop();
  });

  it.each(['before', 'after'])('touches one entry of each index, %s the table is analyzed', async (moment) => {
    if (moment === 'after') await sql`ANALYZE generations`.execute(db);
    for (const [user, place] of [
      [owner, 20_005],
      [stranger, 5],
    ] as const) {
      const read = sql`SELECT ${placeInLine(sql`${user}::uuid`, sql`'one'`)} AS place`;
      const { rows } = await read.execute(db);
      expect(rows).toEqual([{ place }]);
      const plan = await sql<Record<'QUERY PLAN', Array<{ Plan: Record<string, number> }>>>`
        EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${read}`.execute(db);
      expect(plan.rows[0]?.['QUERY PLAN'][0]?.Plan['Shared Hit Blocks']).toBeLessThan(20);
    }
  });
});
