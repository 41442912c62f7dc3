import type { Session } from '@octavo/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Mailbox, startMailbox } from '../../apps/server/src/testing/mailbox.ts';
import { startTestServer, type TestServer } from '../../apps/server/src/testing/server.ts';
import { until } from '../../apps/server/src/testing/until.ts';
import { password } from '../lib/cast.ts';
import { sendBytes } from '../lib/raw.ts';

const person = { password, firstName: 'Ada', lastName: 'Lovelace' };
const newPassword = 'a new and longer password';
const site = 'https://octavo.example.org';

/** A server that sends real messages to a mailbox and to WhatsApp's emulation. */
async function start(mailbox: Mailbox, env: Record<string, string> = {}): Promise<TestServer> {
  const server = await startTestServer({
    serverUrl: inject('serverUrl'),
    workers: 0,
    env: {
      ...mailbox.env,
      PUBLIC_URL: site,
      REQUIRE_VERIFICATION: 'on',
      WHATSAPP_ACCESS_TOKEN: 'a-token',
      WHATSAPP_PHONE_NUMBER_ID: '555',
      ...env,
    },
    sandboxUrls: (url) => ({ WHATSAPP_BASE_URL: `${url}/v23.0` }),
  });
  await server.signUp('first-of-all@example.org');
  return server;
}

