import type { BatchDetail, ContentPage, GenerationAccepted } from '@octavo/contracts';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createSweepRepository } from '#features/lines';
import { type Db, openDatabase } from '#platform/db';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const batch = {
  title: 'Towns',
  contentType: 'social',
  template: { title: 'About {{city}}', prompt: 'Write about {{city}}' },
  csv: 'city\nPorto\nQuito\nBraga',
};
const piece = { title: 'Tea', contentType: 'blog', prompt: 'The history of tea', delayMs: 3_600_000 };

describe('an Idempotency-Key', () => {
  let server: TestServer;
  let db: Db;
  let user: TestUser;
  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl') });
    db = openDatabase({
      connectionString: server.database.url,
      poolSize: 2,
      applicationName: 'test',
      onIdleError: () => undefined,
    });
  });
  beforeEach(async () => {
    user = await server.signUp();
  });
  afterAll(async () => {
    await db?.destroy();
    await server?.stop();
  });

  const named = (key: string) => ({ 'idempotency-key': key });
  const create = (body: object, headers?: Record<string, string>, by = user) =>
    by.call<BatchDetail>('POST', '/api/batches', body, headers);
  const retry = (id: string, headers?: Record<string, string>) =>
    user.call<GenerationAccepted>('POST', `/api/generations/${id}/retry`, undefined, headers);
  const isReplayed = ({ headers }: { headers: Headers }) => headers.get('idempotency-replayed');
  const conflict = { status: 409, code: 'idempotency_conflict' };

  async function batchesOf(one: TestUser): Promise<number> {
    const { body } = await one.call<{ pagination: { total: number } }>('GET', '/api/batches');
    return body.data.pagination.total;
  }

  async function cancelled(): Promise<string> {
    const { jobId } = await user.generate(piece);
    await user.call('POST', `/api/generations/${jobId}/cancel`);
    return jobId;
  }

  it('makes one batch, and the same request gets it again', async () => {
    const first = await create(batch, named('towns'));
    expect([first.status, isReplayed(first)]).toEqual([201, null]);
    const { title, ...others } = batch;
    const again = await create({ ...others, startsPaused: true, title }, named('towns'));
    expect([again.status, isReplayed(again)]).toEqual([201, 'true']);
    expect(again.body).toEqual(first.body);
    for (const change of [{ title: 'Cities' }, { csv: 'city\nPorto' }, { startsPaused: false }]) {
      expect((await create({ ...batch, ...change }, named('towns'))).body).toMatchObject(conflict);
    }
    expect(await batchesOf(user)).toBe(1);
    expect((await create(batch, named('more'))).body.data.id).not.toBe(first.body.data.id);
    expect((await create(batch)).body.data.id).not.toBe(first.body.data.id);
    expect(await batchesOf(user)).toBe(3);
  });

  it('makes one batch for twenty at once, and it is started once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => create({ ...batch, startsPaused: false }, named('at-once'))),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(1);
    expect(answers.filter((answer) => isReplayed(answer) === 'true')).toHaveLength(19);
    // Nobody is shown it before it is started.
    expect(answers.map(({ body }) => body.data.status)).not.toContain('draft');
    expect(await batchesOf(user)).toBe(1);
    const { id } = answers[0]!.body.data;
    const show = () => user.call<BatchDetail>('GET', `/api/batches/${id}`);
    await until(async () => (await show()).body.data.endedAt !== null, 60_000);
    expect((await show()).body.data).toMatchObject({ status: 'completed', counts: { completed: 3 } });
    expect((await user.call<ContentPage>('GET', '/api/content')).body.data.pagination.total).toBe(3);

    const late = await create({ ...batch, startsPaused: false }, named('at-once'));
    expect([isReplayed(late), late.body.data]).toEqual(['true', (await show()).body.data]);
    await user.call('DELETE', `/api/batches/${id}`);
    expect((await create({ ...batch, startsPaused: false }, named('at-once'))).status).toBe(404);
    expect(await batchesOf(user)).toBe(0);
  });

  it('is not used up by a batch that is refused', async () => {
    const refused = [
      [{ ...batch, title: '' }, 'validation_failed'],
      [{ ...batch, csv: 'town\nPorto' }, 'validation_failed'],
      [{ ...batch, provider: 'xai' }, 'provider_unavailable'],
    ] as const;
    for (const [body, code] of refused) {
      expect((await create(body, named('patient'))).body.code).toBe(code);
    }
    expect((await create(batch, named('has space'))).body).toMatchObject({
      status: 400,
      errors: [{ path: 'headers.idempotency-key' }],
    });
    const answer = await create(batch, named('patient'));
    expect([answer.status, isReplayed(answer)]).toEqual([201, null]);
  });

  it('is its user’s own', async () => {
    const other = await server.signUp();
    const mine = await create(batch, named('shared'));
    const theirs = await create(batch, named('shared'), other);
    expect([theirs.status, isReplayed(theirs)]).toEqual([201, null]);
    expect(theirs.body.data.id).not.toBe(mine.body.data.id);
    expect([await batchesOf(user), await batchesOf(other)]).toEqual([1, 1]);
  });

  it('retries a generation once, however often it is sent', async () => {
    const id = await cancelled();
    const answers = await Promise.all(Array.from({ length: 20 }, () => retry(id, named('retry'))));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter((answer) => isReplayed(answer) === 'true')).toHaveLength(19);
    const { jobId } = answers[0]!.body.data;
    await user.ended(jobId, 'completed');
    expect((await retry(id, named('retry'))).body.data.jobId).toBe(jobId);

    const late = await retry(id);
    expect(late.body).toMatchObject({ status: 409, code: 'not_retryable' });
    expect(late.body.detail).toContain(jobId);
    expect((await retry(id, named('another'))).body.detail).toContain(jobId);
    // What was refused used it up no more than a batch does.
    const next = await cancelled();
    const other = await retry(next, named('another'));
    expect([other.status, isReplayed(other)]).toEqual([202, null]);
    expect((await retry(next, named('retry'))).body).toMatchObject(conflict);
    expect((await retry('0198c0de-0000-7000-8000-000000000000', named('nobody'))).status).toBe(404);
  });

  it('does not name the retry of somebody else', async () => {
    const id = await cancelled();
    await retry(id, named('mine'));
    const stranger = await server.signUp();
    const answer = await stranger.call('POST', `/api/generations/${id}/retry`, undefined, named('mine'));
    expect(answer.body).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('stands for one request, whatever route it was sent to', async () => {
    const id = await cancelled();
    const { id: contentId } = await user.generate(piece, named('piece'));
    await create(batch, named('batch'));
    const generate = (headers: Record<string, string>) => user.call('POST', '/api/content/generate', piece, headers);
    const regenerate = (headers: Record<string, string>) =>
      user.call('POST', `/api/content/${contentId}/regenerate`, {}, headers);
    for (const answer of [
      await create(batch, named('piece')),
      await retry(id, named('piece')),
      await retry(id, named('batch')),
      await generate(named('batch')),
      await regenerate(named('batch')),
    ]) {
      expect(answer.body).toMatchObject(conflict);
    }
    expect(await batchesOf(user)).toBe(1);
    expect((await retry(id, named('retry'))).status).toBe(202);
  });

  it('is kept for a day', async () => {
    for (const key of ['old', 'young']) await create(batch, named(key));
    const { id } = user.session.user;
    await sql`
      UPDATE idempotency_keys
      SET created_at = now() - CASE key WHEN 'old' THEN interval '1441 min' ELSE interval '1439 min' END
      WHERE user_id = ${id}`.execute(db);
    await createSweepRepository(db).forgetIdempotencyKeys();
    expect(isReplayed(await create(batch, named('young')))).toBe('true');
    expect(isReplayed(await create(batch, named('old')))).toBeNull();
    expect(await batchesOf(user)).toBe(3);
  });
});
