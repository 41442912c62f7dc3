import type { AccountView, OutboxView, Session } from '@octavo/contracts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findSecret } from '../../testing/find-secrets.ts';
import { type Mailbox, startMailbox } from '../../testing/mailbox.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const person = { password: 'correct horse battery', firstName: 'Ada', lastName: 'Lovelace' };
const generate = { title: 'Tea', contentType: 'blog', prompt: 'The history of tea' };

describe('confirming an address', () => {
  let server: TestServer;
  let mailbox: Mailbox;

  beforeAll(async () => {
    mailbox = await startMailbox();
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: {
        ...mailbox.env,
        PUBLIC_URL: 'https://octavo.example.org',
        WHATSAPP_ACCESS_TOKEN: 'a-token',
        WHATSAPP_PHONE_NUMBER_ID: '555',
      },
      sandboxUrls: (url) => ({ WHATSAPP_BASE_URL: `${url}/v23.0` }),
    });
    // So that nobody below is the first account.
    await register({ email: 'first@example.org' });
  });
  afterAll(async () => {
    await server?.stop();
    await mailbox?.close();
  });

  const register = (extra: object) =>
    server.call<Session>('POST', '/api/auth/register', { body: { ...person, ...extra } });
  const login = (extra: object) =>
    server.call<Session>('POST', '/api/auth/login', { body: { password: person.password, ...extra } });
  const verify = (token: string, code: string, channel = 'email') =>
    server.call('POST', '/api/auth/verify', { body: { code, channel }, token });
  const mailsTo = (email: string) => mailbox.mails.filter(({ to }) => to === email);
  async function codeIn(email: string, index = 0): Promise<string> {
    await until(() => mailsTo(email).length > index);
    return /\d{6}/.exec(mailsTo(email)[index]?.text ?? '')?.[0] ?? '';
  }
  const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

  async function query(sql: string, values: unknown[] = []): Promise<Array<Record<string, unknown>>> {
    const client = new pg.Client(server.database.url);
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(sql, values);
    await client.end();
    return rows;
  }

  it('lets nobody generate before, and somebody with the code after', async () => {
    const registration = await server.call('GET', '/api/auth/registration');
    expect(registration.body.data).toMatchObject({
      requiresVerification: true,
      sends: { email: true, whatsapp: true },
    });
    const { body } = await register({ email: 'confirm@example.org' });
    const { access_token: token, user } = body.data;
    expect(user.email).toBe('confirm@example.org');
    expect((await server.call('POST', '/api/content/generate', { body: generate, token })).body.code).toBe(
      'verification_required',
    );
    const code = await codeIn('confirm@example.org');
    expect((await verify(token, other(code))).body).toMatchObject({ status: 400, code: 'code_invalid' });
    expect((await verify(token, code)).status).toBe(200);
    expect((await verify(token, code)).status).toBe(400);
    expect((await server.call('POST', '/api/content/generate', { body: generate, token })).status).toBe(202);
    const account = (await server.call<AccountView>('GET', '/api/account', { token })).body.data;
    expect(account).toMatchObject({ email: 'confirm@example.org', emailVerified: true, mayGenerate: true });
    const [mail] = mailsTo('confirm@example.org');
    expect(mail).toMatchObject({ from: 'octavo@example.org' });
  });

  it('confirms a phone number over WhatsApp, which then signs in', async () => {
    const { body } = await register({ phone: '+34 600 111 222', language: 'es' });
    expect(body.data.user.email).toBe('');
    await until(() => server.sandbox.messages.length > 0);
    const [message] = server.sandbox.messages;
    expect(message).toMatchObject({ to: '34600111222', template: 'octavo_code', language: 'es' });
    expect((await verify(body.data.access_token, message?.code ?? '', 'whatsapp')).status).toBe(200);
    const answer = await login({ phone: '+34600111222' });
    expect(answer.body.data.user.id).toBe(body.data.user.id);
  });

  it('keeps codes only as HMACs, for ten minutes and five tries, also when they come at once', async () => {
    const { body } = await register({ email: 'tries@example.org' });
    const token = body.data.access_token;
    const code = await codeIn('tries@example.org');
    const [stored] = await query(
      "SELECT row_to_json(c)::text AS row, expires_at - created_at = '10 min' AS ten FROM codes c WHERE destination = 'tries@example.org'",
    );
    expect(stored).toMatchObject({ ten: true });
    expect(findSecret(String(stored?.['row']), 'code', code)).toEqual([]);
    await Promise.all(Array.from({ length: 20 }, () => verify(token, other(code))));
    const [{ tries } = {}] = await query("SELECT tries FROM codes WHERE destination = 'tries@example.org'");
    expect(tries).toBe(5);
    // The right one comes too late.
    expect((await verify(token, code)).status).toBe(400);

    expect((await server.call('POST', '/api/auth/verify/send', { body: {}, token })).status).toBe(200);
    const second = await codeIn('tries@example.org', 1);
    await query("UPDATE codes SET expires_at = now() WHERE destination = 'tries@example.org'");
    expect((await verify(token, second)).status).toBe(400);
    expect((await server.call('POST', '/api/auth/verify/send', { body: {}, token })).status).toBe(200);
    const limited = await server.call('POST', '/api/auth/verify/send', { body: {}, token });
    expect(limited.body).toMatchObject({ status: 429, code: 'too_many_requests' });
    expect(limited.headers.get('retry-after')).toBe('3600');
    expect((await verify(token, await codeIn('tries@example.org', 2))).status).toBe(200);
  });

  it('does not take another account’s code', async () => {
    const [one, two] = [await register({ email: 'one@example.org' }), await register({ email: 'two@example.org' })];
    const code = await codeIn('one@example.org');
    expect((await verify(two.body.data.access_token, code)).status).toBe(400);
    expect((await verify(one.body.data.access_token, code)).status).toBe(200);
  });

  it('answers alike whether an address has an account, and gives it to nobody without its code', async () => {
    const owner = await register({ email: 'owner@example.org' });
    await verify(owner.body.data.access_token, await codeIn('owner@example.org'));
    const mallory = { email: 'owner@example.org', password: 'another long password' };
    const taken = await register(mallory);
    const free = await register({ ...mallory, email: 'free@example.org' });
    expect(taken.status).toBe(201);
    expect(Object.keys(taken.body.data)).toEqual(Object.keys(free.body.data));
    expect(taken.body.data.user.id).not.toBe(owner.body.data.user.id);
    await until(() => mailsTo('owner@example.org').length === 2);
    expect(mailsTo('owner@example.org')[1]?.text).toContain('has an account');
    expect(mailsTo('owner@example.org')[1]?.text).not.toMatch(/\b\d{6}\b/);
    for (const { body } of [taken, free]) {
      const token = body.data.access_token;
      const account = (await server.call<AccountView>('GET', '/api/account', { token })).body.data;
      expect(account).toMatchObject({ email: null, emailVerified: false, mayGenerate: false });
      expect((await verify(token, '000000')).status).toBe(400);
      expect((await login({ ...mallory, email: body.data.user.email })).body.data.user.id).toBe(body.data.user.id);
    }
    expect((await login({ email: 'owner@example.org' })).body.data.user.id).toBe(owner.body.data.user.id);
  });

  it('changes an address only once the new one is confirmed', async () => {
    const { body } = await register({ email: 'old@example.org' });
    const token = body.data.access_token;
    await verify(token, await codeIn('old@example.org'));
    const change = (password: string) =>
      server.call('PUT', '/api/account/email', { body: { email: 'new@example.org', password }, token });
    expect((await change('wrong password')).status).toBe(401);
    expect((await change(person.password)).status).toBe(200);
    expect((await login({ email: 'old@example.org' })).status).toBe(200);
    expect((await login({ email: 'new@example.org' })).status).toBe(401);
    expect((await verify(token, await codeIn('new@example.org'))).status).toBe(200);
    expect((await login({ email: 'new@example.org' })).status).toBe(200);
    expect((await login({ email: 'old@example.org' })).status).toBe(401);
  });
});