describe('codes and links', () => {
  let server: TestServer;
  let mailbox: Mailbox;
  beforeAll(async () => {
    mailbox = await startMailbox();
    server = await start(mailbox);
  });
  afterAll(async () => {
    await server?.stop();
    await mailbox?.close();
  });

  const register = async (extra: object) =>
    (await server.call<Session>('POST', '/api/auth/register', { body: { ...person, ...extra } })).body.data;
  const verify = (session: Session, code: string, channel = 'email') =>
    server.call('POST', '/api/auth/verify', { body: { code, channel }, token: session.access_token });
  const recover = (body: object) => server.call('POST', '/api/auth/recover', { body });
  const reset = (body: object) =>
    server.call('POST', '/api/auth/recover/reset', { body: { password: newPassword, ...body } });
  const login = (body: object) => server.call<Session>('POST', '/api/auth/login', { body });
  const textsTo = (email: string) => mailbox.mails.filter(({ to }) => to === email).map(({ text }) => text);
  async function textTo(email: string, index = 0): Promise<string> {
    await until(() => textsTo(email).length > index);
    return textsTo(email)[index]!;
  }
  const codeIn = (text: string) => /\b\d{6}\b/.exec(text)?.[0] ?? '';
  const tokenIn = (text: string) => /#token=([\w-]+)/.exec(text)?.[1] ?? '';
  async function messageTo(phone: string, index = 0): Promise<string> {
    const codes = () => server.sandbox.messages.filter(({ to }) => `+${to}` === phone).map(({ code }) => code);
    await until(() => codes().length > index);
    return codes()[index]!;
  }
  /** As if the hour were over. */
  const anHourLater = () => server.database.query("UPDATE codes SET created_at = created_at - interval '1 hour'");
  /** A code that is not this one. */
  const wrong = (code: string, n = 0) => String((Number(code) + 1 + n) % 1_000_000).padStart(6, '0');
  const numbers = (length: number) => Array.from({ length }, (_, n) => n);
  const good = (answers: Array<{ status: number }>) => answers.filter(({ status }) => status < 300).length;
  async function confirmed(email: string): Promise<Session> {
    const session = await register({ email });
    expect((await verify(session, codeIn(await textTo(email)))).status).toBe(200);
    return session;
  }

  it('a code takes five tries, one after the other or all at once, and is dead after that', async () => {
    const one = await register({ email: 'tries@example.org' });
    const code = codeIn(await textTo('tries@example.org'));
    for (const n of numbers(5)) expect((await verify(one, wrong(code, n))).body.code).toBe('code_invalid');
    expect((await verify(one, code)).status).toBe(400);

    const two = await register({ email: 'at-once@example.org' });
    const other = codeIn(await textTo('at-once@example.org'));
    await Promise.all(numbers(200).map((n) => verify(two, wrong(other, n))));
    expect((await verify(two, other)).status).toBe(400);

    const phone = '+34600111001';
    const three = await register({ phone });
    await verify(three, await messageTo(phone), 'whatsapp');
    await recover({ phone });
    const sent = await messageTo(phone, 1);
    // However the number is written, it is one.
    const spellings = ['+34600111001', '+34 600 111 001', '+34-600-111-001', '+34 (600) 111.001', '+346 00111001'];
    for (const [n, spelling] of spellings.entries()) await reset({ phone: spelling, code: wrong(sent, n) });
    expect((await reset({ phone, code: sent })).body.code).toBe('code_invalid');
    expect((await login({ phone, password })).status).toBe(200);
  });

  it('a code works once, also when it is sent twenty times at once', async () => {
    const session = await register({ email: 'once@example.org' });
    const code = codeIn(await textTo('once@example.org'));
    const answers = await Promise.all(numbers(20).map(() => verify(session, code)));
    expect(good(answers)).toBe(1);
    expect((await verify(session, code)).status).toBe(400);
  });

  it('a code is good for its person, its purpose, its address and its channel only', async () => {
    const phones = ['+34600111002', '+34600111003'] as const;
    const [one, two] = [await register({ phone: phones[0] }), await register({ phone: phones[1] })];
    const [first, second] = [await messageTo(phones[0]), await messageTo(phones[1])];
    // Of another person.
    if (first !== second) expect((await verify(two, first, 'whatsapp')).status).toBe(400);
    // Of another channel.
    expect((await verify(one, first, 'email')).status).toBe(400);
    // To confirm is not to recover.
    expect((await reset({ phone: phones[0], code: first })).status).toBe(400);
    expect((await reset({ token: first })).status).toBe(400);
    expect((await verify(one, first, 'whatsapp')).status).toBe(200);
    expect((await verify(two, second, 'whatsapp')).status).toBe(200);
    // To recover is not to confirm, and one's own recovery code opens no other account.
    await recover({ phone: phones[0] });
    const recovery = await messageTo(phones[0], 1);
    expect((await verify(one, recovery, 'whatsapp')).status).toBe(400);
    expect((await reset({ phone: phones[1], code: recovery })).status).toBe(400);
    expect((await login({ phone: phones[1], password })).status).toBe(200);
    // The code of an address that was given up since confirms nothing.
    const moved = await register({ email: 'typo@example.org' });
    const old = codeIn(await textTo('typo@example.org'));
    const change = { email: 'right@example.org', password };
    await server.call('PUT', '/api/account/email', { body: change, token: moved.access_token });
    const fresh = codeIn(await textTo('right@example.org'));
    if (old !== fresh) expect((await verify(moved, old)).status).toBe(400);
    expect((await verify(moved, fresh)).status).toBe(200);
  });

  it('somebody who registers with another’s address gets neither their code nor their account', async () => {
    const owner = await confirmed('owner@example.org');
    const thief = await register({ email: 'OWNER@example.org', password: 'the password of a thief' });
    const notice = await textTo('owner@example.org', 1);
    expect(codeIn(notice)).toBe('');
    expect(thief.user.id).not.toBe(owner.user.id);
    // Their recovery is for the owner of the address, not for whoever waits for it.
    await recover({ email: 'owner@example.org' });
    expect((await reset({ token: tokenIn(await textTo('owner@example.org', 2)) })).status).toBe(200);
    const back = await login({ email: 'owner@example.org', password: newPassword });
    expect(back.body.data.user.id).toBe(owner.user.id);
  });

  it('a recovery link works once, is made void by the next one, and ends every session', async () => {
    const session = await confirmed('link@example.org');
    await recover({ email: 'link@example.org' });
    const first = tokenIn(await textTo('link@example.org', 1));
    await recover({ email: 'link@example.org' });
    const second = tokenIn(await textTo('link@example.org', 2));
    expect((await reset({ token: first })).body.code).toBe('code_invalid');
    const answers = await Promise.all(
      numbers(10).map((n) => reset({ token: second, password: `${newPassword} ${n}` })),
    );
    expect(good(answers)).toBe(1);
    expect((await reset({ token: second })).status).toBe(400);
    expect((await server.call('GET', '/api/auth/me', { token: session.access_token })).status).toBe(401);
    expect((await login({ email: 'link@example.org', password })).status).toBe(401);
    // What is nearly the token is not it.
    await anHourLater();
    await recover({ email: 'link@example.org' });
    const third = tokenIn(await textTo('link@example.org', 4));
    expect(third).toMatch(/^[\w-]{43}$/);
    for (const near of [third.slice(0, -1), `${third}A`, third.toLowerCase(), ` ${third}`, `${third}%00`]) {
      expect([near, (await reset({ token: near })).status]).toEqual([near, 400]);
    }
  });

  it('a password change makes links void that were sent before', async () => {
    const session = await confirmed('changed@example.org');
    await recover({ email: 'changed@example.org' });
    const token = tokenIn(await textTo('changed@example.org', 1));
    const body = { currentPassword: password, newPassword: 'something else entirely' };
    expect((await server.call('PUT', '/api/account/password', { body, token: session.access_token })).status).toBe(200);
    expect((await reset({ token })).status).toBe(400);
  });

  it('links lead to this site, whatever host a request names', async () => {
    await confirmed('host@example.org');
    const hosts = [
      'evil.example',
      'octavo.example.org:80@evil.example',
      'octavo.example.org\r\nx-forwarded-host: evil.example',
    ];
    let sent = 1;
    for (const host of hosts) {
      await anHourLater();
      const body = JSON.stringify({ email: 'host@example.org' });
      const answer = await sendBytes(
        server.url,
        `POST /api/auth/recover HTTP/1.1\r\nhost: ${host}\r\nx-forwarded-host: evil.example\r\nx-forwarded-proto: http\r\n` +
          `forwarded: host=evil.example;proto=http\r\nx-original-host: evil.example\r\norigin: https://evil.example\r\n` +
          `referer: https://evil.example/\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      );
      // One whose name is no name may be refused outright.
      if (!answer.startsWith('HTTP/1.1 202')) {
        expect(answer).toMatch(/^HTTP\/1\.1 400/);
        continue;
      }
      const text = await textTo('host@example.org', sent);
      expect(text).toMatch(new RegExp(`${site}/recover#token=[\\w-]{43}\\b`));
      expect(text).not.toContain('evil.example');
      sent += 1;
    }
    expect(sent).toBeGreaterThan(1);
  });

  it('one address gets three messages an hour, whoever asks, and whether it has an account or not', async () => {
    await confirmed('often@example.org');
    await server.database.query("DELETE FROM codes WHERE destination = 'often@example.org'");
    for (const email of ['often@example.org', 'nobody-often@example.org']) {
      const answers = await Promise.all(
        numbers(30).map((n) => recover({ email: n % 2 ? email : email.toUpperCase() })),
      );
      expect([email, good(answers)]).toEqual([email, 3]);
      const refused = answers.find(({ status }) => status === 429);
      expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await until(() => textsTo('often@example.org').length === 4);
    expect(textsTo('nobody-often@example.org')).toEqual([]);
    // By registering again and again neither.
    for (const n of numbers(6)) await register({ email: 'bombed@example.org', firstName: `A${n}` });
    await until(() => textsTo('bombed@example.org').length === 3);
    const [row] = await server.database.query<{ count: number }>(
      "SELECT count(*)::int FROM codes WHERE destination = 'bombed@example.org'",
    );
    expect(row?.count).toBe(3);
  });
});

describe('limits for strangers and for stolen sessions', () => {
  let mailbox: Mailbox;
  let server: TestServer;
  beforeAll(async () => {
    mailbox = await startMailbox();
    server = await start(mailbox, { RATE_LIMIT_SCALE: '1', LOGIN_DELAY_MS: '0', CODES_PER_HOUR: '12' });
  });
  afterAll(async () => {
    await server?.stop();
    await mailbox?.close();
  });
  const count = (answers: Array<{ status: number }>, status: number) =>
    answers.filter((answer) => answer.status === status).length;

  it('a session that was stolen is no place to guess its password', async () => {
    const user = await server.signUp('stolen@example.org');
    const bodies: Array<[string, string, object]> = [
      ['PUT', '/api/account/password', { currentPassword: 'guess', newPassword }],
      ['PUT', '/api/account/email', { email: 'thief@example.org', password: 'guess' }],
      ['POST', '/api/account/delete', { password: 'guess', confirm: 'DELETE' }],
      ['POST', '/api/account/keys', { password: 'guess', name: 'k' }],
      ['POST', '/api/account/totp', { password: 'guess' }],
      ['POST', '/api/account/totp/remove', { password: 'guess' }],
      ['POST', '/api/account/recovery-codes', { password: 'guess' }],
      ['POST', '/api/account/passkeys/options', { password: 'guess' }],
      ['POST', '/api/account/passkeys/x/remove', { password: 'guess' }],
      ['PUT', '/api/account/phone', { phone: '+34600111009', password: 'guess' }],
    ];
    const answers = [];
    for (let n = 0; n < 45; n += 1) answers.push(await user.call(...bodies[n % bodies.length]!));
    expect([count(answers, 401), count(answers, 429)]).toEqual([10, 35]);
    // The right one is not told apart any more.
    const right = await user.call('POST', '/api/account/totp', { password });
    expect(right.status).toBe(429);
  });

  it('signing in and bringing an account back count as one', async () => {
    await server.signUp('restored@example.org');
    const answers = [];
    for (let n = 0; n < 30; n += 1) {
      const path = n % 2 ? '/api/auth/login' : '/api/account/restore';
      const email = n % 3 ? 'restored@example.org' : 'Restored@Example.org';
      answers.push(await server.call('POST', path, { body: { email, password: `guess ${n}` } }));
    }
    expect([count(answers, 401), count(answers, 429)]).toEqual([10, 20]);
  });

  it('a stranger asks for twenty recoveries an hour, and all strangers together for no more than the server sends', async () => {
    const answers = [];
    for (let n = 0; n < 40; n += 1) {
      answers.push(await server.call('POST', '/api/auth/recover', { body: { email: `r${n}@example.org` } }));
    }
    const messages = answers.map(({ body }) => body.message);
    expect(messages.filter((message) => message.startsWith('Too many requests.'))).toHaveLength(20);
    const [row] = await server.database.query<{ count: number }>('SELECT count(*)::int FROM codes');
    expect(row?.count).toBe(12);
  });

  it.each<[string, string, object | undefined]>([
    ['challenges of passkeys', '/api/auth/passkey/options', undefined],
    ['passwords to be judged', '/api/auth/password-strength', { password: 'a'.repeat(500) }],
  ])('a stranger gets 300 %s in a quarter of an hour', async (_name, path, body) => {
    const statuses: number[] = [];
    for (let from = 0; from < 310; from += 31) {
      const answers = Array.from({ length: 31 }, () => server.call('POST', path, { body: body ?? {} }));
      statuses.push(...(await Promise.all(answers)).map(({ status }) => status));
    }
    expect([statuses.filter((one) => one === 200).length, statuses.filter((one) => one === 429).length]).toEqual([
      300, 10,
    ]);
  });

  it('challenges do not pile up', async () => {
    const [row] = await server.database.query<{ count: number }>('SELECT count(*)::int FROM passkey_challenges');
    expect(row?.count).toBe(300);
  });
});
