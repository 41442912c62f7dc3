import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { ApiKeyCreated, InvitationCreated, OutboxView, Session, TotpSetup } from '@octavo/contracts';
import { Secret, TOTP } from 'otpauth';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createAuthenticator } from '../apps/server/src/testing/authenticator.ts';
import { dumpTables, findSecret, type SecretKind } from '../apps/server/src/testing/find-secrets.ts';
import { startTestServer, type TestServer } from '../apps/server/src/testing/server.ts';
import { until } from '../apps/server/src/testing/until.ts';
import { type Program, startProgram } from './lib/program.ts';

const origin = 'https://octavo.example.org';

/** Every flow of accounts, on a server as an operator runs it, with a log of everything; then the search. */
describe('secrets', () => {
  let server: TestServer;
  let mailServer: Server;
  let program: Program;
  let log = '';
  let dump = '';
  let exported = '';
  const secrets: Record<string, string> = {
    'first password': 'first password kept nowhere 4711',
    'second password': 'second password kept nowhere 4712',
    'third password': 'third password kept nowhere 4713',
    'wrong password': 'wrong password kept nowhere 4714',
    'a password in broken JSON': 'broken password kept nowhere 4715',
    'key of a provider': 'xai-key-of-a-provider-kept-nowhere',
    'password of the mail server': 'mail-password-kept-nowhere',
    'token of WhatsApp': 'whatsapp-token-kept-nowhere',
    'token of WhatsApp, stored': 'whatsapp-stored-token-kept-nowhere',
    'master key': Buffer.alloc(32, 'master key kept nowhere').toString('base64'),
  };

  beforeAll(async () => {
    mailServer = createServer((socket) => socket.on('error', () => undefined).end('554 go away\r\n'));
    await once(mailServer.listen(0, '127.0.0.1'), 'listening');
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    program = await startProgram('api', {
      ...server.env,
      LOG_LEVEL: 'trace',
      PUBLIC_URL: origin,
      REQUIRE_VERIFICATION: 'on',
      OCTAVO_MASTER_KEY: secrets['master key']!,
      WHATSAPP_ACCESS_TOKEN: secrets['token of WhatsApp']!,
      WHATSAPP_PHONE_NUMBER_ID: '555',
      WHATSAPP_BASE_URL: `${server.sandbox.url}/v23.0`,
    });
    await live();
    await program.stop();
    log = program.output();
    dump = await dumpTables((sql) => server.database.query(sql));
    const folder = server.env['OCTAVO_DATA'] ?? '';
    expect(readdirSync(folder)).toContain('secrets.json');
    const file = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')) as {
      databasePassword: string;
      derivationKey: string;
      signingKeys: Array<{ privateKeyPem: string }>;
    };
    secrets['password of the database'] = file.databasePassword;
    secrets['derivation key'] = file.derivationKey;
    secrets['signing key'] = file.signingKeys[0]!.privateKeyPem.split('\n')[1]!;
  });
  afterAll(async () => {
    await program?.stop();
    await server?.stop();
    mailServer?.close();
  });

  async function call<T>(method: string, path: string, body?: unknown, token?: string) {
    const response = await fetch(program.url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { data: T; code?: string };
    return { status: response.status, ...answer };
  }
  /** As `call`, where anything but success is a mistake of this test. */
  async function must<T>(...args: Parameters<typeof call>): Promise<T> {
    const { status, data, code } = await call<T>(...args);
    if (status >= 300) throw new Error(`${args[0]} ${args[1]}: ${status} ${code ?? ''}`);
    return data;
  }

  async function live(): Promise<void> {
    const [first, second, third, wrong] = ['first', 'second', 'third', 'wrong'].map(
      (n) => secrets[`${n} password`]!,
    ) as [string, string, string, string];
    const keep = (name: string, { access_token, refresh_token }: Session): string => {
      secrets[`access token ${name}`] = access_token;
      secrets[`refresh token ${name}`] = refresh_token;
      return access_token;
    };
    const person = { firstName: 'Ada', lastName: 'Lovelace' };
    const email = 'secrets@example.org';
    const admin = keep('of the admin', await must('POST', '/api/auth/register', { email, password: first, ...person }));
    await call('POST', '/api/auth/register', `{"password":"${secrets['a password in broken JSON']}",`);
    await call('POST', '/api/auth/login', { email, password: wrong });
    await call('POST', '/api/auth/login', { email, password: [wrong] });

    // Codes and links, out of the outbox.
    const lastMessage = async (pattern: RegExp, to = email): Promise<string> => {
      const found = await until(async () => {
        const { messages } = await must<OutboxView>('GET', '/api/admin/outbox', undefined, admin);
        return pattern.exec(messages.find((message) => message.to === to && pattern.test(message.text))?.text ?? '');
      });
      return found[1] ?? found[0];
    };
    secrets['code of an address'] = await lastMessage(/\b\d{6}\b/);
    await call('POST', '/api/auth/verify', { channel: 'email', code: '000000' }, admin);
    await must('POST', '/api/auth/verify', { channel: 'email', code: secrets['code of an address'] }, admin);
    await must('POST', '/api/auth/recover', { email });
    secrets['token of a recovery'] = await lastMessage(/#token=([\w-]+)/);
    const recovered = { token: secrets['token of a recovery'], password: second };
    await must('POST', '/api/auth/recover/reset', recovered);
    await call('POST', '/api/auth/recover/reset', recovered);
    let token = keep('after the recovery', await must('POST', '/api/auth/login', { email, password: second }));
    await must('PUT', '/api/account/password', { currentPassword: second, newPassword: third }, token);

    const phone = '+34600555001';
    await must('POST', '/api/auth/register', { phone, password: first, ...person });
    await until(() => server.sandbox.messages.length > 0);
    secrets['code of a phone'] = server.sandbox.messages[0]!.code;
    const byPhone = await must<Session>('POST', '/api/auth/login', { phone, password: first });
    await must(
      'POST',
      '/api/auth/verify',
      { channel: 'whatsapp', code: secrets['code of a phone'] },
      byPhone.access_token,
    );
    await must('POST', '/api/auth/recover', { phone });
    await until(() => server.sandbox.messages.length > 1);
    secrets['recovery code of a phone'] = server.sandbox.messages[1]!.code;
    await must('POST', '/api/auth/recover/reset', {
      phone,
      code: secrets['recovery code of a phone'],
      password: second,
    });

    // Second factors.
    const totp = await must<TotpSetup>('POST', '/api/account/totp', { password: third }, token);
    secrets['seed of an app'] = totp.secret;
    const codeOf = (steps: number) =>
      TOTP.generate({ secret: Secret.fromBase32(totp.secret), timestamp: Date.now() + steps * 30_000 });
    secrets['code of an app'] = codeOf(0);
    const { recoveryCodes } = await must<{ recoveryCodes: string[] }>(
      'POST',
      '/api/account/totp/confirm',
      { code: secrets['code of an app'] },
      token,
    );
    for (const [n, code] of recoveryCodes.entries()) secrets[`recovery code ${n}`] = code;
    await call('POST', '/api/auth/login', { email, password: third, code: '000000' });
    const code = recoveryCodes[0];
    token = keep('with a second factor', await must('POST', '/api/auth/login', { email, password: third, code }));
    const device = createAuthenticator();
    const ceremony = async (path: string, body?: object) => {
      const { options } = await must<{ options: { challenge: string } }>('POST', path, body, token);
      return { challenge: options.challenge, origin, rpId: 'octavo.example.org' };
    };
    const response = device.register(await ceremony('/api/account/passkeys/options', { password: third }));
    await must('POST', '/api/account/passkeys', { name: 'Phone', response }, token);
    const signIn = { response: device.signIn(await ceremony('/api/auth/passkey/options')) };
    token = keep('of a passkey', await must('POST', '/api/auth/passkey', signIn));
    const body = { refresh_token: secrets['refresh token of a passkey'] };
    token = keep('renewed', await must('POST', '/api/auth/refresh', body));

    // Keys, invitations, tokens for others.
    const key = await must<ApiKeyCreated>(
      'POST',
      '/api/account/keys',
      { password: third, name: 'k', scopes: ['admin', 'read'] },
      token,
    );
    secrets['API key'] = key.key;
    secrets['end of the API key'] = key.key.slice(key.prefix.length + 1);
    secrets['token for a service'] = (
      await must<{ token: string }>('POST', '/api/security/tokens', { subject: 'robot' }, key.key)
    ).token;
    await must('POST', '/api/security/tokens/verify', { token: secrets['token for a service'] }, key.key);
    const invited = await must<InvitationCreated>(
      'POST',
      '/api/admin/invitations',
      { email: 'guest@example.org' },
      key.key,
    );
    secrets['invitation'] = invited.token;
    const guest = { email: 'guest@example.org', password: first, ...person, invitation: invited.token };
    keep('of the guest', await must('POST', '/api/auth/register', guest));

    // What an admin enters, right and wrong.
    const settings = {
      host: '127.0.0.1',
      port: (mailServer.address() as AddressInfo).port,
      user: 'octavo',
      from: 'octavo@example.org',
    };
    const secretsOf: Array<[string, object]> = [
      ['xai', { apiKey: secrets['key of a provider'] }],
      ['xai', { apiKey: [secrets['key of a provider']] }],
      ['whatsapp', { accessToken: secrets['token of WhatsApp, stored'], phoneNumberId: 'x' }],
      ['whatsapp', { accessToken: secrets['token of WhatsApp, stored'], phoneNumberId: '1' }],
      ['mail', { ...settings, password: secrets['password of the mail server'], port: 'x' }],
      ['mail', { ...settings, password: secrets['password of the mail server'] }],
    ];
    for (const [name, value] of secretsOf) await call('PUT', `/api/admin/secrets/${name}`, value, token);
    // That mail server takes nothing: an error to be logged.
    await call('POST', '/api/auth/recover', { email });
    const archive = await fetch(`${program.url}/api/account/export`, { headers: { authorization: `Bearer ${token}` } });
    exported = Object.values(unzipSync(new Uint8Array(await archive.arrayBuffer())))
      .map((bytes) => strFromU8(bytes, true))
      .join('\n');
    for (const path of ['', '/sessions', '/keys', '/passkeys'])
      await must('GET', `/api/account${path}`, undefined, token);
    await must('POST', '/api/auth/logout', { refresh_token: secrets['refresh token renewed'] });
    await call('GET', `/api/auth/me?token=${token}`, undefined, token);
    await until(() => program.output().includes('message not delivered'));
  }

  function kindOf(name: string): SecretKind {
    if (/^code|recovery code/.test(name)) return 'code';
    if (name === 'seed of an app') return 'seed';
    return name.includes('password') ? 'password' : 'token';
  }

  it('were many, and the log and the tables had much to say', () => {
    expect(Object.keys(secrets).length).toBeGreaterThan(35);
    for (const [name, secret] of Object.entries(secrets)) expect([name, secret.length > 5]).toEqual([name, true]);
    expect(log.split('\n').filter((line) => line.includes('"answered"')).length).toBeGreaterThan(40);
    expect(dump).toContain('secrets@example.org');
    expect(dump).toContain('argon2id');
    expect(exported).toContain('secrets@example.org');
  });

  it.each(['the log', 'the tables', 'the export'])('none of them is in %s', (where) => {
    const text = { 'the log': log, 'the tables': dump, 'the export': exported }[where]!;
    for (const [name, secret] of Object.entries(secrets)) {
      expect([name, findSecret(text, kindOf(name), secret)]).toEqual([name, []]);
    }
  });

  it('nor is anything in the export that they are checked against', () => {
    for (const word of ['argon2', 'key_hash', 'token_hash', 'code_hash', 'sealed', 'public_key']) {
      expect([word, exported.includes(word)]).toEqual([word, false]);
    }
  });
});
