import type { Session } from '@octavo/contracts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Mailbox, startMailbox } from '../../testing/mailbox.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const person = { password: 'correct horse battery', firstName: 'Ada', lastName: 'Lovelace' };
const newPassword = 'a new and longer password';

describe('recovering a password', () => {
  let server: TestServer;
  let mailbox: Mailbox;

  beforeAll(async () => {
    mailbox = await startMailbox();
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: {
        ...mailbox.env,
        PUBLIC_URL: 'https://octavo.example.org/',
        REQUIRE_VERIFICATION: 'off',
        WHATSAPP_ACCESS_TOKEN: 'a-token',
        WHATSAPP_PHONE_NUMBER_ID: '555',
      },
      sandboxUrls: (url) => ({ WHATSAPP_BASE_URL: `${url}/v23.0` }),
    });
  });
  afterAll(async () => {
    await server?.stop();
    await mailbox?.close();
  });

  const register = async (extra: object) =>
    (await server.call<Session>('POST', '/api/auth/register', { body: { ...person, ...extra } })).body.data;
  const recover = (body: object, headers: Record<string, string> = {}) =>
    server.call('POST', '/api/auth/recover', { body, headers });
  const reset = (body: object) =>
    server.call('POST', '/api/auth/recover/reset', { body: { password: newPassword, ...body } });
  const login = (body: object) => server.call<Session>('POST', '/api/auth/login', { body });
  const me = (token: string) => server.call('GET', '/api/auth/me', { token });

  async function linkIn(email: string, index = 0): Promise<string> {
    const links = () =>
      mailbox.mails.filter(({ to }) => to === email).flatMap(({ text }) => /https:\S*#token=\S+/.exec(text)?.[0] ?? []);
    await until(() => links().length > index);
    return links()[index] ?? '';
  }
  const tokenOf = (link: string) => link.split('#token=')[1] ?? '';

  async function query(sql: string): Promise<Array<Record<string, unknown>>> {
    const client = new pg.Client(server.database.url);
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(sql);
    await client.end();
    return rows;
  }

  it('works by a link in an e-mail, once, and ends every session', async () => {
    const session = await register({ email: 'link@example.org' });
    // Whoever asks may name any host: the link goes to ours.
    const asked = await recover(
      { email: 'Link@example.org' },
      { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
    );
    expect(asked.status).toBe(202);
    const link = await linkIn('link@example.org');
    expect(link).toMatch(/^https:\/\/octavo\.example\.org\/recover#token=[\w-]{43}$/);
    // A password that is refused costs nothing.
    expect((await reset({ token: tokenOf(link), password: 'password1' })).body.code).toBe('validation_failed');
    const answers = await Promise.all(Array.from({ length: 5 }, () => reset({ token: tokenOf(link) })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await reset({ token: tokenOf(link) })).body.code).toBe('code_invalid');

    expect((await me(session.access_token)).status).toBe(401);
    const refreshed = await server.call('POST', '/api/auth/refresh', {
      body: { refresh_token: session.refresh_token },
    });
    expect(refreshed.status).toBe(401);
    expect((await login({ email: 'link@example.org', password: person.password })).status).toBe(401);
    expect((await login({ email: 'link@example.org', password: newPassword })).status).toBe(200);
  });

  it('ends the API keys, and no sign-in with the old password that is under way outlives it', async () => {
    const email = 'stolen@example.org';
    const { access_token: token, user } = await register({ email });
    const made = await server.call<{ key: string }>('POST', '/api/account/keys', {
      body: { password: person.password, name: 'left behind', scopes: ['read'] },
      token,
    });
    const { key } = made.body.data;
    expect((await server.call('GET', '/api/content', { token: key })).status).toBe(200);
    const client = new pg.Client(server.database.url);
    await client.connect();
    // The password has been looked at when the account is held; the session waits, and finds it changed.
    await client.query('BEGIN');
    await client.query('SELECT FROM users WHERE id = $1 FOR UPDATE', [user.id]);
    const late = server.call('POST', '/api/auth/login', { body: { email, password: person.password } });
    await until(async () => {
      // Inside of a transaction the first answer would be repeated.
      await client.query('SELECT pg_stat_clear_snapshot()');
      const { rowCount } = await client.query(
        `SELECT FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%WITH owner AS%'`,
      );
      return rowCount === 1;
    });
    await client.query(`UPDATE users SET password_hash = 'another' WHERE id = $1`, [user.id]);
    await client.query('COMMIT');
    await client.end();
    expect((await late).body.code).toBe('invalid_credentials');

    await recover({ email });
    const link = tokenOf(await linkIn(email));
    expect(
      (await server.call('POST', '/api/auth/recover/reset', { body: { token: link, password: newPassword } })).status,
    ).toBe(200);
    expect((await server.call('GET', '/api/content', { token: key })).status).toBe(401);
  });

  it('works by a code over WhatsApp, with five tries', async () => {
    await register({ phone: '+34600333444' });
    await until(() => server.sandbox.messages.length === 1);
    const code = async (index: number) => {
      await until(() => server.sandbox.messages.length > index);
      return server.sandbox.messages[index]?.code ?? '';
    };
    await recover({ phone: '+34600333444' });
    const first = await code(1);
    const wrong = String((Number(first) + 1) % 1_000_000).padStart(6, '0');
    for (let n = 0; n < 5; n += 1) expect((await reset({ phone: '+34600333444', code: wrong })).status).toBe(400);
    expect((await reset({ phone: '+34600333444', code: first })).status).toBe(400);
    await recover({ phone: '+34600333444' });
    expect((await reset({ phone: '+34600333444', code: await code(2) })).status).toBe(200);
    expect((await login({ phone: '+34600333444', password: newPassword })).status).toBe(200);
  });

  it('voids a link after a quarter of an hour, when a newer one was sent, and when the password changes', async () => {
    const session = await register({ email: 'void@example.org' });
    await recover({ email: 'void@example.org' });
    const old = tokenOf(await linkIn('void@example.org'));
    const [row] = await query(
      "SELECT expires_at - created_at = '15 min' AS quarter FROM codes WHERE destination = 'void@example.org' AND purpose = 'recover'",
    );
    expect(row).toEqual({ quarter: true });
    await recover({ email: 'void@example.org' });
    const newer = tokenOf(await linkIn('void@example.org', 1));
    expect((await reset({ token: old })).status).toBe(400);
    const changed = await server.call('PUT', '/api/account/password', {
      body: { currentPassword: person.password, newPassword: 'something else entirely' },
      token: session.access_token,
    });
    expect(changed.status).toBe(200);
    expect((await reset({ token: newer })).status).toBe(400);
  });

  it('answers, stores and limits alike for an address that has no account', async () => {
    await register({ email: 'known@example.org' });
    await query("UPDATE codes SET created_at = created_at - interval '2 hours'");
    const ask = async (email: string) => {
      const answers = [];
      for (let n = 0; n < 4; n += 1) answers.push(await recover({ email }));
      return answers.map(({ status, body }) => ({ status, body: { ...body, requestId: '' } }));
    };
    const known = await ask('known@example.org');
    const unknown = await ask('unknown@example.org');
    expect(unknown).toEqual(known);
    expect(known.map(({ status }) => status)).toEqual([202, 202, 202, 429]);
    const rows = await query(
      "SELECT destination, count(*)::int FROM codes WHERE purpose = 'recover' AND destination LIKE '%known@%' GROUP BY 1",
    );
    expect(rows.map(({ count }) => count)).toEqual([3, 3]);
    expect(await reset({ phone: '+34600999888', code: '123456' })).toMatchObject({
      status: 400,
      body: { code: 'code_invalid' },
    });
    // A server that stops sends before what it has to send.
    await server.stop();
    expect(mailbox.mails.filter(({ to }) => to === 'known@example.org')).toHaveLength(4);
    expect(mailbox.mails.filter(({ to }) => to === 'unknown@example.org')).toEqual([]);
  });
});
