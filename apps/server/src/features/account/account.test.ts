import type { AccountView, Session, SessionView } from '@octavo/contracts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const password = 'correct horse battery';

describe('one’s own account', () => {
  let server: TestServer;
  let count = 0;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    await server.signUp();
  });
  afterAll(() => server?.stop());

  async function person(): Promise<{ user: TestUser; email: string; login(with_?: string): Promise<Session> }> {
    const email = `account-${(count += 1)}@example.org`;
    const user = await server.signUp(email);
    return {
      user,
      email,
      login: async (secret = password) =>
        (
          await server.call<Session>('POST', '/api/auth/login', {
            body: { email, password: secret },
            headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' },
          })
        ).body.data,
    };
  }
  const me = async (token: string) => (await server.call('GET', '/api/auth/me', { token })).status;

  it('shows the profile and changes what may be changed', async () => {
    const { user, email } = await person();
    expect((await user.call<AccountView>('GET', '/api/account')).body.data).toMatchObject({
      email,
      role: 'user',
      firstName: 'Ada',
      language: 'en',
      secondFactor: { totp: false, passkeys: 0, recoveryCodesLeft: 0 },
    });
    const changed = await user.call<AccountView>('PATCH', '/api/account', { firstName: ' Grace ', language: 'es' });
    expect(changed.body.data).toMatchObject({ firstName: 'Grace', lastName: 'Lovelace', language: 'es' });
    for (const body of [{ role: 'admin' }, { email: 'x@example.org' }, { mayGenerate: true }, {}, [], null]) {
      const answer = await user.call('PATCH', '/api/account', body === null ? 'null' : body);
      expect([body, answer.status]).toEqual([body, 400]);
    }
  });

  it('changes the password with the old one, and ends every other session', async () => {
    const { user, login } = await person();
    const other = await login();
    const change = (currentPassword: string, newPassword: string) =>
      user.call('PUT', '/api/account/password', { currentPassword, newPassword });
    expect((await change('not the old one', 'something new here')).status).toBe(401);
    for (const weak of ['password', 'Sunshine2026', 'x'.repeat(12), 'short', 'x'.repeat(129)]) {
      const answer = await change(password, weak);
      expect([weak, answer.status, answer.body.errors[0]?.path]).toEqual([weak, 400, 'body.newPassword']);
    }
    expect(await me(other.access_token)).toBe(200);
    // Spaces at the ends, Unicode and 128 characters are as good as any.
    const long = ` ñandú 🦊 ${'y'.repeat(110)} the end `;
    expect([...long]).toHaveLength(128);
    expect((await change(password, long)).status).toBe(200);
    expect([await me(user.session.access_token), await me(other.access_token)]).toEqual([200, 401]);
    expect((await login(long)).user.id).toBe(user.session.user.id);
    expect(await login(long.trim())).toBeUndefined();
    expect(await login(long.slice(0, 72))).toBeUndefined();
    // The same letters from a keyboard that writes them in two parts.
    expect((await login(long.normalize('NFD'))).user.id).toBe(user.session.user.id);
  });

  it('changes no password whose sessions it cannot end', async () => {
    const { user, login } = await person();
    const other = await login();
    await server.database.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';
      CREATE TRIGGER refuse BEFORE UPDATE OF ended_at ON sessions FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const body = { currentPassword: password, newPassword: 'something new here' };
    expect((await user.call('PUT', '/api/account/password', body)).status).toBe(500);
    await server.database.query('DROP FUNCTION refuse CASCADE');
    expect(await me(other.access_token)).toBe(200);
    expect(await login(body.newPassword)).toBeUndefined();
    expect((await login()).access_token).toBeDefined();
  });

  it('lists sessions with device and time, and ends one or all others', async () => {
    const { user, login } = await person();
    const [one, two, three] = [await login(), await login(), await login()];
    const list = async () =>
      (await user.call<{ sessions: SessionView[] }>('GET', '/api/account/sessions')).body.data.sessions;
    const sessions = await list();
    expect(sessions).toHaveLength(4);
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ device: 'Firefox on Linux', ip: '127.0.0.1', current: false });

    const [stranger] = [await person()];
    const [target] = sessions;
    expect((await stranger.user.call('DELETE', `/api/account/sessions/${target?.id}`)).status).toBe(404);
    expect((await user.call('DELETE', `/api/account/sessions/${target?.id}`)).status).toBe(200);
    expect((await user.call('DELETE', `/api/account/sessions/${target?.id}`)).status).toBe(404);
    // Newest first: it was the last one.
    expect(await Promise.all([one, two, three].map(({ access_token: token }) => me(token)))).toEqual([200, 200, 401]);
    const refreshed = await server.call('POST', '/api/auth/refresh', { body: { refresh_token: three.refresh_token } });
    expect(refreshed.status).toBe(401);

    expect((await user.call('DELETE', '/api/account/sessions')).status).toBe(200);
    expect(await Promise.all([one, two].map(({ access_token: token }) => me(token)))).toEqual([401, 401]);
    expect(await list()).toMatchObject([{ current: true }]);
  });

  it('ends a token at logout, not only its renewal', async () => {
    const { user } = await person();
    await server.call('POST', '/api/auth/logout', { body: { refresh_token: user.session.refresh_token } });
    expect(await me(user.session.access_token)).toBe(401);
  });

  it('notices within seconds what another process has changed without a word', async () => {
    const { user } = await person();
    expect(await me(user.session.access_token)).toBe(200);
    const client = new pg.Client(server.database.url);
    await client.connect();
    await client.query('UPDATE sessions SET ended_at = now() WHERE user_id = $1', [user.session.user.id]);
    await client.end();
    await until(async () => (await me(user.session.access_token)) === 401, 5000);
  });

  it('judges passwords for the studio', async () => {
    const judge = async (body: object) =>
      (await server.call('POST', '/api/auth/password-strength', { body })).body.data;
    expect(await judge({ password: 'password1' })).toMatchObject({ acceptable: false, score: 0 });
    expect(await judge({ password: 'lovelace77', personal: ['Lovelace'] })).toMatchObject({ acceptable: false });
    expect(await judge({ password: 'nine purple lamps eat dragons' })).toMatchObject({ acceptable: true, score: 4 });
  });

  it('refuses at registration what it refuses at a change', async () => {
    const register = (secret: string) =>
      server.call('POST', '/api/auth/register', {
        body: { email: 'turing@example.org', password: secret, firstName: 'Alan', lastName: 'Turing' },
      });
    for (const weak of ['qwertyuiop', 'Password123!', 'turing@example.org', 'turing12']) {
      const answer = await register(weak);
      expect([weak, answer.status, answer.body.errors?.[0]?.path]).toEqual([weak, 400, 'body.password']);
    }
  });
});
