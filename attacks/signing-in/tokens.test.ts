import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Session } from '@octavo/contracts';
import { decodeJwt, decodeProtectedHeader, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import sharp from 'sharp';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { loadSecrets, rotateSigningKeys } from '../../apps/server/src/platform/crypto/index.ts';
import { startTestServer, type TestServer, type TestUser } from '../../apps/server/src/testing/server.ts';
import { until } from '../../apps/server/src/testing/until.ts';
import { createKey } from '../lib/cast.ts';

describe('tokens', () => {
  let server: TestServer;
  let user: TestUser;
  let key: { kid: string; privateKeyPem: string };

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    user = await server.signUp();
    [key] = loadSecrets(server.env['OCTAVO_DATA'] ?? '').signingKeys as [typeof key];
  });
  afterAll(() => server.stop());

  const me = async (token: string) => (await server.call('GET', '/api/auth/me', { token })).status;
  const claims = (): JWTPayload => decodeJwt(user.session.access_token);
  const header = () => decodeProtectedHeader(user.session.access_token);
  /** A token as the server itself would sign it, but for what is changed. */
  function signed(change: JWTPayload, headerChange: Record<string, string> = {}, privateKeyPem = key.privateKeyPem) {
    return new SignJWT({ ...claims(), ...change })
      .setProtectedHeader({ ...header(), alg: 'EdDSA', ...headerChange })
      .sign(createPrivateKey(privateKeyPem));
  }
  const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const publicPem = () => createPublicKey(key.privateKeyPem).export({ type: 'spki', format: 'pem' }).toString();
  const stranger = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  function hmac(secret: string | Buffer, kid = key.kid): string {
    const text = `${json({ alg: 'HS256', kid })}.${json(claims())}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  }

  const forgeries: Record<string, () => string | Promise<string>> = {
    'alg: none': () => `${json({ alg: 'none' })}.${json(claims())}.`,
    'alg: none with a kid': () => `${json({ alg: 'none', kid: key.kid })}.${json(claims())}.`,
    'alg: None, in other letters': () => `${json({ alg: 'NoNe', kid: key.kid })}.${json(claims())}.`,
    'HS256 with the public key (PEM)': () => hmac(publicPem()),
    'HS256 with the public key (raw)': () =>
      hmac(Buffer.from(createPublicKey(key.privateKeyPem).export({ format: 'jwk' }).x ?? '', 'base64url')),
    'HS256 with nothing, for a kid that is a path to nothing': () => hmac('', '../../../../../../dev/null'),
    'an unknown kid': () => signed({}, { kid: 'another' }, stranger),
    'our kid, the key of a stranger': () => signed({}, {}, stranger),
    'a path in kid': () => signed({}, { kid: '../../../../dev/null' }, stranger),
    'SQL in kid': () => signed({}, { kid: "x' UNION SELECT 'key' --" }, stranger),
    'a key of the stranger in the header': async () =>
      signed({}, { jwk: createPublicKey(stranger).export({ format: 'jwk' }) as never, kid: 'another' }, stranger),
    'an address of keys in the header': () => signed({}, { jku: `${server.url}/keys`, kid: 'another' }, stranger),
    expired: () => signed({ exp: now - 1 }),
    'never expiring': () => signed({ exp: undefined as never }),
    'not valid yet': () => signed({ nbf: now + 600 }),
    'for another audience': () => signed({ aud: 'another-service' }),
    'from another issuer': () => signed({ iss: 'another-issuer' }),
    'of another kind': () => signed({ typ: 'refresh' }),
    'without a subject': () => signed({ sub: undefined as never }),
    'an edited payload': async () => {
      const [head, , signature] = user.session.access_token.split('.');
      return `${head}.${json({ ...claims(), sub: randomUUID() })}.${signature}`;
    },
    'an edited signature': () => user.session.access_token.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')),
    'a refresh token as an access token': () => user.session.refresh_token,
    nothing: () => 'undefined',
  };

  it('is taken when it is right: the attacks below change one thing each', async () => {
    expect(await me(await signed({}))).toBe(200);
  });

  it.each(Object.keys(forgeries))('refuses: %s', async (name) => {
    const token = await forgeries[name]!();
    expect(await me(token)).toBe(401);
    // Not even the second time, from a cache.
    expect(await me(token)).toBe(401);
    const socket = io(server.url, { auth: { token }, transports: ['websocket'], reconnection: false });
    const answer = await new Promise((resolve) => {
      socket.on('connect', () => resolve('connected'));
      socket.on('connect_error', (error) => resolve(error.message));
    });
    socket.close();
    expect(answer).toMatch(/^(unauthorized|token_expired)$/);
  });

  it('takes a token from its header only', async () => {
    for (const query of ['access_token', 'token', 'authorization']) {
      const path = `/api/auth/me?${query}=${user.session.access_token}`;
      expect((await server.call('GET', path)).status).toBe(401);
    }
    for (const [name, value] of [
      ['cookie', `access_token=${user.session.access_token}; token=${user.session.access_token}`],
      ['authorization', `Basic ${Buffer.from(`x:${user.session.access_token}`).toString('base64')}`],
      ['authorization', `Bearer x, Bearer ${user.session.access_token}`],
    ] as const) {
      expect((await server.call('GET', '/api/auth/me', { headers: { [name]: value } })).status).toBe(401);
    }
  });

  const refresh = (token: string) =>
    server.call<Session>('POST', '/api/auth/refresh', { body: { refresh_token: token } });

  it('does not take an access token for a refresh', async () => {
    expect((await refresh(user.session.access_token)).status).toBe(401);
  });

  it('a refresh token that is used again ends its family', async () => {
    const { session } = await server.signUp();
    const second = await refresh(session.refresh_token);
    const third = await refresh(second.body.data.refresh_token);
    expect((await refresh(session.refresh_token)).body.code).toBe('refresh_token_invalid');
    expect((await refresh(third.body.data.refresh_token)).status).toBe(401);
  });
});

describe('signing keys', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
  });
  afterAll(() => server.stop());

  const dataFolder = () => server.env['OCTAVO_DATA'] ?? '';
  const jwks = async () => (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
  const kidOf = (token: string) => decodeProtectedHeader(token).kid ?? '';
  const sign = (claims: JWTPayload, kid: string, privateKeyPem: string) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid }).sign(createPrivateKey(privateKeyPem));

  it('a rotation logs nobody out: tokens, refresh tokens, sockets, keys and signed addresses go on', async () => {
    const users = [await server.signUp(), await server.signUp(), await server.signUp()];
    const { key } = await createKey(users[0]!, ['read']);
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const address = (await users[0]!.upload(png)).body.data.urls.large;
    const socket = io(server.url, { auth: { token: users[0]!.session.access_token }, transports: ['websocket'] });
    await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
    let hasClosed = false;
    socket.on('disconnect', () => (hasClosed = true));

    const kids = new Set([kidOf(users[0]!.session.access_token)]);
    for (let n = 0; n < 3; n += 1) {
      const { kid } = rotateSigningKeys(dataFolder(), { signsInMs: 0 });
      await until(async () => (await jwks()).keys.some((one) => one.kid === kid));
      kids.add(kid);
      for (const user of users) expect((await user.call('GET', '/api/auth/me')).status).toBe(200);
    }
    expect(kids.size).toBe(4);
    for (const { session } of users) {
      const body = { refresh_token: session.refresh_token };
      const renewed = await server.call<Session>('POST', '/api/auth/refresh', { body });
      expect(renewed.status).toBe(200);
      expect(kidOf(renewed.body.data.access_token)).toBe([...kids].at(-1));
    }
    expect((await server.call('GET', '/api/auth/me', { token: key })).status).toBe(200);
    expect((await fetch(server.url + address)).status).toBe(200);
    expect(hasClosed).toBe(false);
    socket.close();
    expect(JSON.stringify(await jwks())).not.toContain('"d"');
  });

  it('each key signs for its own kid, and one that was revoked for none', async () => {
    const { kid: added } = rotateSigningKeys(dataFolder(), { signsInMs: 0 });
    await until(async () => (await jwks()).keys.some((one) => one.kid === added));
    const { session } = await server.signUp();
    const claims = decodeJwt(session.access_token);
    const [newest, older] = loadSecrets(dataFolder()).signingKeys as [SigningKey, SigningKey];
    const status = async (token: string) => (await server.call('GET', '/api/auth/me', { token })).status;
    expect(await status(await sign(claims, newest.kid, newest.privateKeyPem))).toBe(200);
    expect(await status(await sign(claims, older.kid, older.privateKeyPem))).toBe(200);
    for (const kid of [older.kid, '0', '-1', `${newest.kid}/../${newest.kid}`, '../secrets.json', '__proto__', '']) {
      expect([kid, await status(await sign(claims, kid, newest.privateKeyPem))]).toEqual([kid, 401]);
    }
    rotateSigningKeys(dataFolder(), { signsInMs: 0, revokeOld: true });
    await until(async () => (await status(session.access_token)) === 401);
    for (const { kid, privateKeyPem } of [newest, older]) {
      expect(await status(await sign(claims, kid, privateKeyPem))).toBe(401);
    }
    const body = { refresh_token: session.refresh_token };
    expect((await server.call('POST', '/api/auth/refresh', { body })).status).toBe(200);
  });

  it('tokens for other services open nothing here, and what is forged is none', async () => {
    const admin = await server.signUp();
    await server.database.query("UPDATE users SET role = 'admin' WHERE id = $1", [admin.session.user.id]);
    const again = { email: admin.session.user.email, password: 'correct horse battery' };
    const { data } = (await server.call<Session>('POST', '/api/auth/login', { body: again })).body;
    const body = { password: 'correct horse battery', name: 'k', scopes: ['admin'] };
    const { key } = (
      await server.call<{ key: string }>('POST', '/api/account/keys', { body, token: data.access_token })
    ).body.data;
    const make = (request: object) =>
      server.call<{ token: string }>('POST', '/api/security/tokens', { body: request, token: key });
    const check = async (token: string) =>
      (await server.call<{ valid: boolean }>('POST', '/api/security/tokens/verify', { body: { token }, token: key }))
        .body.data.valid;
    const { token } = (await make({ subject: data.user.id })).body.data;
    expect(await check(token)).toBe(true);
    expect((await server.call('GET', '/api/auth/me', { token })).status).toBe(401);
    for (const claims of [
      { aud: 'octavo-api' },
      { typ: 'access' },
      { sid: decodeJwt(data.access_token)['sid'] },
      { sub: 'x' },
      { iss: 'x' },
      { exp: 9e9 },
      { iat: 0 },
      { nbf: 0 },
    ]) {
      expect([claims, (await make({ subject: data.user.id, claims })).status]).toEqual([claims, 400]);
    }
    for (const audience of ['octavo-api', ' octavo-api ', 'octavo-api\u0000']) {
      const answer = await make({ subject: data.user.id, audience });
      if (answer.status === 201) {
        expect((await server.call('GET', '/api/auth/me', { token: answer.body.data.token })).status).toBe(401);
      } else expect(answer.status).toBe(400);
    }
    const [head, , signature] = token.split('.') as [string, string, string];
    const payload = (change: object) =>
      Buffer.from(JSON.stringify({ ...decodeJwt(token), ...change })).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const forged of [
      `${head}.${payload({ sub: 'admin' })}.${signature}`,
      `${none}.${payload({})}.`,
      data.access_token,
      'x',
    ]) {
      expect([forged, await check(forged)]).toEqual([forged, false]);
    }
  });
});

interface SigningKey {
  kid: string;
  privateKeyPem: string;
}
