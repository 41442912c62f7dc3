import { request } from 'node:http';
import { connect } from 'node:net';
import type { ContentPage } from '@octavo/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const good = { title: 'Tea', contentType: 'blog', prompt: 'The history of tea' };
const id = '0198c0de-0000-7000-8000-000000000000';

describe('bad input', () => {
  let server: TestServer;
  let user: TestUser;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    user = await server.signUp();
  });
  afterAll(async () => {
    // Whatever was refused has left nothing behind.
    const list = await user.call<ContentPage>('GET', '/api/content');
    expect(list.body.data.pagination.total).toBe(0);
    await server.stop();
  });

  it.each<[string, unknown, string[]]>([
    ['no fields', {}, ['body.title', 'body.contentType', 'body.prompt']],
    ['wrong types', { title: 1, contentType: [], prompt: null }, ['body.title', 'body.contentType', 'body.prompt']],
    ['an empty title', { ...good, title: '  ' }, ['body.title']],
    ['an empty prompt', { ...good, prompt: ' \n ' }, ['body.prompt']],
    ['a prompt over the limit', { ...good, prompt: 'x'.repeat(20_001) }, ['body.prompt']],
    ['a NUL byte', { ...good, prompt: 'a\u0000b' }, ['body.prompt']],
    ['a lone surrogate', { ...good, title: 'a\ud800b' }, ['body.title']],
    ['an unknown content type', { ...good, contentType: 'poem' }, ['body.contentType']],
    ['an unknown provider', { ...good, provider: 'nobody' }, ['body.provider']],
    ['a model without a provider', { ...good, model: 'x' }, ['body.model']],
    ['a negative delay', { ...good, delayMs: -1 }, ['body.delayMs']],
    ['fields nobody asked for', { ...good, userId: id, status: 'completed' }, ['body.userId', 'body.status']],
    ['an array', [good], ['body']],
    ['null', null, ['body']],
    ['a string', '"text"', ['body']],
  ])('%s: names each wrong field', async (_name, body, fields) => {
    const answer = await user.call('POST', '/api/content/generate', body === null ? 'null' : body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'validation_failed', success: false, statusCode: 400, status: 400 });
    expect(answer.body.errors.map(({ path }) => path)).toEqual(fields);
    expect(answer.body.message).toContain(fields[0]);
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
  });

  it('says what is wrong in words of ours', async () => {
    const answer = await user.call('POST', '/api/content/generate', { title: 1, contentType: 'poem', delayMs: 1.5 });
    expect(answer.body.errors).toEqual([
      { path: 'body.title', message: 'must be text' },
      { path: 'body.contentType', message: expect.stringMatching(/^must be one of blog, /) },
      { path: 'body.prompt', message: 'is missing' },
      { path: 'body.delayMs', message: 'must be a whole number' },
    ]);
    expect(answer.body.message).toBe('body.title must be text');
    const list = await user.call('GET', '/api/content?limit=101&status=gone');
    expect(list.body.errors).toEqual([
      { path: 'query.limit', message: 'must be at most 100' },
      { path: 'query.status', message: 'must be one of draft, published' },
    ]);
  });

  it.each(['cancel', 'retry'])('%s takes an empty body of JSON, but no other', async (action) => {
    const headers = { 'content-type': 'application/json' };
    const path = `/api/generations/${id}/${action}`;
    const statusOf = async (body: string) => (await user.call('POST', path, body, headers)).status;
    expect([await statusOf(''), await statusOf('{}'), await statusOf('{"a"')]).toEqual([404, 404, 400]);
  });

  it.each([
    'page=0',
    'page=-1',
    'page=1e9',
    'page=1000000000',
    'page=abc',
    'limit=0',
    'limit=101',
    'contentType=poem',
    'status=gone',
    'cursor=1',
    'sort=title',
  ])('a list with %s', async (query) => {
    const answer = await user.call('GET', `/api/content?${query}`);
    expect([answer.status, answer.body.errors[0]?.path]).toEqual([400, `query.${query.split('=')[0]}`]);
  });

  it('duplicate parameters', async () => {
    expect((await user.call('GET', '/api/content?page=1&page=2')).body.errors[0]?.path).toBe('query.page');
  });

  it.each([
    '/api/content/1',
    `/api/content/${id}x`,
    '/api/content/%00',
    '/api/generations/abc',
    '/api/content/job/1/status',
  ])('a malformed id: %s', async (path) => {
    expect((await user.call('GET', path)).status).toBe(400);
  });

  it.each(['', 'has space', 'ñ', 'x'.repeat(256), 'a, b'])('the Idempotency-Key "%s"', async (key) => {
    const answer = await rawRequest(server.url, user, { 'idempotency-key': Buffer.from(key).toString('latin1') });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'headers.idempotency-key' }] } });
  });

  it('JSON that is none, or that reaches for prototypes', async () => {
    for (const body of [
      '{"title":',
      '{"__proto__":{"admin":true}}',
      '{"constructor":{"prototype":{"a":1}}}',
      'plain',
    ]) {
      const answer = await user.call('POST', '/api/content/generate', body);
      expect([body, answer.status]).toEqual([body, 400]);
    }
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    const empty = await user.call('POST', '/api/content/generate', '', { 'content-type': 'application/json' });
    expect(empty.status).toBe(400);
  });

  it('10 MB, and what is not JSON', async () => {
    const large = await user.call('POST', '/api/content/generate', { ...good, prompt: 'x'.repeat(10_000_000) });
    expect([large.status, large.body.code]).toEqual([413, 'payload_too_large']);
  });

  it.each([
    ['/api/content/generate', 'Send JSON with Content-Type: application/json.'],
    ['/api/media', 'Send JSON with Content-Type: application/json, or a form with Content-Type: multipart/form-data.'],
    ['/api/account/import', 'Send the ZIP with Content-Type: application/zip.'],
  ])('%s says which types it takes', async (path, message) => {
    for (const type of ['text/xml', 'text/plain', 'application/x-www-form-urlencoded']) {
      const { status, body } = await user.call('POST', path, JSON.stringify(good), { 'content-type': type });
      expect([type, status, body.code, body.message]).toEqual([type, 415, 'unsupported_media_type', message]);
    }
  });

  it('gets its answer even while it still writes, and the connection lives on', async () => {
    const bytes = 5_000_000;
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let answers = '';
    let failure: Error | undefined;
    socket.on('data', (data) => (answers += data.toString('latin1')));
    socket.on('error', (error) => (failure = error));
    socket.write(
      `POST /api/content/generate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer ${user.session.access_token}\r\ncontent-length: ${bytes}\r\n\r\n`,
    );
    await until(() => answers.includes('payload_too_large'));
    socket.write(Buffer.alloc(bytes, 'a'));
    socket.write('GET /api/health HTTP/1.1\r\nhost: x\r\n\r\n');
    await until(() => failure !== undefined || answers.includes('HTTP/1.1 200'));
    socket.destroy();
    expect(failure).toBeUndefined();
  });

  it('wrong methods and unknown paths', async () => {
    for (const [method, path] of [
      ['PATCH', '/api/content/generate'],
      ['DELETE', '/api/content'],
      ['PUT', '/api/auth/login'],
      ['GET', '/api/nothing'],
      ['GET', '/api/content/generate/x/y'],
    ] as const) {
      const answer = await user.call(method, path);
      expect([method, path, [404, 405].includes(answer.status)]).toEqual([method, path, true]);
      expect(answer.body.code).toBe('not_found');
    }
  });

  it('a provider that is not set up here', async () => {
    const answer = await user.call('POST', '/api/content/generate', { ...good, provider: 'xai' });
    expect(answer.body).toMatchObject({
      status: 422,
      code: 'provider_unavailable',
      errors: [{ path: 'body.provider' }],
    });
  });

  it('accounts', async () => {
    const person = { email: 'a@b.org', password: 'long enough', firstName: 'A', lastName: 'B' };
    for (const [field, value] of [
      ['email', 'not-an-address'],
      ['email', undefined],
      ['password', 'short'],
      ['password', 'x'.repeat(129)],
      ['firstName', ' '],
      ['lastName', 'x\u0000'],
    ] as const) {
      const answer = await server.call('POST', '/api/auth/register', { body: { ...person, [field]: value } });
      expect([field, answer.status, answer.body.errors?.[0]?.path]).toEqual([field, 400, `body.${field}`]);
    }
    const nothing = await server.call('POST', '/api/auth/register', { body: {} });
    expect(nothing.body.errors.map(({ path, message }) => `${path} ${message}`)).toEqual([
      'body.password is missing',
      'body.firstName is missing',
      'body.lastName is missing',
      'body.email must be given, or phone',
    ]);
    const wrong = await server.call('POST', '/api/auth/register', { body: { ...person, email: 'x', firstName: '' } });
    expect(wrong.body.errors.map(({ path }) => path)).toEqual(['body.email', 'body.firstName']);
    const login = await server.call('POST', '/api/auth/login', { body: { ...person, role: 'admin' } });
    expect(login.body.errors.map(({ path }) => path)).toContain('body.role');
  });

  it('everything that needs a token, without one', async () => {
    for (const [method, path] of [
      ['GET', '/api/auth/me'],
      ['POST', '/api/content/generate'],
      ['GET', '/api/content'],
      ['POST', '/api/content'],
      ['GET', `/api/content/${id}`],
      ['GET', `/api/generations/${id}/events`],
      ['GET', '/api/providers'],
    ] as const) {
      const answer = await server.call(method, path);
      expect([path, answer.status, answer.body.code]).toEqual([path, 401, 'unauthorized']);
    }
  });
});

/** `fetch` refuses some header values that a hand-written client may send. */
function rawRequest(
  url: string,
  user: TestUser,
  headers: Record<string, string>,
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}/api/content/generate`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${user.session.access_token}`,
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) });
        });
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify(good));
  });
}