it('whoever only claims an address cannot make the wrong guesses at it forgotten', async () => {
  const server = await startTestServer({
    serverUrl: inject('serverUrl'),
    workers: 0,
    env: { REQUIRE_VERIFICATION: 'on', RATE_LIMIT_SCALE: '1', LOGIN_DELAY_MS: '0' },
  });
  try {
    const email = 'victim@example.org';
    const call = (path: string, password: string) =>
      server.call('POST', path, { body: { ...(path.endsWith('register') && person), email, password } });
    await call('/api/auth/register', person.password);
    const client = new pg.Client(server.database.url);
    await client.connect();
    await client.query('UPDATE users SET email = pending_email, pending_email = NULL, email_verified_at = now()');
    await client.end();
    const claim = 'the password of a stranger';
    expect((await call('/api/auth/register', claim)).status).toBe(201);
    const statuses: number[] = [];
    for (let n = 0; n < 30; n += 1) {
      statuses.push((await call('/api/auth/login', `guess ${n}`)).status);
      if (n % 4 === 3) await call('/api/auth/login', claim);
    }
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(10);
    expect(statuses.at(-1)).toBe(429);
  } finally {
    await server.stop();
  }
});

describe('without mail and WhatsApp', () => {
  it('everybody may generate, and the first admin finds the codes', async () => {
    const server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    try {
      const admin = await server.signUp('admin@example.org');
      const user = await server.signUp('someone@example.org');
      expect((await user.call('POST', '/api/content/generate', generate)).status).toBe(202);
      const read = async () => (await admin.call<OutboxView>('GET', '/api/admin/outbox')).body.data.messages;
      await until(async () => (await read()).some(({ to }) => to === 'someone@example.org'));
      const text = (await read()).find(({ to }) => to === 'someone@example.org')?.text ?? '';
      const client = new pg.Client(server.database.url);
      await client.connect();
      const { rows } = await client.query('SELECT row_to_json(m)::text AS row FROM outbox_messages m');
      await client.end();
      const code = /\d{6}/.exec(text)?.[0] ?? '';
      expect(JSON.stringify(rows)).not.toContain('Your code');
      expect((await user.call('POST', '/api/auth/verify', { code })).status).toBe(200);
      const registration = await server.call('GET', '/api/auth/registration');
      expect(registration.body.data).toEqual({
        mode: 'open',
        hasAccounts: true,
        requiresVerification: false,
        passwordMinLength: 8,
        sends: { email: false, whatsapp: false },
      });
    } finally {
      await server.stop();
    }
  });
});
