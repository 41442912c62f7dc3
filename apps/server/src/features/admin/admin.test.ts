import type {
  AdminUserPage,
  AdminUserView,
  InvitationCreated,
  InvitationOffer,
  OutboxView,
  RegistrationView,
  Session,
} from '@octavo/contracts';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const person = { password: 'correct horse battery', firstName: 'Ada', lastName: 'Lovelace' };

describe('administration', () => {
  let server: TestServer;
  let admin: TestUser;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0, env: { XAI_API_KEY: 'key' } });
    admin = await server.signUp('first@example.org');
  });
  afterAll(() => server?.stop());

  const view = async (id: string) => (await admin.call<AdminUserView>('GET', `/api/admin/users/${id}`)).body.data;

  it('makes the first account admin, and no other', async () => {
    const user = await server.signUp();
    expect((await view(admin.session.user.id)).role).toBe('admin');
    expect((await view(user.session.user.id)).role).toBe('user');
  });

  it('is for admins', async () => {
    const user = await server.signUp();
    for (const [method, path] of [
      ['GET', '/api/admin/users'],
      ['GET', '/api/admin/outbox'],
      ['GET', '/api/admin/invitations'],
      ['POST', '/api/admin/invitations'],
      ['GET', '/api/admin/secrets'],
      ['PUT', '/api/admin/secrets/mail'],
      ['GET', `/api/admin/users/${admin.session.user.id}`],
      ['POST', `/api/admin/users/${admin.session.user.id}/suspend`],
      ['PUT', `/api/admin/users/${user.session.user.id}/role`],
    ] as const) {
      const body = method === 'GET' ? undefined : {};
      expect([path, (await user.call(method, path, body)).body.code]).toEqual([path, 'forbidden']);
      expect([path, (await server.call(method, path, { body })).body.code]).toEqual([path, 'unauthorized']);
    }
  });

  it('lists users, page by page, and finds them by part of a name or address', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) await server.signUp(`${name}@example.org`);
    const first = (await admin.call<AdminUserPage>('GET', '/api/admin/users?search=page-&limit=2')).body.data;
    expect(first.users.map(({ email }) => email)).toEqual(['page-c@example.org', 'page-b@example.org']);
    const rest = await admin.call<AdminUserPage>(
      'GET',
      `/api/admin/users?search=page-&limit=2&cursor=${first.nextCursor}`,
    );
    expect(rest.body.data).toMatchObject({ users: [{ email: 'page-a@example.org' }], nextCursor: null });
    // Wildcards of SQL are only characters.
    const none = await admin.call<AdminUserPage>('GET', '/api/admin/users?search=page%25');
    expect(none.body.data.users).toEqual([]);
  });

  it('suspends: tokens, refresh, sockets and streams end at once; and reinstates', async () => {
    const user = await server.signUp('suspended@example.org');
    const { id } = user.session.user;
    const { id: generationId } = await user.generate({ delayMs: 60_000 });
    const socket = io(server.url, {
      auth: { token: user.session.access_token },
      transports: ['websocket'],
      reconnection: false,
    });
    await new Promise((resolve) => socket.on('connect', () => resolve(undefined)));
    const told = new Promise((resolve) => socket.on('session:expired', () => resolve('told')));
    const closed = new Promise((resolve) => socket.on('disconnect', resolve));
    const { jobId } = (await user.call<{ jobId: string }>('GET', `/api/content/${generationId}`)).body.data;
    const stream = await fetch(`${server.url}/api/generations/${jobId}/events`, {
      headers: { authorization: `Bearer ${user.session.access_token}` },
    });
    expect(stream.status).toBe(200);

    expect(
      (await admin.call<AdminUserView>('POST', `/api/admin/users/${id}/suspend`)).body.data.suspendedAt,
    ).not.toBeNull();
    expect((await user.call('GET', '/api/auth/me')).body).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(
      (await server.call('POST', '/api/auth/refresh', { body: { refresh_token: user.session.refresh_token } })).status,
    ).toBe(401);
    expect([await told, await closed]).toEqual(['told', 'io server disconnect']);
    expect(await stream.text()).toContain('event: session-expired');

    const credentials = { email: 'suspended@example.org', password: person.password };
    expect((await server.call('POST', '/api/auth/login', { body: credentials })).body.code).toBe('account_suspended');
    const wrong = await server.call('POST', '/api/auth/login', { body: { ...credentials, password: 'wrong' } });
    expect(wrong.body.code).toBe('invalid_credentials');

    await admin.call('POST', `/api/admin/users/${id}/reinstate`);
    expect((await user.call('GET', '/api/auth/me')).status).toBe(401);
    const again = await server.call<Session>('POST', '/api/auth/login', { body: credentials });
    expect(again.status).toBe(200);
  });

  it('keeps at least one admin, also when two go at the same time', async () => {
    const { id } = admin.session.user;
    expect((await admin.call('POST', `/api/admin/users/${id}/suspend`)).body.code).toBe('last_admin');
    expect((await admin.call('PUT', `/api/admin/users/${id}/role`, { role: 'user' })).body.code).toBe('last_admin');
    const second = await server.signUp();
    await admin.call('PUT', `/api/admin/users/${second.session.user.id}/role`, { role: 'admin' });
    expect((await second.call('GET', '/api/admin/users')).status).toBe(200);
    const answers = await Promise.all([
      admin.call('PUT', `/api/admin/users/${second.session.user.id}/role`, { role: 'user' }),
      second.call('PUT', `/api/admin/users/${id}/role`, { role: 'user' }),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const still = [await admin.call('GET', '/api/admin/users'), await second.call('GET', '/api/admin/users')];
    expect(still.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 403]);
    if (answers[0]?.status !== 200) await second.call('PUT', `/api/admin/users/${id}/role`, { role: 'admin' });
  });

  it('shows the messages that could not be sent, which are sealed in the database', async () => {
    await server.signUp('outbox@example.org');
    let messages: OutboxView['messages'] = [];
    await until(async () => {
      const { data } = (await admin.call<OutboxView>('GET', '/api/admin/outbox')).body;
      expect(data.sends).toEqual({ email: false, whatsapp: false });
      messages = data.messages;
      return messages.some(({ to }) => to === 'outbox@example.org');
    });
    expect(messages.find(({ to }) => to === 'outbox@example.org')?.text).toMatch(/Your code is \d{6}/);
  });

  it('gives an invitation to one, once, and its role with it', async () => {
    const invited = await admin.call<InvitationCreated>('POST', '/api/admin/invitations', {
      email: 'Guest@Example.org',
      role: 'admin',
    });
    expect(invited.status).toBe(201);
    const { token, link } = invited.body.data;
    expect(link).toMatch(/^http:\/\/localhost:0\/register#invitation=/);
    const register = (email: string) =>
      server.call<Session>('POST', '/api/auth/register', { body: { ...person, email, invitation: token } });
    expect((await register('other@example.org')).body.code).toBe('invitation_invalid');
    const guest = await register('guest@example.org');
    expect(guest.status).toBe(201);
    expect((await view(guest.body.data.user.id)).role).toBe('admin');
    expect((await register('guest2@example.org')).body.code).toBe('invitation_invalid');
  });

  it('tells whoever holds an invitation what it is good for, and nobody else anything', async () => {
    const invite = async (body: object) =>
      (await admin.call<InvitationCreated>('POST', '/api/admin/invitations', body)).body.data;
    const look = (invitation: string) =>
      server.call<InvitationOffer>('POST', '/api/auth/invitation', { body: { invitation } });
    const mine = await invite({ email: 'Invited@example.org', role: 'admin', expiresInDays: 2 });
    expect((await look(mine.token)).body.data).toEqual({
      email: 'invited@example.org',
      role: 'admin',
      expiresAt: mine.expiresAt,
    });
    const forAll = await invite({});
    expect((await look(forAll.token)).body.data).toMatchObject({ email: null, role: 'user' });
    // Looking uses nothing up.
    expect((await look(mine.token)).status).toBe(200);

    const revoked = await invite({ email: 'revoked@example.org' });
    await admin.call('DELETE', `/api/admin/invitations/${revoked.id}`);
    const expired = await invite({ email: 'expired@example.org' });
    await server.database.query('UPDATE invitations SET expires_at = now() WHERE id = $1', [expired.id]);
    const body = { ...person, email: 'invited@example.org', invitation: mine.token };
    expect((await server.call('POST', '/api/auth/register', { body })).status).toBe(201);
    const answers = [];
    for (const token of [mine.token, revoked.token, expired.token, mine.id, 'x', `${forAll.token}x`]) {
      const { status, body: answer } = await look(token);
      answers.push({ status, code: answer.code, detail: answer.detail });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 403, code: 'invitation_invalid' });
    expect(JSON.stringify(answers)).not.toContain('example.org');
  });

  it('invitations last no longer than the right to make them', async () => {
    for (const [path, method, body] of [
      ['suspend', 'POST', undefined],
      ['role', 'PUT', { role: 'user' }],
    ] as const) {
      const helper = await server.signUp();
      const { id } = helper.session.user;
      await admin.call('PUT', `/api/admin/users/${id}/role`, { role: 'admin' });
      const { token } = (await helper.call<InvitationCreated>('POST', '/api/admin/invitations', { role: 'admin' })).body
        .data;
      expect((await admin.call(method, `/api/admin/users/${id}/${path}`, body)).status).toBe(200);
      const answer = await server.call('POST', '/api/auth/register', {
        body: { ...person, email: `late-${path}@example.org`, invitation: token },
      });
      expect(answer.body.code).toBe('invitation_invalid');
    }
  });

  it('takes credentials and never answers them', async () => {
    const secret = { host: 'smtp.example.org', port: 587, password: 'a-very-secret-password', from: 'a@example.org' };
    const unknown = await admin.call('PUT', '/api/admin/secrets/xai', { apiKey: 'key-of-mine', foo: 'x-secret' });
    expect(unknown.body.errors).toEqual([{ path: 'body.foo', message: 'is not a known field' }]);
    expect(JSON.stringify(unknown.body)).not.toMatch(/key-of-mine|x-secret/);
    expect((await admin.call('PUT', '/api/admin/secrets/mail', { ...secret, port: 'x-secret' })).body).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'body.port' }],
    });
    const answers = [
      await admin.call('PUT', '/api/admin/secrets/mail', secret),
      await admin.call('GET', '/api/admin/secrets'),
    ];
    expect(answers[1]?.body.data).toMatchObject({ secrets: [{ name: 'mail' }], inEnvironment: ['xai'] });
    expect((await admin.call<OutboxView>('GET', '/api/admin/outbox')).body.data.sends).toEqual({
      email: true,
      whatsapp: false,
    });
    expect(JSON.stringify(answers)).not.toContain('a-very-secret-password');
    expect((await admin.call('DELETE', '/api/admin/secrets/mail')).status).toBe(200);
    expect((await admin.call('DELETE', '/api/admin/secrets/mail')).status).toBe(404);
  });
});

