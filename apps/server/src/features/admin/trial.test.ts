import type { AuditPage, CredentialTrial, OutboxView, RegistrationView, SecretName } from '@octavo/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Mailbox, startMailbox } from '../../testing/mailbox.ts';
import { hostedBy, startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

/** Providers and WhatsApp are the sandbox, and nobody has a key but for Gemini. */
function upstreams(url: string): Record<string, string> {
  return {
    ...hostedBy(url),
    XAI_API_KEY: '',
    OPENROUTER_API_KEY: '',
    GOOGLE_API_KEY: 'bad-key',
    WHATSAPP_BASE_URL: `${url}/v23.0`,
  };
}

describe('credentials that are tried', () => {
  let server: TestServer;
  let admin: TestUser;
  let mailbox: Mailbox;
  /** Everything that was answered, to look for secrets in it. */
  const answers: unknown[] = [];

  beforeAll(async () => {
    mailbox = await startMailbox({ password: 'the-mail-password' });
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0, hosted: upstreams });
    admin = await server.signUp();
  });
  afterAll(async () => {
    await server?.stop();
    await mailbox?.close();
  });

  const path = (name: SecretName) => `/api/admin/secrets/${name}`;
  async function test(name: SecretName): Promise<CredentialTrial> {
    const answer = await admin.call<CredentialTrial>('POST', `${path(name)}/test`);
    answers.push(answer.body);
    expect(answer.status).toBe(200);
    return answer.body.data;
  }
  async function storeAndTest(name: SecretName, value: object): Promise<CredentialTrial['problem']> {
    expect((await admin.call('PUT', path(name), value)).status).toBe(200);
    const { works, problem, message } = await test(name);
    expect([works, message.length > 5]).toEqual([problem === null, true]);
    return problem;
  }

  it('are refused a trial when there are none, and to anybody but admins', async () => {
    expect((await admin.call('POST', `${path('xai')}/test`)).body.code).toBe('not_found');
    expect((await admin.call('POST', `${path('mail')}/test`)).body.code).toBe('not_found');
    const user = await server.signUp();
    expect((await user.call('POST', `${path('google')}/test`)).body.code).toBe('forbidden');
  });

  it.each(['xai', 'openrouter'] as const)(
    'tell a good key of %s from a wrong one and an empty account',
    async (name) => {
      expect(await storeAndTest(name, { apiKey: 'a-good-key' })).toBeNull();
      expect(await storeAndTest(name, { apiKey: 'bad-key' })).toBe('refused');
      expect(await storeAndTest(name, { apiKey: 'no-credit-key' })).toBe('no_credit');
      expect(server.sandbox.requests).toEqual([]);
    },
  );

  it('are those of the environment where it has some', async () => {
    expect(await test('google')).toMatchObject({ works: false, problem: 'refused' });
    expect(await storeAndTest('google', { apiKey: 'a-good-key' })).toBe('refused');
  });

  it('say so when there is no server to send a key to', async () => {
    expect(await storeAndTest('openai-compatible', { apiKey: 'a-good-key' })).toBe('no_server');
  });

  it('sign in to a mail server without sending anything', async () => {
    // The codes of both accounts are on their way until they lie here; after, nothing is left to send but by a trial.
    await until(async () => {
      const { messages } = (await admin.call<OutboxView>('GET', '/api/admin/outbox')).body.data;
      return messages.length === 2;
    });
    const mail = { host: '127.0.0.1', port: mailbox.port, user: 'octavo', from: 'octavo@example.org' };
    expect(await storeAndTest('mail', { ...mail, password: 'the-mail-password' })).toBeNull();
    expect(await storeAndTest('mail', { ...mail, password: 'the-wrong-password' })).toBe('refused');
    expect(await storeAndTest('mail', { ...mail, secure: true, password: 'the-mail-password' })).toBe('no_tls');
    expect(await storeAndTest('mail', { ...mail, port: 1, password: 'the-mail-password' })).toBe('unreachable');
    const open = await startMailbox();
    expect(await storeAndTest('mail', { ...mail, port: open.port, password: 'the-mail-password' })).toBe('refused');
    expect(await storeAndTest('mail', { host: '127.0.0.1', port: open.port, from: mail.from })).toBeNull();
    await open.close();
    expect(mailbox.mails).toEqual([]);
  });

  it('read the phone number of WhatsApp', async () => {
    const settings = { accessToken: 'a-good-token', phoneNumberId: '555' };
    expect(await storeAndTest('whatsapp', settings)).toBeNull();
    expect(await storeAndTest('whatsapp', { ...settings, accessToken: 'bad-key' })).toBe('refused');
    expect(await storeAndTest('whatsapp', { ...settings, phoneNumberId: '5550000' })).toBe('not_found');
    expect(server.sandbox.messages).toEqual([]);
  });

  it('that cannot be opened are to be entered anew', async () => {
    await admin.call('PUT', path('xai'), { apiKey: 'a-good-key' });
    await admin.call('PUT', path('google'), { apiKey: 'not-in-use' });
    await admin.call('PUT', path('mail'), { host: '127.0.0.1', port: mailbox.port, from: 'octavo@example.org' });
    await server.database.query(
      `UPDATE stored_secrets SET sealed = (SELECT sealed FROM stored_secrets WHERE name = 'openrouter')
       WHERE name IN ('xai', 'google', 'whatsapp')`,
    );
    expect(await test('whatsapp')).toMatchObject({ works: false, problem: 'unreadable' });
    // The others are none the worse for it: the key in use is that of the environment, and mail goes out.
    expect(await test('google')).toMatchObject({ works: false, problem: 'refused' });
    expect(await test('mail')).toMatchObject({ works: true });
    const { sends } = (await server.call<RegistrationView>('GET', '/api/auth/registration')).body.data;
    expect(sends).toEqual({ email: true, whatsapp: true });
    expect(await test('xai')).toMatchObject({ works: false, problem: 'unreadable' });
  });

  it('leave no trace but that they were tried', async () => {
    const { entries } = (await admin.call<AuditPage>('GET', '/api/admin/audit?action=secret.tried&limit=100')).body
      .data;
    expect(entries).toHaveLength(answers.length);
    expect(entries[0]).toMatchObject({
      actorId: admin.session.user.id,
      details: { name: 'xai', problem: 'unreadable' },
    });
    const written = JSON.stringify([answers, entries]);
    for (const secret of ['-key', '-token', '-password', 'octavo@']) expect(written).not.toContain(secret);
  });
});
