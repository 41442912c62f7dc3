import { io } from 'socket.io-client';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../apps/server/src/testing/server.ts';
import { until } from '../apps/server/src/testing/until.ts';
import { type Cast, createCast, createKey, password } from './lib/cast.ts';
import { fillPath, type Operation, readOperations } from './lib/openapi.ts';

/** What refuses somebody for who they are, whatever they ask for. */
const refusals = ['unauthorized', 'token_expired', 'forbidden', 'admin_second_factor_required'];

type Kind = 'open' | 'account' | 'admin' | 'keys of admins' | 'work';

/** By the place of a route. One that stands elsewhere is work: for every session, and for keys as far as they go. */
function kindOf({ path, method, needsToken }: Operation): Kind {
  if (!needsToken) return 'open';
  if (path.startsWith('/api/admin/') || path.startsWith('/api/usage/unknown')) return 'admin';
  if (path.startsWith('/api/security/')) return 'keys of admins';
  // Whoever holds a key must not widen what it may spend.
  if (path.startsWith('/api/budgets') && method !== 'GET') return method === 'DELETE' ? 'admin' : 'account';
  return path.startsWith('/api/account') || path.startsWith('/api/auth/verify') ? 'account' : 'work';
}

const may: Record<Exclude<Kind, 'open'>, (caller: keyof Cast['living'], isRead: boolean) => boolean> = {
  account: (caller) => caller === 'user' || caller === 'admin',
  admin: (caller) => caller === 'admin' || caller === 'a key of an admin: admin',
  'keys of admins': (caller) => caller === 'a key of an admin: admin',
  work: (caller, isRead) =>
    caller === 'user' || caller === 'admin' || caller.endsWith(isRead ? ': read' : ': generate'),
};