describe('registration', () => {
  const register = (server: TestServer, extra: object) =>
    server.call<Session>('POST', '/api/auth/register', { body: { ...person, ...extra } });

  it.each(['invite', 'closed'])('%s: only the first account may come by itself', async (mode) => {
    const server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0, env: { REGISTRATION: mode } });
    const now = async () => (await server.call<RegistrationView>('GET', '/api/auth/registration')).body.data;
    try {
      expect(await now()).toMatchObject({ mode: 'open', hasAccounts: false });
      const answers = await Promise.all(
        Array.from({ length: 5 }, (_, n) => register(server, { email: `${n}@example.org` })),
      );
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 403, 403, 403, 403]);
      expect(answers.find(({ status }) => status === 403)?.body.code).toBe('registration_closed');
      expect(await now()).toMatchObject({ mode, hasAccounts: true });
      const token = answers.find(({ status }) => status === 201)?.body.data.access_token ?? '';
      const invited = await server.call<InvitationCreated>('POST', '/api/admin/invitations', { body: {}, token });
      const { token: invitation } = invited.body.data;
      const guests = await Promise.all(
        Array.from({ length: 4 }, (_, n) => register(server, { email: `guest${n}@example.org`, invitation })),
      );
      const expected = mode === 'invite' ? [201, 403, 403, 403] : [403, 403, 403, 403];
      expect(guests.map(({ status }) => status).sort((a, b) => a - b)).toEqual(expected);
      const revoked = await server.call<InvitationCreated>('POST', '/api/admin/invitations', { body: {}, token });
      await server.call('DELETE', `/api/admin/invitations/${revoked.body.data.id}`, { token });
      const late = await register(server, { email: 'late@example.org', invitation: revoked.body.data.token });
      expect(late.status).toBe(403);
    } finally {
      await server.stop();
    }
  });
});
