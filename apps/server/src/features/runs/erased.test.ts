import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createClaimRepository, createSweepRepository } from '#features/lines';
import { type Db, openDatabase } from '#platform/db';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { createRunRepository, type TakeEnd } from './run.repository.ts';

let server: TestServer;
let db: Db;

beforeAll(async () => {
  server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
  db = openDatabase({
    connectionString: server.database.url,
    poolSize: 2,
    applicationName: 'test',
    onIdleError: () => undefined,
  });
});
afterAll(async () => {
  await db?.destroy();
  await server?.stop();
});

it('a worker that comes back late brings no words into an erased content', async () => {
  const user = await server.signUp();
  const { id, jobId } = await user.generate();
  const erase = () => user.call('POST', `/api/content/${id}/erase`);
  const run = createRunRepository(db);
  const fence = { generationId: jobId, attempt: 1 };
  await createClaimRepository(db).claim({ id: jobId, leaseMs: 60_000 });
  const parameters = { temperature: 1 };
  expect(await run.begin({ fence, provider: 'sandbox', model: 'octavo-sample', parameters, reservedMicroUsd: 0 })).toBe(
    true,
  );
  await user.call('DELETE', `/api/content/${id}`);
  expect((await erase()).body).toMatchObject({ status: 409, code: 'still_generating' });
  // Its lease runs out, and a sweeper ends what it had.
  await sql`UPDATE generations SET lease_until = now() - interval '1 s'`.execute(db);
  expect(await createSweepRepository(db).endAbandoned('lost')).toHaveLength(1);
  expect((await erase()).status).toBe(200);

  const entry = { seq: 2, type: 'delta', offset: 0, text: 'Late words', data: null };
  expect((await run.append([{ fence, entry }]))({ fence })).toBe(false);
  const end: TakeEnd = {
    status: 'completed',
    outcome: 'completed',
    delayMs: 0,
    nextProvider: null,
    text: 'Late words',
    finishReason: 'stop',
    code: null,
    reason: null,
    usage: null,
    images: [],
    cost: { microUsd: 0, source: 'catalog' },
    entries: [entry],
  };
  expect(await run.endTake({ fence, end })).toBeUndefined();
  const { rows } = await sql`
    SELECT c.title, c.prompt, c.body, g.output, g.prompt AS asked,
      (SELECT count(*)::int FROM content_versions) AS versions,
      (SELECT array_agg(type || text) FROM generation_events) AS log
    FROM contents c JOIN generations g ON g.content_id = c.id`.execute(db);
  expect(rows).toEqual([{ title: '', prompt: '', body: '', output: null, asked: '', versions: 0, log: ['cancelled'] }]);
  // Past all conditions: the database itself refuses.
  await expect(sql`UPDATE contents SET body = 'Late words'`.execute(db)).rejects.toThrow('contents_erased');
  await expect(sql`UPDATE contents SET deleted_at = NULL`.execute(db)).rejects.toThrow('contents_erased');
});
