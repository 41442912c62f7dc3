import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../testing/database.ts';
import { type Db, openDatabase } from '../database.ts';
import { up as mainJob } from './001-main-job.ts';
import { up as versions } from './004-versions.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase(inject('serverUrl'));
  db = openDatabase({
    connectionString: database.url,
    poolSize: 1,
    applicationName: 'test',
    onIdleError: () => undefined,
  });
});
afterAll(async () => {
  await db?.destroy();
  await database?.drop();
});

it('makes the first version of every text there is, and keeps the lock', async () => {
  const rows = await db.connection().execute(async (old) => {
    await sql`CREATE SCHEMA old`.execute(old);
    await sql`SET search_path = old`.execute(old);
    await mainJob(old as never);
    const user = '00000000-0000-7000-8000-000000000001';
    await sql`INSERT INTO users VALUES (${user}, 'a', '', '', '')`.execute(old);
    await sql`
      INSERT INTO contents (id, user_id, title, content_type, prompt, body, generation_id, version, edited_at)
      SELECT ('00000000-0000-7000-8000-00000000001' || n)::uuid, ${user}, title, 'blog', '', body,
        CASE WHEN is_generated THEN ('00000000-0000-7000-8000-00000000002' || n)::uuid END, lock,
        CASE WHEN is_edited THEN now() END
      FROM (VALUES (1, 'by hand', '', false, 1, true), (2, 'take', 'Words', true, 5, false),
        (3, 'edited take', 'My words', true, 3, true), (4, 'waiting', '', true, 1, false))
        AS c (n, title, body, is_generated, lock, is_edited)`.execute(old);
    await sql`
      INSERT INTO generations (id, user_id, content_id, content_type, title, prompt, attempt, provider, model)
      SELECT generation_id, user_id, id, 'blog', title, 'Wish', 2, 'xai', 'grok' FROM contents
      WHERE generation_id IS NOT NULL`.execute(old);
    await versions(old as never);
    const { rows } = await sql`
      SELECT c.title, c.revision, c.version, c.last_version, v.origin, v.is_edited, v.body, v.hash, v.provider, v.attempt,
        v.prompt
      FROM contents c LEFT JOIN content_versions v ON v.content_id = c.id ORDER BY c.id`.execute(old);
    return rows;
  });
  const hashOf = (text: string) => createHash('sha256').update(text).digest();
  const none = { provider: null, attempt: null, prompt: null };
  const xai = { provider: 'xai', attempt: 2, prompt: 'Wish' };
  const first = { version: 1, last_version: 1 };
  expect(rows).toEqual([
    {
      title: 'by hand',
      revision: 1,
      ...first,
      origin: 'written',
      is_edited: false,
      body: '',
      hash: hashOf(''),
      ...none,
    },
    {
      title: 'take',
      revision: 5,
      ...first,
      origin: 'generated',
      is_edited: false,
      body: 'Words',
      hash: hashOf('Words'),
      ...xai,
    },
    {
      title: 'edited take',
      revision: 3,
      ...first,
      origin: 'edited',
      is_edited: true,
      body: 'My words',
      hash: hashOf('My words'),
      ...xai,
    },
    {
      title: 'waiting',
      revision: 1,
      version: 0,
      last_version: 0,
      origin: null,
      is_edited: null,
      body: null,
      hash: null,
      ...none,
    },
  ]);
});
