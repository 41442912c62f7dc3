import type { BatchDetail, BatchRowPage, BatchView, ContentPage } from '@octavo/contracts';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const template = { title: 'About {{city}}', prompt: 'Write about {{city}} {{wish}}' };

function rowsOf(count: number, wish: (n: number) => string = () => '') {
  return Array.from({ length: count }, (_, n) => ({ city: `Town ${n + 1}`, wish: wish(n + 1) }));
}

describe('batches', () => {
  let server: TestServer;
  let user: TestUser;
  let database: pg.Client;
  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), env: { BATCH_WINDOW: '20' } });
    database = new pg.Client(server.database.url);
    await database.connect();
  });
  beforeEach(async () => {
    user = await server.signUp();
  });
  afterAll(async () => {
    await database?.end();
    await server?.stop();
  });

  async function create(body: Record<string, unknown> = {}, by = user): Promise<BatchDetail> {
    const answer = await by.call<BatchDetail>('POST', '/api/batches', {
      title: 'Towns',
      contentType: 'social',
      template,
      ...body,
    });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body.data;
  }

  async function get(id: string): Promise<BatchDetail> {
    return (await user.call<BatchDetail>('GET', `/api/batches/${id}`)).body.data;
  }

  async function act(id: string, action: string, by = user) {
    return by.call<BatchView>('POST', `/api/batches/${id}/${action}`);
  }

  async function ended(id: string): Promise<BatchDetail> {
    await until(async () => (await get(id)).endedAt !== null, 300_000);
    return get(id);
  }

  async function rows(id: string, query = ''): Promise<BatchRowPage> {
    return (await user.call<BatchRowPage>('GET', `/api/batches/${id}/rows?limit=100${query}`)).body.data;
  }

  /** How often each row was asked for, by what the provider heard. */
  function callsFor(word: string): Map<string, number> {
    const calls = new Map<string, number>();
    for (const request of server.sandbox.requests) {
      const town = new RegExp(`${word} \\d+`).exec(JSON.stringify(request.body))?.[0];
      if (town !== undefined) calls.set(town, (calls.get(town) ?? 0) + 1);
    }
    return calls;
  }

  it('shows the first rows before anything is asked, then writes every row once, never more than the window at a time', async () => {
    const batch = await create({ rows: rowsOf(1000), template: { ...template, prompt: 'Write about {{city}}' } });
    expect(batch).toMatchObject({
      status: 'draft',
      rowCount: 1000,
      columns: ['city', 'wish'],
      estimate: { known: true, worstCaseMicroUsd: 0 },
    });
    expect(batch.preview).toEqual(
      [1, 2, 3].map((number) => ({
        number,
        title: `About Town ${number}`,
        prompt: `Write about Town ${number}`,
        input: null,
      })),
    );
    expect((await user.call<ContentPage>('GET', '/api/content')).body.data.pagination.total).toBe(0);

    expect((await act(batch.id, 'start')).body.data.status).toBe('running');
    let most = 0;
    await until(async () => {
      const { counts, endedAt } = await get(batch.id);
      most = Math.max(most, counts.pending + counts.processing);
      return endedAt !== null;
    }, 300_000);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(20);
    expect(await get(batch.id)).toMatchObject({
      status: 'completed',
      counts: { completed: 1000, failed: 0, waiting: 0 },
    });
    const contents = (await user.call<ContentPage>('GET', '/api/content?limit=100')).body.data;
    expect(contents.pagination.total).toBe(1000);
    expect(new Set(contents.contents.map(({ title }) => title)).size).toBe(100);
    const calls = callsFor('Town');
    expect([calls.size, new Set(calls.values())]).toEqual([1000, new Set([1])]);

    const page = await rows(batch.id, '&page=10&state=completed');
    expect(page.pagination).toEqual({ total: 1000, page: 10, totalPages: 10, limit: 100 });
    expect(page.rows.map((row) => row.number)).toEqual(Array.from({ length: 100 }, (_, n) => 901 + n));
    expect(page.rows[0]).toMatchObject({ values: { city: 'Town 901' }, state: 'completed', error: null });
  }, 400_000);

  it('pauses, resumes and cancels in the middle', async () => {
    const batch = await create({ rows: rowsOf(120, () => '[sandbox:ok rate=400]') });
    await act(batch.id, 'start');
    await until(async () => (await get(batch.id)).counts.completed > 0);
    expect((await act(batch.id, 'pause')).body.data.status).toBe('paused');
    await until(async () => {
      const { counts } = await get(batch.id);
      return counts.pending + counts.processing === 0;
    });
    const paused = await get(batch.id);
    expect(paused.status).toBe('paused');
    expect(paused.counts.waiting).toBeGreaterThan(0);
    // Every end of a row would have fed another one.
    expect(paused.counts.waiting + paused.counts.completed).toBe(120);

    await act(batch.id, 'resume');
    await until(async () => (await get(batch.id)).counts.completed > paused.counts.completed);
    const cancelled = (await act(batch.id, 'cancel')).body.data;
    expect(cancelled.status).toBe('cancelled');
    expect(cancelled.counts.waiting).toBe(0);
    const end = await ended(batch.id);
    expect(end.counts.pending + end.counts.processing).toBe(0);
    expect(end.counts.completed + end.counts.cancelled).toBe(120);
    const { rowCount } = await database.query('SELECT FROM contents WHERE title LIKE $1 AND user_id = $2', [
      'About Town%',
      user.session.user.id,
    ]);
    const submitted = await database.query(
      'SELECT FROM batch_rows r JOIN contents c ON c.id = r.content_id WHERE r.batch_id = $1',
      [batch.id],
    );
    expect(submitted.rowCount).toBeLessThan(120);
    expect(rowCount).toBe(submitted.rowCount);
    for (const action of ['start', 'pause', 'resume'])
      expect((await act(batch.id, action)).body.code).toBe('batch_state');
    expect((await act(batch.id, 'cancel')).status).toBe(200);
  });

  it('retries the failed rows and no others, each into its own content', async () => {
    const fails = (n: number) => (n % 5 === 0 ? `Hamlet ${n} [sandbox:401 times=1]` : `Hamlet ${n}`);
    const batch = await create({ rows: rowsOf(20, fails), startsPaused: false });
    const first = await ended(batch.id);
    expect(first).toMatchObject({ status: 'completed', counts: { completed: 16, failed: 4 } });
    const failed = (await rows(batch.id, '&state=failed')).rows;
    expect(failed.map((row) => row.number)).toEqual([5, 10, 15, 20]);
    expect(failed[0]?.error).toContain('API key');

    const again = await act(batch.id, 'retry');
    expect(again.body.data).toMatchObject({ status: 'running', counts: { waiting: 4, completed: 16 } });
    expect((await ended(batch.id)).counts).toMatchObject({ completed: 20, failed: 0 });
    const retried = (await rows(batch.id)).rows.filter((row) => row.number % 5 === 0);
    expect(retried.map((row) => row.contentId)).toEqual(failed.map((row) => row.contentId));
    const calls = callsFor('Hamlet');
    for (const [hamlet, count] of calls) expect([hamlet, count]).toEqual([hamlet, hamlet.match(/[05]$/) ? 2 : 1]);
    expect(calls.size).toBe(20);
    expect((await act(batch.id, 'retry')).body).toMatchObject({ code: 'batch_state', message: 'No row has failed.' });
  });

  it('shows its contents in the library, and follows a row that its user has retried there', async () => {
    const batch = await create({ rows: rowsOf(1, () => '[sandbox:401 times=1]'), startsPaused: false });
    await ended(batch.id);
    const [row] = (await rows(batch.id)).rows;
    await user.generate();
    const list = await user.call<ContentPage>('GET', `/api/content?batchId=${batch.id}`);
    expect(list.body.data.contents.map(({ id }) => id)).toEqual([row?.contentId]);
    const stranger = await server.signUp();
    const theirs = await stranger.call<ContentPage>('GET', `/api/content?batchId=${batch.id}`);
    expect(theirs.body.data.pagination.total).toBe(0);
    await user.call('POST', `/api/generations/${row?.generationId}/retry`);
    await until(async () => (await get(batch.id)).counts.completed === 1);
  });

  it('draws, translates and tells stories row by row, with numbers where numbers are wanted', async () => {
    const images = await create({
      contentType: 'image',
      template: { title: '{{what}}', prompt: 'A {{what}}', input: { count: '{{n}}', aspectRatio: '{{shape}}' } },
      rows: [
        { what: 'lighthouse', n: 2, shape: '16:9' },
        { what: 'kite', n: '1', shape: '1:1' },
      ],
      startsPaused: false,
    });
    const translation = await create({
      contentType: 'translation',
      template: { title: '{{id}}', input: { text: '{{text}}', target: '{{into}}' } },
      csv: 'id;text;into\r\n1;2024;spa_Latn\r\n2;"Hello; {{name}}";fra_Latn\r\n',
      startsPaused: false,
    });
    const story = await create({
      contentType: 'story',
      template: {
        title: '{{hero}}',
        prompt: 'A {{hero}}',
        input: { paragraphs: '{{long}}', values: ['{{virtue}}', 'care'] },
      },
      rows: [{ hero: 'crab', long: 3, virtue: 'courage' }],
      provider: 'sandbox',
      startsPaused: false,
    });
    for (const { id } of [images, translation, story]) expect((await ended(id)).counts.failed).toBe(0);
    const [two, one] = (await rows(images.id)).rows;
    expect((await user.generation(two!.generationId!)).images).toHaveLength(2);
    expect((await user.generation(one!.generationId!)).images).toHaveLength(1);
    const [, greeting] = (await rows(translation.id)).rows;
    expect((await user.generation(greeting!.generationId!)).text).toContain('{{name}}');
    expect((await user.generation((await rows(story.id)).rows[0]!.generationId!)).input).toEqual({
      paragraphs: 3,
      values: ['courage', 'care'],
    });
  });

  it('pauses itself, with the reason, when no row could be submitted for the same reason', async () => {
    const batch = await create({ rows: rowsOf(5), provider: 'sandbox' });
    // The provider is not set up any more when the rows' turn comes.
    const database = new pg.Client(server.database.url);
    await database.connect();
    await database.query("UPDATE batches SET provider = 'xai' WHERE id = $1", [batch.id]);
    await database.end();
    await act(batch.id, 'start');
    await until(async () => (await get(batch.id)).status === 'paused');
    const paused = await get(batch.id);
    expect(paused.pausedReason).toContain('xai');
    expect(paused.counts).toMatchObject({ waiting: 5, failed: 0 });
  });

  it('refuses a row that cannot be submitted, says why, and goes on with the others', async () => {
    const nobodys = '0198c0de-0000-7000-8000-000000000000';
    const batch = await create({
      contentType: 'image',
      template: { title: 'x', prompt: 'A kite', input: { references: ['{{image}}'] } },
      rows: [{ image: nobodys }],
      startsPaused: false,
    });
    expect((await ended(batch.id)).counts.failed).toBe(1);
    expect((await rows(batch.id)).rows[0]).toMatchObject({ error: 'There is no such image.', contentId: null });
    await act(batch.id, 'retry');
    expect((await ended(batch.id)).counts.failed).toBe(1);
  });

  it('is deleted without its contents', async () => {
    const batch = await create({ rows: rowsOf(2, () => 'kept'), startsPaused: false });
    await ended(batch.id);
    const ids = (await rows(batch.id)).rows.map((row) => row.contentId);
    expect((await user.call('DELETE', `/api/batches/${batch.id}`)).status).toBe(200);
    expect((await user.call('GET', `/api/batches/${batch.id}`)).status).toBe(404);
    for (const id of ids) expect((await user.call('GET', `/api/content/${id}`)).status).toBe(200);
  });

  it('keeps a batch from everybody but its owner', async () => {
    const batch = await create({ rows: rowsOf(1) });
    const stranger = await server.signUp();
    for (const path of ['', '/rows', '/results.csv', '/results.zip']) {
      expect([path, (await stranger.call('GET', `/api/batches/${batch.id}${path}`)).status]).toEqual([path, 404]);
    }
    for (const action of ['start', 'pause', 'resume', 'cancel', 'retry']) {
      expect([action, (await act(batch.id, action, stranger)).status]).toEqual([action, 404]);
    }
    expect((await stranger.call('DELETE', `/api/batches/${batch.id}`)).status).toBe(404);
    expect((await stranger.call<{ batches: unknown[] }>('GET', '/api/batches')).body.data.batches).toEqual([]);
    expect((await get(batch.id)).status).toBe('draft');
  });

  it.each([
    ['a place without a column', { rows: [{ town: 'x' }] }, 'no column is called {{city}}; there are town'],
    ['a row without a column', { rows: [{ city: 'a', wish: '' }, { wish: 'b' }] }, 'row 2: column {{city}} is missing'],
    [
      'a row without a title',
      { template: { title: '{{city}}', prompt: 'x' }, rows: [{ city: ' ' }] },
      'row 1: title must not be empty (from {{city}})',
    ],
    ['a value that is a list', { rows: [{ city: ['x'], wish: '' }] }, 'row 1: column “city” must be text'],
    ['a row that is no object', { rows: ['x'] }, 'row 1: must be an object'],
    ['a long cell', { rows: [{ city: 'x'.repeat(20_001), wish: '' }] }, 'row 1: column “city” has 20001 characters'],
    ['a NUL', { rows: [{ city: 'a\u0000', wish: '' }] }, 'row 1: column “city” must not contain NUL'],
    ['no rows', { rows: [] }, 'must hold at least one row'],
    ['too many rows', { rows: rowsOf(1001) }, 'must hold at most 1000 rows'],
    ['both ways at once', { rows: rowsOf(1), csv: 'city,wish\na,b' }, 'but not both'],
    [
      'an input that its kind does not have',
      { template: { ...template, input: { target: 'x' } }, rows: rowsOf(1) },
      'row 1: ',
    ],
    [
      'a language there is not',
      { contentType: 'translation', template: { title: 't', input: { text: 'x', target: '{{l}}' } }, csv: 'l\nes' },
      'row 1: input.target must be a language code',
    ],
    [
      '51 columns',
      {
        rows: [Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`c${n}`, 'x']))],
        template: { title: '{{c1}}', prompt: 'x' },
      },
      '51 columns; 50 are allowed',
    ],
  ])('refuses %s, names the place, and stores nothing', async (_what, body, message) => {
    const before = (await user.call<{ pagination: { total: number } }>('GET', '/api/batches')).body.data.pagination;
    const request = { title: 'Bad', contentType: 'social', template, ...body };
    const answer = await user.call('POST', '/api/batches', request);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(message);
    expect(answer.body.errors.length).toBeGreaterThan(0);
    expect((await user.call<{ pagination: unknown }>('GET', '/api/batches')).body.data.pagination).toEqual(before);
  });

  it('refuses a body over 2 MiB', async () => {
    const answer = await user.call('POST', '/api/batches', { csv: 'x'.repeat(2_097_152) });
    expect([answer.status, answer.body.code]).toEqual([413, 'payload_too_large']);
  });
});
