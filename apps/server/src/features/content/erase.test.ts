import { randomBytes } from 'node:crypto';
import type {
  AttemptText,
  BatchDetail,
  BatchRowPage,
  ContentPage,
  ContentView,
  GenerationAccepted,
  UsageView,
} from '@octavo/contracts';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Db, openDatabase } from '#platform/db';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

describe('erasing a piece', () => {
  let server: TestServer;
  let user: TestUser;
  let db: Db;
  /** A word that stands nowhere else. */
  let secret: string;

  beforeAll(async () => {
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      env: { PRICE_OVERRIDES: JSON.stringify({ 'sandbox/*': { usdPerTake: 0.02 } }) },
    });
    user = await server.signUp();
    db = openDatabase({
      connectionString: server.database.url,
      poolSize: 4,
      applicationName: 'test',
      onIdleError: () => undefined,
    });
  });
  beforeEach(() => {
    secret = `Quetzal${randomBytes(4).toString('hex')}`;
  });
  afterAll(async () => {
    await db?.destroy();
    await server?.stop();
  });

  const erase = (id: string, by = user) => by.call('POST', `/api/content/${id}/erase`);
  const remove = (id: string) => user.call('DELETE', `/api/content/${id}`);
  const restore = (id: string) => user.call('POST', `/api/content/${id}/restore`);
  const idsOf = ({ images }: { images: Array<{ id: string }> }) => images.map((image) => image.id);
  async function removeAndErase(id: string): Promise<void> {
    expect((await remove(id)).status).toBe(200);
    expect((await erase(id)).body).toMatchObject({ statusCode: 200, data: null });
  }

  /** Tables of any schema, those that come in future included, with rows that hold one of these words. */
  async function traces(...words: string[]): Promise<string[]> {
    const { rows: tables } = await sql<{ name: string }>`
      SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
      WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`.execute(db);
    const found = [];
    for (const { name } of tables) {
      const { rows } = await sql`
        SELECT FROM ${sql.raw(name)} t, unnest(${words}::text[]) AS word
        WHERE position(word IN row_to_json(t)::text) > 0 LIMIT 1`.execute(db);
      if (rows.length > 0) found.push(name.replace('public.', ''));
    }
    return found.sort();
  }

  it('leaves no word of it in any table, and no image', async () => {
    const { id, jobId } = await user.generate({ title: `The ${secret}`, prompt: `${secret} in the sky` });
    const { text } = await user.ended(jobId, 'completed');
    const written = JSON.stringify(text.split('\n').findLast(Boolean)).slice(1, -1);
    await user.call('PUT', `/api/content/${id}`, { title: `${secret}, edited`, generatedText: `My ${secret}` });
    const again = async (prompt: string) => {
      const answer = await user.call<GenerationAccepted>('POST', `/api/content/${id}/regenerate`, { prompt });
      return user.ended(answer.body.data.jobId);
    };
    // Nothing of it counts, and its words stand in the run log alone.
    expect((await again(`${secret} [sandbox:cut after=20]`)).status).toBe('failed');
    await sql`
      UPDATE generation_attempts SET reason = ${secret}, parameters = ${JSON.stringify({ style: secret })}::jsonb`.execute(
      db,
    );
    const input = { characters: `${secret} and Ada`, paragraphs: 2 };
    const told = await user.generate({ contentType: 'story', title: 'A story', prompt: 'A story', input });
    await user.ended(told.jobId, 'completed');
    const drawn = await user.generate({ contentType: 'image', title: secret, prompt: `A ${secret}` });
    const [image] = idsOf(await user.ended(drawn.jobId, 'completed'));
    // What is queued goes out in a moment, and is no trace of what was written.
    expect(await traces(secret, written)).toEqual([
      'content_versions',
      'contents',
      'generation_attempts',
      'generation_events',
      'generations',
      'media',
    ]);
    for (const piece of [id, told.id, drawn.id]) await removeAndErase(piece);
    expect(await traces(secret, written)).toEqual([]);
    expect((await user.call('GET', `/api/media/${image}`)).status).toBe(404);
    expect(await traces(image!)).toEqual([]);
  });

  it('is for what is deleted, and for once', async () => {
    const { id, jobId } = await user.generate();
    await user.ended(jobId, 'completed');
    const early = await erase(id);
    expect(early.body).toMatchObject({ status: 409, code: 'not_deleted' });
    expect(early.body.message).toContain('Delete this content first');
    expect((await user.content(id)).generatedText).not.toBe('');
    await remove(id);
    expect((await erase(id, await server.signUp())).body.code).toBe('not_found');
    expect((await erase(id)).status).toBe(200);
    for (const answer of [await erase(id), await restore(id), await remove(id), await erase(jobId)]) {
      expect(answer.body).toMatchObject({ status: 404, code: 'not_found' });
    }
    const listed = (await user.call<ContentPage>('GET', '/api/content?deleted=only')).body.data;
    expect(listed).toMatchObject({ contents: [], pagination: { total: 0 } });
  });

  it('leaves what it cost, and what a program may still ask of it, without words', async () => {
    const usage = async () => (await user.call<UsageView>('GET', '/api/usage?by=kind')).body.data;
    const request = { title: secret, contentType: 'blog', prompt: `${secret} [sandbox:401]` };
    const key = { 'idempotency-key': 'once' };
    const { id, jobId } = await user.generate(request, key);
    await user.ended(jobId, 'failed');
    const retried = await user.call<GenerationAccepted>('POST', `/api/generations/${jobId}/retry`);
    await user.ended(retried.body.data.jobId, 'failed');
    const done = await user.generate({ title: secret });
    await user.ended(done.jobId, 'completed');
    const before = await usage();
    const ledger = async () => (await sql`SELECT * FROM ledger_entries ORDER BY generation_id, kind`.execute(db)).rows;
    const entries = await ledger();
    expect(entries.length).toBeGreaterThan(0);
    await removeAndErase(id);
    await removeAndErase(done.id);
    expect(await usage()).toEqual(before);
    expect(await ledger()).toEqual(entries);

    expect(await user.generation(done.jobId)).toMatchObject({ status: 'completed', title: '', prompt: '', text: '' });
    expect(await user.generation(jobId)).toMatchObject({ status: 'failed', title: '', failureReason: null });
    const take = await user.call<AttemptText>('GET', `/api/generations/${done.jobId}/attempts/1`);
    expect(take.body.data).toMatchObject({ text: '', hasText: false, parameters: null, outcome: 'completed' });
    expect((await user.call('GET', `/api/content/job/${jobId}/status`)).body.data).toMatchObject({ failureReason: '' });
    for (const [method, path] of [
      ['POST', `generations/${retried.body.data.jobId}/retry`],
      ['POST', `generations/${done.jobId}/cancel`],
    ] as const) {
      expect((await user.call(method, `/api/${path}`)).status).toBe(409);
    }
    expect((await user.call('POST', `/api/generations/${jobId}/attempts/1/accept`)).status).toBe(404);
    // Whoever follows it is told that it has ended.
    for (const job of [jobId, done.jobId]) {
      const log = await fetch(`${server.url}/api/generations/${job}/events`, {
        headers: { authorization: `Bearer ${user.session.access_token}` },
      });
      expect((await log.text()).match(/^event: .+$/gm)).toHaveLength(1);
    }
    const replay = await user.call<GenerationAccepted>('POST', '/api/content/generate', request, key);
    expect(replay.headers.get('idempotency-replayed')).toBe('true');
    expect(replay.body.data).toMatchObject({ id, jobId, title: '', prompt: '' });
  });

  it('leaves a branch what it shows, until that is erased as well', async () => {
    const sky = { contentType: 'image', title: `Sky ${secret}`, prompt: `A ${secret}`, input: { count: 2 } };
    const { id, jobId } = await user.generate(sky);
    await user.ended(jobId, 'completed');
    const branches: ContentView[] = [];
    for (const _ of ['one', 'two']) {
      branches.push((await user.call<ContentView>('POST', `/api/content/${id}/versions/1/branch`)).body.data);
    }
    const versionOf = async (branch: ContentView) =>
      (await user.call<object>('GET', `/api/content/${branch.id}/versions/1`)).body.data;
    const told = await versionOf(branches[0]!);
    expect(told).toMatchObject({ images: [{}, {}], parameters: { seed: expect.any(Number) as number } });
    await removeAndErase(id);
    expect(await user.generation(jobId)).toMatchObject({ images: [], input: null, prompt: '', title: '' });
    for (const branch of branches) {
      expect(withoutAddresses(await user.content(branch.id))).toEqual(withoutAddresses(branch));
    }
    expect(withoutAddresses(await versionOf(branches[0]!))).toEqual(withoutAddresses(told));
    // It is asked for again as it was.
    const again = await user.call<GenerationAccepted>('POST', `/api/content/${branches[0]!.id}/regenerate`);
    expect((await user.ended(again.body.data.jobId, 'completed')).images).toHaveLength(2);

    for (const branch of branches) await remove(branch.id);
    // Both at once: the second one is the last.
    const take = sql`SELECT FROM generations WHERE id = ${jobId} FOR UPDATE`;
    const answers = await inLine(take, ...branches.map((branch) => () => erase(branch.id)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await traces(secret, ...idsOf(branches[0]!))).toEqual([]);
  });

  it('is never generated again by its batch', async () => {
    const started = await user.call<BatchDetail>('POST', '/api/batches', {
      title: 'A batch',
      contentType: 'social',
      template: { title: '{{name}}', prompt: 'About {{name}} {{wish}}' },
      rows: [
        { name: 'Ada', wish: '' },
        { name: 'Grace', wish: '[sandbox:401]' },
      ],
      startsPaused: false,
    });
    const path = `/api/batches/${started.body.data.id}`;
    const ended = () => until(async () => (await user.call<BatchDetail>('GET', path)).body.data.endedAt !== null);
    await ended();
    const rows = async () => (await user.call<BatchRowPage>('GET', `${path}/rows`)).body.data.rows;
    const before = await rows();
    expect(before.map(({ state }) => state)).toEqual(['completed', 'failed']);
    for (const { contentId } of before) await removeAndErase(contentId!);
    const gone = before.map((row) => ({ ...row, contentId: null, title: null }));
    expect(await rows()).toEqual([gone[0], { ...gone[1], error: null }]);
    expect((await user.call('POST', `${path}/retry`)).status).toBe(200);
    await ended();
    expect((await rows()).map(({ state }) => state)).toEqual(['completed', 'failed']);
    expect((await rows())[1]!.error).toContain('deleted for good');
    const { rows: asked } = await sql<{ count: number }>`
      SELECT count(*)::int AS count FROM generations WHERE content_id IN (
        SELECT content_id FROM batch_rows WHERE batch_id = ${started.body.data.id})`.execute(db);
    expect(asked).toEqual([{ count: 2 }]);
  });

  it('ends what is still being written, when the deletion could not', async () => {
    const { id, jobId } = await user.generate({ prompt: `${secret} [sandbox:ok rate=20 words=500]` });
    await until(async () => (await user.generation(jobId)).text !== '');
    const waiting = await user.generate({ title: secret, delayMs: 3_600_000 });
    // The process died between the two steps.
    await sql`UPDATE contents SET deleted_at = now() WHERE id IN (${id}, ${waiting.id})`.execute(db);
    expect((await erase(waiting.id)).status).toBe(200);
    await until(async () => {
      const { status, body } = await erase(id);
      if (status !== 200) expect(body.code).toBe('still_generating');
      return status === 200;
    });
    expect((await user.generation(jobId)).status).toBe('cancelled');
    expect(await traces(secret)).toEqual([]);
  });

  /** Lets others run into the locks that `hold` takes, one behind the other. @returns their answers, once it lets go */
  async function inLine(hold: ReturnType<typeof sql>, ...deeds: Array<() => ReturnType<typeof erase>>) {
    const started: Array<ReturnType<typeof erase>> = [];
    await db.transaction().execute(async (trx) => {
      await hold.execute(trx);
      for (const deed of deeds) {
        started.push(deed());
        await until(async () => {
          const { rows } = await sql`
            SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(db);
          return rows.length === started.length;
        });
      }
    });
    return Promise.all(started);
  }

  it.each(['erase', 'restore'] as const)('and bringing it back at once: who comes first wins (%s)', async (first) => {
    const { id, jobId } = await user.generate({ title: secret, prompt: `${secret} [sandbox:401]` });
    await user.ended(jobId, 'failed');
    await remove(id);
    const retry = user.call('POST', `/api/generations/${jobId}/retry`);
    const content = sql`SELECT FROM contents WHERE id = ${id} FOR UPDATE`;
    const deeds = [() => erase(id), () => restore(id)];
    const inOrder = first === 'erase' ? deeds : deeds.toReversed();
    const [answers, retried] = await Promise.all([inLine(content, ...inOrder), retry]);
    const [erased, restored] = first === 'erase' ? answers : answers.toReversed();
    if (first === 'erase') {
      expect([erased?.status, restored?.status, retried.status]).toEqual([200, 404, 409]);
    } else {
      expect([erased?.body.code, restored?.status]).toEqual(['not_deleted', 200]);
      await remove(id);
      await until(async () => (await erase(id)).status === 200);
    }
    const { rows } = await sql`
      SELECT FROM generations WHERE content_id = ${id} AND status IN ('pending', 'processing')`.execute(db);
    expect(rows).toEqual([]);
    expect(await traces(secret)).toEqual([]);
  });

  it('and deleting one of its images at once: both are done', async () => {
    const { id, jobId } = await user.generate({ contentType: 'image', title: secret, prompt: secret });
    const [image] = idsOf(await user.ended(jobId, 'completed'));
    await remove(id);
    const media = sql`SELECT FROM media WHERE id = ${image} FOR UPDATE`;
    const answers = await inLine(
      media,
      () => user.call('DELETE', `/api/media/${image}`),
      () => erase(id),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await traces(secret, image!)).toEqual([]);
  });
});

/** Addresses of images are signed anew each time. */
function withoutAddresses(view: object): unknown {
  return JSON.parse(JSON.stringify(view, (key, value: unknown) => (key === 'urls' ? undefined : value)));
}
