import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { ApiKeyCreated, Session } from '@octavo/contracts';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { deriveKey, loadSecrets, rotateSigningKeys } from '#platform/crypto';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const run = promisify(execFile);

describe('tokens for other services', () => {
  let server: TestServer;
  let admin: TestUser;
  let key: string;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    admin = await server.signUp();
    const created = await admin.call<ApiKeyCreated>('POST', '/api/account/keys', {
      password: 'correct horse battery',
      name: 'k',
      scopes: ['admin'],
    });
    ({ key } = created.body.data);
  });
  afterAll(() => server?.stop());

  const create = (body: object, token = key) =>
    server.call<{ token: string; expiresAt: string }>('POST', '/api/security/tokens', { body, token });
  const verify = (body: object) =>
    server.call<{ valid: boolean; claims: Record<string, unknown> | null }>('POST', '/api/security/tokens/verify', {
      body,
      token: key,
    });
  const jwks = async () => (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
  const dataFolder = () => server.env['OCTAVO_DATA'] ?? '';

  it('are made and checked with an admin’s API key only', async () => {
    const user = await server.signUp();
    expect((await create({ subject: 'x' }, admin.session.access_token)).body.code).toBe('forbidden');
    expect((await create({ subject: 'x' }, user.session.access_token)).body.code).toBe('forbidden');
    expect((await server.call('POST', '/api/security/tokens', { body: { subject: 'x' } })).status).toBe(401);

    const { body } = await create({ subject: 'robot', claims: { plan: 'gold' }, expiresInSeconds: 60 });
    const checked = await verify({ token: body.data.token });
    expect(checked.body.data).toMatchObject({ valid: true, claims: { sub: 'robot', plan: 'gold', iss: 'octavo' } });
    expect((await verify({ token: body.data.token, audience: 'others' })).body.data).toEqual({
      valid: false,
      claims: null,
    });
    for (const claims of [
      { sub: 'admin' },
      { aud: 'octavo-api' },
      { typ: 'access' },
      { sid: 'x' },
      { x: 'y'.repeat(5000) },
    ]) {
      expect((await create({ subject: 'robot', claims })).status).toBe(400);
    }
    expect((await create({ subject: 'robot', audience: 'octavo-api' })).status).toBe(400);
  });

  it('open nothing here, and access tokens are none of them', async () => {
    const { body } = await create({ subject: admin.session.user.id });
    expect((await server.call('GET', '/api/auth/me', { token: body.data.token })).status).toBe(401);
    const checked = await verify({ token: admin.session.access_token });
    expect(checked.body.data.valid).toBe(false);
  });

  it('can be checked by others with the public keys, which hold no private part', async () => {
    const { body } = await create({ subject: 'robot', audience: 'shop' });
    const set = await jwks();
    expect(JSON.stringify(set)).not.toContain('"d"');
    const { payload } = await jwtVerify(body.data.token, createLocalJWKSet(set), {
      audience: 'shop',
      issuer: 'octavo',
    });
    expect(payload.sub).toBe('robot');
  });

  it('rotate their key: the next one is known before it signs, and nobody is logged out', async () => {
    const kid = (token: string) => decodeProtectedHeader(token).kid;
    const before = await server.signUp();
    const derived = deriveKey(loadSecrets(dataFolder()), 'anything');
    const main = resolve(import.meta.dirname, '../../main.ts');
    const { stdout } = await run(process.execPath, [main, 'rotate-keys'], {
      env: { ...process.env, ...server.env, PORT: '0' },
    });
    expect(stdout).toMatch(/signs from in 10 minutes on; 1 older key still verify/);
    await until(async () => (await jwks()).keys.length === 2);
    expect(kid((await server.signUp()).session.access_token)).toBe(kid(before.session.access_token));

    // The next one signs at once.
    const { kid: next } = rotateSigningKeys(dataFolder(), { signsInMs: 0 });
    await until(async () => (await jwks()).keys.length === 3);
    const after = await server.signUp();
    expect(kid(after.session.access_token)).toBe(next);
    expect((await before.call('GET', '/api/auth/me')).status).toBe(200);
    const refreshed = await server.call<Session>('POST', '/api/auth/refresh', {
      body: { refresh_token: before.session.refresh_token },
    });
    expect(kid(refreshed.body.data.access_token)).toBe(next);
    // What hangs on the other secrets of the folder (signed addresses, codes) goes on as well.
    expect(deriveKey(loadSecrets(dataFolder()), 'anything')).toEqual(derived);
    expect((statSync(join(dataFolder(), 'secrets.json')).mode & 0o777).toString(8)).toBe('600');
  });

  it('revoke old keys on request: access tokens end, sessions go on', async () => {
    const user = await server.signUp();
    expect((await user.call('GET', '/api/auth/me')).status).toBe(200);
    rotateSigningKeys(dataFolder(), { signsInMs: 60_000, revokeOld: true });
    await until(async () => (await user.call('GET', '/api/auth/me')).status === 401);
    expect((await jwks()).keys).toHaveLength(1);
    const refreshed = await server.call<Session>('POST', '/api/auth/refresh', {
      body: { refresh_token: user.session.refresh_token },
    });
    const { access_token: token } = refreshed.body.data;
    expect((await server.call('GET', '/api/auth/me', { token })).status).toBe(200);
    expect(decodeJwt(token).sub).toBe(user.session.user.id);
  });

  it('drop keys that no living token needs', () => {
    const now = Date.now();
    rotateSigningKeys(dataFolder(), { signsInMs: 0, now: now + 60_000 });
    rotateSigningKeys(dataFolder(), { signsInMs: 0, now: now + 26 * 3_600_000 });
    const { signingKeys } = JSON.parse(readFileSync(join(dataFolder(), 'secrets.json'), 'utf8')) as {
      signingKeys: unknown[];
    };
    // The new one, and the one that signed until now.
    expect(signingKeys).toHaveLength(2);
  });
});
