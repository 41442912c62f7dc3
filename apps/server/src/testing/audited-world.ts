import type { Session, TotpSetup } from '@octavo/contracts';
import { Secret, TOTP } from 'otpauth';
import { expect, inject } from 'vitest';
import { createAuthenticator } from './authenticator.ts';
import { startTestServer, type TestServer, type TestUser } from './server.ts';
import { until } from './until.ts';

const origin = 'https://octavo.example.org';
const rpId = 'octavo.example.org';
export const password = 'correct horse battery';
export const from = { 'user-agent': 'Watched/2.0', 'x-forwarded-for': '198.51.100.7' };

export type AuditedWorld = ReturnType<typeof createAuditedWorld>;

/** A server on which everything is done from one address and device, and every secret that comes by is remembered. */
export function createAuditedWorld() {
  let server: TestServer;
  let admin: TestUser;
  const secrets = [password, 'another horse battery', 'a-key-that-nobody-sees', 'example.org', '+34600'];

  async function start(): Promise<void> {
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      env: { PUBLIC_URL: origin, RATE_LIMIT_SCALE: '3', LOGIN_DELAY_MS: '0', TRUST_PROXY: 'loopback' },
    });
    admin = await person('admin@example.org');
  }

  const call = <T = unknown>(method: string, path: string, body?: unknown, token?: string) =>
    server.call<T>(method, path, { body, headers: from, ...(token !== undefined && { token }) });
  const act = async <T = unknown>(who: TestUser, method: string, path: string, body?: unknown) => {
    const answer = await call<T>(method, path, body, who.session.access_token);
    expect([method, path, answer.status < 300, answer.body.message]).toEqual([method, path, true, expect.anything()]);
    return answer.body.data;
  };
  async function person(email: string): Promise<TestUser> {
    const user = await server.signUp(email);
    secrets.push(user.session.access_token, user.session.refresh_token);
    return user;
  }
  const login = (email: string, secret = password) =>
    call<Session>('POST', '/api/auth/login', { email, password: secret });
  const refresh = (token: string) => call<Session>('POST', '/api/auth/refresh', { refresh_token: token });
  const administrate = (path: string) => (deed: { user: TestUser }) =>
    act(admin, 'POST', `/api/admin/users/${deed.user.session.user.id}/${path}`);

  async function lastMessageTo(address: string): Promise<string> {
    const read = () =>
      server.call<{ messages: Array<{ to: string; text: string }> }>('GET', '/api/admin/outbox', asAdmin);
    return until(async () => (await read()).body.data.messages.find(({ to }) => to === address)?.text);
  }
  const asAdmin = {
    get token() {
      return admin.session.access_token;
    },
  };
  const match = (text: string, pattern: RegExp) => pattern.exec(text)?.[0] ?? '';

  async function addTotp(user: TestUser) {
    await until(() => Date.now() % 30_000 < 22_000);
    const { secret } = await act<TotpSetup>(user, 'POST', '/api/account/totp', { password });
    const code = TOTP.generate({ secret: Secret.fromBase32(secret) });
    secrets.push(secret, code);
    return act<{ recoveryCodes: string[] }>(user, 'POST', '/api/account/totp/confirm', { code });
  }
  async function addPasskey(user: TestUser) {
    const begun = await act<{ options: { challenge: string } }>(user, 'POST', '/api/account/passkeys/options', {
      password,
    });
    const response = createAuthenticator().register({ challenge: begun.options.challenge, origin, rpId });
    const added = await act<{ passkey: { id: string } }>(user, 'POST', '/api/account/passkeys', {
      name: 'Phone',
      response,
    });
    return added.passkey.id;
  }
  async function addKey(who: TestUser, scopes = ['read']) {
    const key = await act<{ id: string; key: string }>(who, 'POST', '/api/account/keys', {
      password,
      name: 'k',
      scopes,
    });
    secrets.push(key.key);
    return key;
  }
  async function invite() {
    const invitation = await act<{ id: string; token: string }>(admin, 'POST', '/api/admin/invitations', {
      role: 'user',
    });
    secrets.push(invitation.token);
    return invitation;
  }
  const budgetOf = (user: TestUser) => `/api/budgets/user:${user.session.user.id}/month`;
  async function exported(user: TestUser): Promise<Blob> {
    const answer = await fetch(`${server.url}/api/account/export`, {
      headers: { ...from, authorization: `Bearer ${user.session.access_token}` },
    });
    return answer.blob();
  }

  return {
    start,
    stop: () => server?.stop(),
    server: () => server,
    admin: () => admin,
    secrets,
    act,
    call,
    person,
    login,
    refresh,
    administrate,
    lastMessageTo,
    asAdmin,
    match,
    addTotp,
    addPasskey,
    addKey,
    invite,
    budgetOf,
    exported,
  };
}
