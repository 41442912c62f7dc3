import type { ContentPage, ContentView } from '@octavo/contracts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';

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
    expect((await user.call<ContentView>('GET', `/api/content/${id}`)).body.data.generatedText).toBe('mine');
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
    expect((await user.call<ContentView>('GET', `/api/content/${mine.id}`)).body.data).toMatchObject({ title: 'Tea' });
    expect((await user.generation(mine.jobId)).status).toBe('pending');
  });

  it('is listed through an index, also when there is a lot of it', async () => {
    const owner = await server.signUp();
    const client = new pg.Client(server.database.url);
    await client.connect();
    await client.query(
      `INSERT INTO contents (id, user_id, title, content_type, prompt)
       SELECT gen_random_uuid(), $1, 'bulk', 'blog', '' FROM generate_series(1, 20000)`,
      [owner.session.user.id],
    );
    await client.query('ANALYZE contents');
    const { rows } = await client.query(
      `EXPLAIN SELECT * FROM contents c LEFT JOIN generations g ON g.id = c.generation_id
       LEFT JOIN content_versions v ON v.content_id = c.id AND v.number = c.version
       WHERE c.user_id = $1 AND c.deleted_at IS NULL ORDER BY c.id DESC LIMIT 11`,
      [owner.session.user.id],
    );
    await client.end();
    const plan = rows.map((row) => row['QUERY PLAN'] as string).join('\n');
    expect(plan).toContain('contents_list');
    expect(plan).not.toContain('Seq Scan on contents');
    expect(plan).not.toContain('Sort');
  });
});