describe('who may do what', () => {
  let server: TestServer;
  let cast: Cast;
  let operations: Operation[];

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    cast = await createCast(server);
    operations = await readOperations(server.url);
  });
  afterAll(() => server.stop());

  const bodyOf = (operation: Operation): string => (operation.body ? '[]' : '{}');
  /** A request that gets as far as its route and finds nothing to do there. */
  async function ask(operation: Operation, token?: string): Promise<string> {
    const response = await fetch(server.url + fillPath(operation, () => '0190a000-0000-7000-8000-000000000000'), {
      method: operation.method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(operation.method !== 'GET' && { 'content-type': 'application/json' }),
      },
      ...(operation.method !== 'GET' && { body: bodyOf(operation) }),
    });
    const text = await response.text();
    const code = text.startsWith('{"type"') ? (JSON.parse(text) as { code: string }).code : '';
    return refusals.includes(code) ? code : 'let in';
  }

  it('knows a route of every kind', () => {
    const kinds = Object.groupBy(operations, kindOf);
    const counts = Object.fromEntries(Object.entries(kinds).map(([kind, those]) => [kind, those.length]));
    expect(Object.keys(counts).toSorted()).toEqual(['open', ...Object.keys(may)].toSorted());
    for (const kind of ['account', 'admin', 'work']) expect([kind, (counts[kind] ?? 0) > 10]).toEqual([kind, true]);
  });

  it('nobody, and nobody who was somebody once, gets into any route that is not open', async () => {
    for (const operation of operations.filter((one) => kindOf(one) !== 'open')) {
      for (const [caller, token] of [['nobody', undefined] as const, ...Object.entries(cast.dead)]) {
        expect([operation.name, caller, await ask(operation, token)]).toEqual([operation.name, caller, 'unauthorized']);
      }
    }
  });

  it('users, admins and keys get into what is theirs, and into nothing else', async () => {
    for (const operation of operations) {
      const kind = kindOf(operation);
      if (kind === 'open') continue;
      for (const [caller, token] of Object.entries(cast.living) as Array<[keyof Cast['living'], string]>) {
        const expected = may[kind](caller, operation.method === 'GET') ? 'let in' : 'forbidden';
        expect([operation.name, caller, await ask(operation, token)]).toEqual([operation.name, caller, expected]);
      }
    }
  });

  it('sockets and images ask the same questions', async () => {
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
    const image = (await cast.user.upload(png)).body.data;
    const both = async (token: string) => {
      const socket = io(server.url, { auth: { token }, transports: ['websocket'], reconnection: false });
      const connected = await new Promise<boolean>((resolve) => {
        socket.on('connect', () => resolve(true));
        socket.on('connect_error', () => resolve(false));
      });
      socket.close();
      const headers = { authorization: `Bearer ${token}` };
      const { status } = await fetch(`${server.url}/media/${image.id}/large`, { headers });
      return [connected, status];
    };
    for (const [caller, token] of Object.entries(cast.dead)) {
      expect([caller, ...(await both(token))]).toEqual([caller, false, 404]);
    }
    expect(await both(cast.living.user)).toEqual([true, 200]);
    expect(await both(cast.living['a key: read'])).toEqual([true, 200]);
    expect(await both(cast.living['a key: generate'])).toEqual([false, 404]);
    expect(await both(cast.living['a key of an admin: admin'])).toEqual([false, 404]);
    // An admin sees what administration shows, not what others have made.
    expect(await both(cast.living.admin)).toEqual([true, 404]);
  });

  it('what a key may do ends with what its owner may do', async () => {
    const second = await server.signUp();
    const setRole = (role: string) =>
      cast.admin.call('PUT', `/api/admin/users/${second.session.user.id}/role`, { role });
    await setRole('admin');
    const { key } = await createKey(second, ['admin']);
    const users = () => server.call('GET', '/api/admin/users', { token: key });
    expect((await users()).status).toBe(200);
    await setRole('user');
    expect((await users()).status).toBe(403);
    expect((await second.call('GET', '/api/admin/users')).status).toBe(403);
    const invented = ['admin', 'admin ', 'ADMIN', '*', 'read,admin', 'account'];
    for (const scope of invented) {
      const answer = await second.call('POST', '/api/account/keys', { password, name: 'k', scopes: [scope] });
      expect([scope, answer.status >= 400]).toEqual([scope, true]);
    }
  });

  /** A live socket and a stream of events that wait for something to happen. */
  async function connections(user: TestUser) {
    const { jobId } = await user.generate({ delayMs: 3_600_000 });
    const socket = io(server.url, {
      auth: { token: user.session.access_token },
      transports: ['websocket'],
      reconnection: false,
    });
    await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
    const stream = await fetch(`${server.url}/api/generations/${jobId}/events`, {
      headers: { authorization: `Bearer ${user.session.access_token}` },
    });
    expect(stream.status).toBe(200);
    let isOpen = true;
    stream.text().then(
      () => (isOpen = false),
      () => (isOpen = false),
    );
    return { socket, isOpen: () => socket.connected || isOpen };
  }

  it.each<[string, (user: TestUser, other: TestUser) => Promise<{ status: number }>]>([
    [
      'signing out',
      (user) => server.call('POST', '/api/auth/logout', { body: { refresh_token: user.session.refresh_token } }),
    ],
    ['being suspended', (user) => cast.admin.call('POST', `/api/admin/users/${user.session.user.id}/suspend`)],
    [
      'a new password, chosen on another device',
      (_, other) =>
        other.call('PUT', '/api/account/password', {
          currentPassword: password,
          newPassword: 'another battery staple',
        }),
    ],
    [
      'deleting the account on another device',
      (_, other) => other.call('POST', '/api/account/delete', { password, confirm: 'DELETE' }),
    ],
    ['ending all other sessions', (_, other) => other.call('DELETE', '/api/account/sessions')],
  ])('%s ends tokens, sockets and streams within five seconds', async (_name, act) => {
    const user = await server.signUp();
    const email = user.session.user.email;
    const again = await server.call<TestUser['session']>('POST', '/api/auth/login', { body: { email, password } });
    const other: TestUser = {
      ...user,
      call: (method, path, body) => server.call(method, path, { body, token: again.body.data.access_token }),
    };
    const open = await connections(user);
    expect((await user.call('GET', '/api/auth/me')).status).toBe(200);
    expect((await act(user, other)).status).toBe(200);
    await until(async () => (await user.call('GET', '/api/auth/me')).status === 401, 5000);
    await until(() => !open.isOpen(), 5000);
    const refreshed = await server.call('POST', '/api/auth/refresh', {
      body: { refresh_token: user.session.refresh_token },
    });
    expect(refreshed.status).toBe(401);
  });
});
