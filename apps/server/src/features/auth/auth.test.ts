import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from '@octavo/contracts';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { sql } from 'kysely';
import pg from 'pg';
import { io } from 'socket.io-client';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { loadSecrets } from '../../platform/crypto/index.ts';
import { openDatabase } from '../../platform/db/index.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';
import { hashRefreshToken, newRefreshToken } from './refresh-token.ts';
import { createAuthRepository } from './repository.ts';

const person = { password: 'correct horse battery', firstName: 'Grace', lastName: 'Hopper' };

describe('accounts', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0, env: { ACCESS_TOKEN_MINUTES: '15' } });
  });
  afterAll(() => server?.stop());

  const post = <T = unknown>(path: string, body: unknown) => server.call<T>('POST', path, { body });
  const me = (token: string) => server.call('GET', '/api/auth/me', { token });

  async function query(text: string, values: unknown[]) {
    const client = new pg.Client(server.database.url);
    await client.connect();
    return client.query(text, values).finally(() => client.end());
  }

  /** As if everything this user's sessions did had been so much longer ago. */
  const makeOlder = (userId: string, seconds: number) =>
    query(
      `UPDATE refresh_tokens SET created_at = created_at - $2 * interval '1 s', used_at = used_at - $2 * interval '1 s'
       WHERE user_id = $1`,
      [userId, seconds],
    );

  it('registers, signs in and says who one is, in the documented shapes', async () => {
    const registered = await post<Session>('/api/auth/register', { ...person, email: ' Grace@Example.org ' });
    expect(registered.status).toBe(201);
    expect(registered.body).toEqual({
      success: true,
      message: 'User registered successfully',
      statusCode: 201,
      data: {
        user: { id: expect.any(String), email: 'grace@example.org', firstName: 'Grace', lastName: 'Hopper' },
        access_token: expect.any(String),
        refresh_token: expect.any(String),
      },
    });
    const login = await post<Session>('/api/auth/login', { email: 'GRACE@example.org', password: person.password });
    expect(login).toMatchObject({
      status: 200,
      body: { message: 'Login successful', data: { user: registered.body.data.user } },
    });
    expect((await me(login.body.data.access_token)).body.data).toEqual({ user: registered.body.data.user });
    expect(decodeProtectedHeader(login.body.data.access_token).alg).toBe('EdDSA');
    const { exp = 0, iat = 0 } = decodeJwt(login.body.data.access_token);
    expect(exp - iat).toBe(15 * 60);
  });

  it('keeps passwords and refresh tokens only as hashes', async () => {
    const { body } = await post<Session>('/api/auth/register', { ...person, email: 'hashed@example.org' });
    const client = new pg.Client(server.database.url);
    await client.connect();
    const users = await client.query('SELECT row_to_json(u)::text AS row FROM users u');
    const tokens = await client.query('SELECT row_to_json(t)::text AS row FROM refresh_tokens t');
    await client.end();
    const stored = [...users.rows, ...tokens.rows].map(({ row }) => row as string).join('\n');
    expect(stored).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(stored).not.toContain(person.password);
    expect(stored).not.toContain(body.data.refresh_token);
  });

  it('refuses a second account for an address, and a wrong password or address alike', async () => {
    await post('/api/auth/register', { ...person, email: 'twice@example.org' });
    const again = await post('/api/auth/register', { ...person, email: 'TWICE@example.org' });
    expect(again.body).toMatchObject({ status: 409, code: 'email_taken', errors: [{ path: 'body.email' }] });
    const wrong = await post('/api/auth/login', { email: 'twice@example.org', password: 'wrong password' });
    const nobody = await post('/api/auth/login', { email: 'nobody@example.org', password: 'wrong password' });
    expect(wrong.status).toBe(401);
    expect({ ...nobody.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
  });

  it('rotates refresh tokens, and ends the whole session when an old one comes back', async () => {
    const first = (await post<Session>('/api/auth/register', { ...person, email: 'rotate@example.org' })).body.data;
    const other = (await post<Session>('/api/auth/login', { email: 'rotate@example.org', password: person.password }))
      .body.data;
    const second = await post<Session>('/api/auth/refresh', { refresh_token: first.refresh_token });
    expect(second.status).toBe(200);
    expect(second.body.data.refresh_token).not.toBe(first.refresh_token);
    expect((await me(second.body.data.access_token)).status).toBe(200);

    await makeOlder(first.user.id, 11);
    const stolen = await post('/api/auth/refresh', { refresh_token: first.refresh_token });
    expect(stolen.body).toMatchObject({ status: 401, code: 'refresh_token_invalid' });
    expect((await post('/api/auth/refresh', { refresh_token: second.body.data.refresh_token })).status).toBe(401);
    // A session of another sign-in is not touched.
    expect((await post('/api/auth/refresh', { refresh_token: other.refresh_token })).status).toBe(200);
  });

  it('takes a token older than the last one for stolen at once', async () => {
    const first = (await post<Session>('/api/auth/register', { ...person, email: 'older@example.org' })).body.data;
    const second = await post<Session>('/api/auth/refresh', { refresh_token: first.refresh_token });
    const third = await post<Session>('/api/auth/refresh', { refresh_token: second.body.data.refresh_token });
    const stolen = await post('/api/auth/refresh', { refresh_token: first.refresh_token });
    expect(stolen.body).toMatchObject({ status: 401, code: 'refresh_token_invalid' });
    expect((await post('/api/auth/refresh', { refresh_token: third.body.data.refresh_token })).status).toBe(401);
  });

  it('gives everybody who refreshes at the same time the same successor: one family, nobody locked out', async () => {
    const { body } = await post<Session>('/api/auth/register', { ...person, email: 'parallel@example.org' });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post<Session>('/api/auth/refresh', { refresh_token: body.data.refresh_token })),
    );
    const pairs = answers.map((answer) => answer.body.data);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(new Set(pairs.map((pair) => pair.refresh_token)).size).toBe(1);
    for (const pair of pairs) expect((await me(pair.access_token)).status).toBe(200);
    const { rows } = await query(
      `SELECT count(DISTINCT family_id)::int AS families, count(*) FILTER (WHERE used_at IS NULL)::int AS live
       FROM refresh_tokens WHERE user_id = $1`,
      [body.data.user.id],
    );
    expect(rows).toEqual([{ families: 1, live: 1 }]);
    expect((await post('/api/auth/refresh', { refresh_token: pairs[0]!.refresh_token })).status).toBe(200);
  });

  it('gives a refresh whose answer was lost again, and that pair lives on', async () => {
    const refresh = (refresh_token: string) => post<Session>('/api/auth/refresh', { refresh_token });
    // A machine that is busy for the one second that is left is too late: that says nothing, and is tried again.
    const again = await until(async () => {
      const { session } = await server.signUp();
      const usedAfter = performance.now();
      await refresh(session.refresh_token);
      await makeOlder(session.user.id, 9);
      const answer = await refresh(session.refresh_token);
      return (answer.status === 200 || performance.now() - usedAfter < 1000) && answer;
    });
    expect(again.status).toBe(200);
    expect((await me(again.body.data.access_token)).status).toBe(200);
    const third = await refresh(again.body.data.refresh_token);
    expect(third.status).toBe(200);
    expect((await refresh(third.body.data.refresh_token)).status).toBe(200);
  });

  it('repeats nothing for a session that was ended in the meantime', async () => {
    const first = (await post<Session>('/api/auth/register', { ...person, email: 'over@example.org' })).body.data;
    const second = await post<Session>('/api/auth/refresh', { refresh_token: first.refresh_token });
    await post('/api/auth/logout', { refresh_token: second.body.data.refresh_token });
    expect((await post('/api/auth/refresh', { refresh_token: first.refresh_token })).status).toBe(401);
  });

  it('ends the token, too, that a refresh under way puts in place', async () => {
    const { session } = await server.signUp();
    const db = openDatabase({
      connectionString: server.database.url,
      poolSize: 4,
      applicationName: 'test',
      onIdleError: () => undefined,
    });
    const successor = newRefreshToken();
    const presented = hashRefreshToken(session.refresh_token);
    const isWaiting = async () => {
      const { rows } = await sql`
        SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(db);
      return rows.length > 0;
    };
    let revoking: Promise<unknown> | undefined;
    await db.transaction().execute(async (refresh) => {
      await createAuthRepository(refresh).rotateRefreshToken(presented, {
        id: uuidv7(),
        tokenHash: successor.hash,
        expiresAt: new Date(Date.now() + 60_000),
      });
      revoking = createAuthRepository(db).revokeFamily(presented);
      await until(isWaiting);
    });
    await revoking;
    await db.destroy();
    expect((await post('/api/auth/refresh', { refresh_token: successor.token })).status).toBe(401);
  });

  it('ends a session at logout', async () => {
    const { body } = await post<Session>('/api/auth/register', { ...person, email: 'logout@example.org' });
    expect((await post('/api/auth/logout', { refresh_token: body.data.refresh_token })).status).toBe(200);
    expect((await post('/api/auth/refresh', { refresh_token: body.data.refresh_token })).status).toBe(401);
    expect((await post('/api/auth/logout', { refresh_token: 'unknown' })).status).toBe(200);
  });

  describe('a token that is not ours', () => {
    let good: string;
    let userId: string;
    let forgeries: Record<string, string>;

    beforeAll(async () => {
      const user = await server.signUp();
      good = user.session.access_token;
      userId = user.session.user.id;
      const [key] = loadSecrets(server.env['OCTAVO_DATA']!).signingKeys;
      const publicPem = createPublicKey(key!.privateKeyPem).export({ type: 'spki', format: 'pem' }).toString();
      const stranger = generateKeyPairSync('ed25519').privateKey;
      const ours = createPrivateKey(key!.privateKeyPem);
      const [header, payload, signature] = good.split('.') as [string, string, string];
      const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const claims = decodeJwt(good);
      const hs256 = `${encode({ alg: 'HS256', kid: key!.kid })}.${payload}`;
      forgeries = {
        'alg none': `${encode({ alg: 'none', kid: key!.kid })}.${payload}.`,
        'HS256 with the public key': `${hs256}.${createHmac('sha256', publicPem).update(hs256).digest('base64url')}`,
        'another key': await sign(stranger, { ...claims }, key!.kid),
        'unknown kid': await sign(ours, { ...claims }, 'nope'),
        'path in kid': await sign(ours, { ...claims }, '../../dev/null'),
        'edited payload': `${header}.${encode({ ...claims, sub: '0198c0de-0000-7000-8000-000000000000' })}.${signature}`,
        'another audience': await sign(ours, { ...claims, aud: 'elsewhere' }, key!.kid),
        'not an access token': await sign(ours, { ...claims, typ: 'refresh' }, key!.kid),
        'refresh token': user.session.refresh_token,
        garbage: 'a.b.c',
      };
    });

    it('is good for nothing', async () => {
      expect((await me(good)).status).toBe(200);
      for (const [name, token] of Object.entries(forgeries)) {
        const answer = await me(token);
        expect([name, answer.status, answer.body.code]).toEqual([name, 401, 'unauthorized']);
        expect([name, await socketRefusal(token)]).toEqual([name, 'unauthorized']);
      }
      for (const authorization of ['', 'Bearer', `Basic ${good}`, `Bearer ${good} extra`, good]) {
        expect((await server.call('GET', '/api/auth/me', { headers: { authorization } })).status).toBe(401);
      }
    });

    it('expires, and says so', async () => {
      const [key] = loadSecrets(server.env['OCTAVO_DATA']!).signingKeys;
      const past = Math.floor(Date.now() / 1000) - 10;
      const expired = await sign(
        createPrivateKey(key!.privateKeyPem),
        { ...decodeJwt(good), sub: userId, exp: past, iat: past - 60 },
        key!.kid,
      );
      expect((await me(expired)).body).toMatchObject({ status: 401, code: 'token_expired' });
      expect(await socketRefusal(expired)).toBe('token_expired');
    });

    function socketRefusal(token: string): Promise<string> {
      const socket = io(server.url, {
        auth: { token },
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
      });
      return new Promise((resolve) => {
        socket.on('connect_error', (error) => resolve(error.message));
        socket.on('connect', () => resolve('connected'));
      }).finally(() => socket.close()) as Promise<string>;
    }
  });

  it('keeps its secrets in a file only the owner can read', () => {
    const path = join(server.env['OCTAVO_DATA']!, 'secrets.json');
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
  });
});

describe('a socket whose token expires', () => {
  it('is told, and closed', async () => {
    const server = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: { ACCESS_TOKEN_MINUTES: '0.1' },
    });
    try {
      const user = await server.signUp();
      const socket = io(server.url, {
        auth: { token: user.session.access_token },
        transports: ['websocket'],
        reconnection: false,
      });
      const heard: string[] = [];
      socket.on('connect', () => heard.push('connect'));
      socket.on('session:expired', () => heard.push('session:expired'));
      const reason = await new Promise((resolve) => socket.on('disconnect', resolve));
      expect(heard).toEqual(['connect', 'session:expired']);
      expect(reason).toBe('io server disconnect');
    } finally {
      await server.stop();
    }
  });
});

function sign(key: KeyObject, claims: object, kid: string): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'EdDSA', kid }).sign(key);
}
