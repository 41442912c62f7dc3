import type { ContentListQuery, ContentPage, ContentView } from '@octavo/contracts';
import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Db } from '#platform/db';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { createContentRepository } from './repository.ts';

describe('content', () => {
  let server: TestServer;
  let user: TestUser;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    user = await server.signUp();
  });
  afterAll(() => server?.stop());

  async function write(title: string, more: Record<string, unknown> = {}): Promise<ContentView> {
    const body = { title, contentType: 'blog', generatedText: `Text of ${title}`, ...more };
    return (await user.call<ContentView>('POST', '/api/content', body)).body.data;
  }

  it('is written by hand, read, changed, published, deleted and brought back', async () => {
    const made = await write('First');
    expect(made).toMatchObject({ jobId: null, generationStatus: null, status: 'draft', prompt: '' });
    expect(made).toMatchObject({ version: 1, pendingVersion: null, revision: 1 });
    const path = `/api/content/${made.id}`;
    const changed = await user.call<ContentView>('PUT', path, { title: 'Second', status: 'published', revision: 1 });
    expect(changed.body.data).toMatchObject({
      title: 'Second',
      status: 'published',
      generatedText: 'Text of First',
      version: 2,
      revision: 2,
    });
    expect((await user.call<ContentView>('GET', path)).body.data).toEqual(changed.body.data);
    expect((await user.call('DELETE', path)).body).toMatchObject({ success: true, data: null, statusCode: 200 });
    expect((await user.call('GET', path)).status).toBe(404);
    expect((await user.call('DELETE', path)).status).toBe(404);
    expect((await user.call('PUT', path, { title: 'x' })).status).toBe(404);
    expect((await user.call<ContentView>('POST', `${path}/restore`)).body.data).toEqual(changed.body.data);
  });

  it('tells of a change made meanwhile instead of overwriting it', async () => {
    const { id } = await write('Contested');
    await user.call('PUT', `/api/content/${id}`, { generatedText: 'mine', revision: 1 });
    const late = await user.call('PUT', `/api/content/${id}`, { generatedText: 'theirs', revision: 1 });
    expect(late.body).toMatchObject({ status: 409, code: 'version_conflict' });
    expect((await user.content(id)).generatedText).toBe('mine');
  });

  it('is listed newest first, in pages, by cursor, and by filters', async () => {
    const reader = await server.signUp();
    const titles = Array.from({ length: 25 }, (_, n) => `Piece ${n}`);
    for (const [n, title] of titles.entries()) {
      await reader.call('POST', '/api/content', {
        title,
        contentType: n % 2 === 0 ? 'blog' : 'story',
        status: n % 5 === 0 ? 'published' : 'draft',
      });
    }
    const list = async (query: string) => (await reader.call<ContentPage>('GET', `/api/content${query}`)).body.data;

    const first = await list('');
    expect(first.contents.map(({ title }) => title)).toEqual(titles.toReversed().slice(0, 10));
    expect(first.pagination).toEqual({
      total: 25,
      isTotalExact: true,
      page: 1,
      totalPages: 3,
      limit: 10,
      nextCursor: first.contents[9]!.id,
    });
    expect((await list('?page=3')).contents).toHaveLength(5);
    expect((await list('?page=3')).pagination.nextCursor).toBeNull();
    expect((await list('?page=4')).contents).toEqual([]);

    const byCursor: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: ContentPage = await list(`?limit=7${cursor && `&cursor=${cursor}`}`);
      byCursor.push(...page.contents.map(({ title }) => title));
      cursor = page.pagination.nextCursor;
    }
    expect(byCursor).toEqual(titles.toReversed());

    expect((await list('?contentType=story&limit=100')).pagination.total).toBe(12);
    expect((await list('?status=published')).contents.map(({ title }) => title)).toEqual(
      [20, 15, 10, 5, 0].map((n) => `Piece ${n}`),
    );
    expect((await list('?contentType=blog&status=published')).pagination.total).toBe(3);
    expect((await list('?generationStatus=completed')).contents).toEqual([]);
  });

  it('does not exist for anybody else, nor does anything that hangs on it', async () => {
    const stranger = await server.signUp();
    const mine = await user.generate({ delayMs: 60_000 });
    const paths: Array<[string, string, unknown?]> = [
      ['GET', `/api/content/${mine.id}`],
      ['PUT', `/api/content/${mine.id}`, { title: 'taken' }],
      ['DELETE', `/api/content/${mine.id}`],
      ['POST', `/api/content/${mine.id}/restore`],
      ['POST', `/api/content/${mine.id}/regenerate`, {}],
      ['GET', `/api/content/job/${mine.jobId}/status`],
      ['GET', `/api/generations/${mine.jobId}`],
      ['GET', `/api/generations/${mine.jobId}/events`],
      ['GET', `/api/generations/${mine.jobId}/attempts/1`],
      ['POST', `/api/generations/${mine.jobId}/cancel`],
      ['POST', `/api/generations/${mine.jobId}/retry`],
    ];
    for (const [method, path, body] of paths) {
      const answer = await stranger.call(method, path, body);
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 404, 'not_found']);
    }
    expect((await stranger.call<ContentPage>('GET', '/api/content')).body.data.contents).toEqual([]);
    expect(await user.content(mine.id)).toMatchObject({ title: 'Tea' });
    expect((await user.generation(mine.jobId)).status).toBe('pending');
  });

  it('is found by words of its title, in whatever order and however signs part them', async () => {
    const reader = await server.signUp();
    for (const title of ['Green tea, black coffee', 'Über die Straße: example.com', "l'été_des chats 2024", 'Teapots'])
      await reader.call('POST', '/api/content', { title, contentType: 'blog' });
    const found = async (q: string, by = reader) => {
      const { data } = (await by.call<ContentPage>('GET', `/api/content?q=${encodeURIComponent(q)}`)).body;
      expect(data.pagination.total).toBe(data.contents.length);
      return data.contents.map(({ title }) => title).toReversed();
    };
    expect(await found('TEA')).toEqual(['Green tea, black coffee', 'Teapots']);
    expect(await found('coff green')).toEqual(['Green tea, black coffee']);
    expect(await found('ÜBER example.com')).toEqual(['Über die Straße: example.com']);
    expect(await found('été 20')).toEqual(["l'été_des chats 2024"]);
    expect(await found('tea chats')).toEqual([]);
    expect(await found("' | !x <-> \\ :*")).toEqual([]);
    expect(await found('tea', await server.signUp())).toEqual([]);
    expect(await found(reader.session.user.id.replaceAll('-', ''))).toEqual([]);
    const tooLong = await reader.call('GET', `/api/content?q=${'a'.repeat(101)}`);
    expect(tooLong.body).toMatchObject({ status: 400, errors: [{ path: 'query.q' }] });
  });

  it('is listed apart while it is deleted, the latest deletion first, until it is brought back', async () => {
    const reader = await server.signUp();
    const made: Record<string, ContentView> = {};
    for (const [title, contentType] of [
      ['Apple pie', 'blog'],
      ['Bread', 'story'],
      ['Apple cake', 'blog'],
    ] as const)
      made[title] = (await reader.call<ContentView>('POST', '/api/content', { title, contentType })).body.data;
    const list = async (query: string, by = reader) =>
      (await by.call<ContentPage>('GET', `/api/content?${query}`)).body.data;
    const titles = async (query: string) => (await list(query)).contents.map(({ title }) => title);
    for (const title of ['Bread', 'Apple cake', 'Apple pie'])
      await reader.call('DELETE', `/api/content/${made[title]!.id}`);

    expect(await titles('')).toEqual([]);
    expect(await titles('q=apple')).toEqual([]);
    expect(await titles('deleted=only')).toEqual(['Apple pie', 'Apple cake', 'Bread']);
    expect(await titles('deleted=only&q=apple')).toEqual(['Apple pie', 'Apple cake']);
    expect(await titles('deleted=only&contentType=story')).toEqual(['Bread']);
    expect(await titles('deleted=only&limit=2&page=2')).toEqual(['Bread']);
    const { contents, pagination } = await list('deleted=only&limit=2');
    expect(pagination).toMatchObject({ total: 3, totalPages: 2, nextCursor: null });
    expect(contents[0]).toEqual({ ...made['Apple pie'], deletedAt: expect.any(String) });
    expect((await list('deleted=only', await server.signUp())).contents).toEqual([]);

    const restored = await reader.call<ContentView>('POST', `/api/content/${made['Apple pie']!.id}/restore`);
    expect(restored.body.data).toEqual(made['Apple pie']);
    expect(made['Apple pie']!.deletedAt).toBeNull();
    expect(await titles('')).toEqual(['Apple pie']);
    expect(await titles('deleted=only')).toEqual(['Apple cake', 'Bread']);

    const byCursor = await reader.call('GET', `/api/content?deleted=only&cursor=${made['Bread']!.id}`);
    expect(byCursor.body).toMatchObject({ status: 400, errors: [{ path: 'query.cursor' }] });
    expect((await reader.call('GET', '/api/content?deleted=yes')).status).toBe(400);
  });

  it('is listed by its beginning when only that is wanted', async () => {
    const generatedText = 'é👍'.repeat(3000);
    const made = await write('Long', { generatedText, prompt: 'p'.repeat(5000) });
    const first = async (query: string) =>
      (await user.call<ContentPage>('GET', `/api/content?limit=1${query}`)).body.data.contents[0];
    expect(await first('')).toEqual(made);
    expect(await first('&text=excerpt')).toEqual({
      ...made,
      generatedText: 'é👍'.repeat(1000),
      prompt: 'p'.repeat(2000),
    });
  });

  describe('when there is a lot of it', () => {
    const count = 10_300;
    let owner: TestUser;

    beforeAll(async () => {
      owner = await server.signUp();
      const other = await server.signUp();
      await server.database.query(
        `WITH made AS (
           INSERT INTO contents (id, user_id, title, content_type, prompt, body, generation_id)
           SELECT uuidv7(), who, 'bulk ' || n, CASE WHEN n % 5000 = 0 THEN 'story' ELSE 'blog' END, '', repeat('words ', 150), uuidv7()
           FROM generate_series(1, ${count}) AS n CROSS JOIN unnest($1::uuid[]) AS who RETURNING *
         )
         INSERT INTO generations (id, user_id, content_id, content_type, title, prompt, status, finished_at)
         SELECT generation_id, user_id, id, content_type, title, prompt,
           CASE WHEN title LIKE '%5000' THEN 'failed' ELSE 'completed' END, now() FROM made`,
        [[owner.session.user.id, other.session.user.id]],
      );
      await server.database.query(
        `INSERT INTO contents (id, user_id, title, content_type, prompt, deleted_at)
         SELECT uuidv7(), $1, 'bulk ' || n, 'blog', '', now() FROM generate_series(1, 3000) AS n`,
        [owner.session.user.id],
      );
      await server.database.query('VACUUM ANALYZE contents, generations');
    });

    it('is counted so far beyond the page, and found to its end by pages all the same', async () => {
      const page = async (query: string) =>
        (await owner.call<ContentPage>('GET', `/api/content${query}`)).body.data.pagination;
      expect(await page('?limit=100')).toMatchObject({ total: 10_000, isTotalExact: false, totalPages: 100 });
      expect(await page('?limit=100&page=3')).toMatchObject({ total: 10_200, isTotalExact: false, totalPages: 102 });
      expect(await page('?limit=100&page=4')).toMatchObject({ total: count, isTotalExact: true, totalPages: 103 });
      expect(await page('?limit=100&page=103')).toMatchObject({ total: count, nextCursor: null });
      expect(await page('?generationStatus=failed')).toMatchObject({ total: 1, isTotalExact: true });
      expect(await page('?generationStatus=completed')).toMatchObject({ total: 10_000, isTotalExact: false });
    });

    it.each<[what: string, query: ContentListQuery, index: string]>([
      ['a page', {}, 'Index Only Scan using contents_list'],
      ['a type', { contentType: 'story' }, 'Index Only Scan using contents_of_type'],
      ['a state', { status: 'published' }, 'Index Only Scan using contents_of_status'],
      ['failed ones', { generationStatus: 'failed' }, 'generations_failed_or_cancelled'],
      ['completed ones', { generationStatus: 'completed' }, 'contents_list'],
      ['a search', { q: 'bulk 77' }, 'contents_titles'],
      ['deleted ones', { deleted: 'only' }, 'contents_deleted'],
      ['a search in deleted ones', { q: 'bulk 77', deleted: 'only' }, 'contents_deleted_titles'],
    ])('is listed and counted through an index: %s', async (_what, query, index) => {
      const asked: CompiledQuery[] = [];
      const pool = new pg.Pool({ connectionString: server.database.url });
      const log = (event: { query: CompiledQuery }) => void asked.push(event.query);
      const db: Db = new Kysely({ dialect: new PostgresDialect({ pool }), log });
      const repository = createContentRepository(db);
      await repository.list(owner.session.user.id, query, 1, 10);
      await repository.count(owner.session.user.id, query, 10_001);
      await db.destroy();
      expect(asked).toHaveLength(2);
      for (const { sql, parameters } of asked) {
        const rows = await server.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, [...parameters]);
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(plan).toContain(index);
        expect(plan).not.toContain('Seq Scan on contents');
        expect(plan).not.toContain('Seq Scan on generations');
      }
    });
  });
});
