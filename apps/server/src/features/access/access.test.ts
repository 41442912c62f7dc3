import type { ApiKeyCreated, ApiKeyView, MediaView } from '@octavo/contracts';
import pg from 'pg';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

describe('API keys', () => {
  let server: TestServer;
  let admin: TestUser;
  let user: TestUser;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    admin = await server.signUp();
    user = await server.signUp();
  });
  afterAll(() => server?.stop());

  const create = (who: TestUser, body: object = {}) =>
    who.call<ApiKeyCreated>('POST', '/api/account/keys', {
      password: 'correct horse battery',
      name: 'A program',
      ...body,
    });
  const keyOf = async (who: TestUser, scopes?: string[]) => (await create(who, { scopes })).body.data.key;
  const call = (token: string, method: string, path: string, body?: unknown) =>
    server.call(method, path, { token, body });
  const generate = { title: 'Tea', contentType: 'blog', prompt: 'The history of tea' };

  it('are shown once, and kept as hashes behind a prefix', async () => {
    const { body } = await create(user, { expiresInDays: 30 });
    const { key, prefix } = body.data;
    expect(key).toMatch(/^octavo_[a-z0-9]{8}_[\w-]{43}$/);
    expect(key.startsWith(prefix)).toBe(true);
    const listed = await user.call<{ keys: ApiKeyView[] }>('GET', '/api/account/keys');
    expect(listed.body.data.keys[0]).toMatchObject({ prefix, scopes: ['read', 'generate'], lastUsedAt: null });
    expect(JSON.stringify(listed.body)).not.toContain(key);
    const client = new pg.Client(server.database.url);
    await client.connect();
    const { rows } = await client.query('SELECT row_to_json(k)::text AS row FROM api_keys k');
    await client.end();
    expect(JSON.stringify(rows)).not.toContain(key.slice(prefix.length + 1));
  });

  it('work wherever a token does, as far as their scopes go', async () => {
    const [read, write, both] = [
      await keyOf(user, ['read']),
      await keyOf(user, ['generate']),
      await keyOf(user, ['read', 'generate']),
    ];
    const status = async (key: string, method: string, path: string, body?: unknown) =>
      (await call(key, method, path, body)).status;
    for (const [key, list, make] of [
      [read, 200, 403],
      [write, 403, 202],
      [both, 200, 202],
    ] as const) {
      expect(await status(key, 'GET', '/api/content')).toBe(list);
      expect(await status(key, 'GET', '/api/auth/me')).toBe(list);
      expect(await status(key, 'POST', '/api/content/generate', generate)).toBe(make);
    }
    expect((await call(read, 'POST', '/api/content/generate', generate)).body).toMatchObject({
      code: 'forbidden',
      message: 'This API key lacks the scope generate.',
    });
    expect((await call(both, 'GET', '/api/media')).body.data).toMatchObject({ media: [] as MediaView[] });
    const sockets = [both, write].map((token) =>
      io(server.url, { auth: { token }, transports: ['websocket'], forceNew: true, reconnection: false }),
    );
    const outcomes = await Promise.all(
      sockets.map(
        (socket) =>
          new Promise((resolve) => {
            socket.on('connect', () => resolve('connected'));
            socket.on('connect_error', (error) => resolve(error.message));
          }),
      ),
    );
    for (const socket of sockets) socket.close();
    expect(outcomes).toEqual(['connected', 'forbidden']);
    await until(async () => {
      const { keys } = (await user.call<{ keys: ApiKeyView[] }>('GET', '/api/account/keys')).body.data;
      return keys.filter(({ lastUsedAt }) => lastUsedAt !== null).length === 3;
    });
  });

  it('never reach the account itself: a leaked key must not become its owner', async () => {
    const key = await keyOf(admin, ['read', 'generate', 'admin']);
    for (const [method, path] of [
      ['GET', '/api/account'],
      ['PATCH', '/api/account'],
      ['PUT', '/api/account/password'],
      ['PUT', '/api/account/email'],
      ['POST', '/api/account/keys'],
      ['GET', '/api/account/sessions'],
      ['DELETE', '/api/account/sessions'],
      ['POST', '/api/auth/verify'],
    ] as const) {
      const answer = await call(key, method, path, method === 'GET' ? undefined : {});
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'forbidden']);
    }
  });

  it('administrate only with the scope admin, only for admins, and only while they are', async () => {
    expect((await create(user, { scopes: ['admin'] })).body.code).toBe('forbidden');
    expect((await call(await keyOf(admin), 'GET', '/api/admin/users')).status).toBe(403);
    const second = await server.signUp();
    const setRole = (role: string) => admin.call('PUT', `/api/admin/users/${second.session.user.id}/role`, { role });
    await setRole('admin');
    const key = await keyOf(second, ['admin']);
    expect((await call(key, 'GET', '/api/admin/users')).status).toBe(200);
    // It is no key for anything else.
    expect((await call(key, 'GET', '/api/content')).status).toBe(403);
    await setRole('user');
    expect((await call(key, 'GET', '/api/admin/users')).status).toBe(403);
  });

  it('end when they are deleted, when they expire, and while their owner is suspended', async () => {
    const { id, key } = (await create(user)).body.data;
    const works = async (token: string) => (await call(token, 'GET', '/api/content')).status;
    expect(await works(key)).toBe(200);
    const stranger = await server.signUp();
    expect((await stranger.call('DELETE', `/api/account/keys/${id}`)).status).toBe(404);
    expect((await user.call('DELETE', `/api/account/keys/${id}`)).status).toBe(200);
    expect(await works(key)).toBe(401);

    const kept = await keyOf(stranger);
    expect(await works(kept)).toBe(200);
    await admin.call('POST', `/api/admin/users/${stranger.session.user.id}/suspend`);
    expect(await works(kept)).toBe(401);
    await admin.call('POST', `/api/admin/users/${stranger.session.user.id}/reinstate`);
    expect(await works(kept)).toBe(200);

    const old = (await create(user, { expiresInDays: 1 })).body.data;
    const client = new pg.Client(server.database.url);
    await client.connect();
    await client.query('UPDATE api_keys SET expires_at = now() WHERE id = $1', [old.id]);
    await client.end();
    expect(await works(old.key)).toBe(401);
    expect(await works(`octavo_aaaaaaaa_${'A'.repeat(43)}`)).toBe(401);
  });

  it('cannot be more than fifty', async () => {
    const many = await server.signUp();
    for (let n = 0; n < 44; n += 1) expect((await create(many)).status).toBe(201);
    const atOnce = await Promise.all(Array.from({ length: 20 }, () => create(many)));
    expect(atOnce.filter(({ status }) => status === 201)).toHaveLength(6);
    expect(atOnce.filter(({ body }) => body.code === 'limit_reached')).toHaveLength(14);
  });
});
