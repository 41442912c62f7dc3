import type { AccountView, OutboxView, Session, TotpSetup } from '@octavo/contracts';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createAuthenticator } from '../../apps/server/src/testing/authenticator.ts';
import { startTestServer, type TestServer, type TestUser } from '../../apps/server/src/testing/server.ts';
import { until } from '../../apps/server/src/testing/until.ts';
import { password } from '../lib/cast.ts';

const origin = 'https://octavo.example.org';
const rpId = 'octavo.example.org';

describe('second factors', () => {
  let server: TestServer;
  let admin: TestUser;
  let count = 0;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0, env: { PUBLIC_URL: origin } });
    admin = await server.signUp('factor-admin@example.org');
  });
  afterAll(() => server?.stop());
  // No code may grow old in the middle of a test.
  beforeEach(() => until(() => Date.now() % 30_000 < 20_000));

  async function person() {
    const email = `attacked-${(count += 1)}@example.org`;
    const user = await server.signUp(email);
    return { email, user };
  }
  const signIn = (path: string, email: string, code?: string) =>
    server.call<Session>('POST', path, { body: { email, password, ...(code !== undefined && { code }) } });
  const login = (email: string, code?: string) => signIn('/api/auth/login', email, code);
  /** `steps` half-minutes from now. */
  const codeOf = (secret: string, steps = 0) =>
    TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + steps * 30_000 });
  /** A code that is good neither now nor next to now. */
  function wrongCode(secret: string, n = 0): string {
    const right = [-2, -1, 0, 1, 2].map((steps) => codeOf(secret, steps));
    const candidates = Array.from({ length: 20 }, (_, index) => String(100_000 + n * 20 + index));
    return candidates.find((code) => !right.includes(code))!;
  }
  async function protectedPerson() {
    const { email, user } = await person();
    const { secret } = (await user.call<TotpSetup>('POST', '/api/account/totp', { password })).body.data;
    // One of the half-minute before would be too old a moment after its end.
    await until(() => Date.now() % 30_000 < 20_000);
    const code = codeOf(secret, -1);
    const { body } = await user.call<{ recoveryCodes: string[] }>('POST', '/api/account/totp/confirm', { code });
    return { email, user, secret, recoveryCodes: body.data.recoveryCodes };
  }
  const newTries = (email: string) =>
    server.database.query('UPDATE users SET factor_tries = 0 WHERE email = $1', [email]);
  const statuses = (answers: Array<{ status: number }>) => answers.map(({ status }) => status);
  const factorsOf = async (user: TestUser) =>
    (await user.call<AccountView>('GET', '/api/account')).body.data.secondFactor;

  it('the password alone opens nothing: neither a sign-in, nor the way back from a deletion, nor a recovery', async () => {
    const { email, user, secret } = await protectedPerson();
    for (const code of [undefined, '', '      ', 'null', 'undefined', '[object Object]']) {
      const answer = await login(email, code);
      expect([code, answer.status >= 400, answer.body.data]).toEqual([code, true, undefined]);
    }
    expect((await user.call('POST', '/api/account/delete', { password, confirm: 'DELETE' })).status).toBe(200);
    expect((await signIn('/api/account/restore', email)).body.code).toBe('second_factor_required');
    const code = codeOf(secret);
    expect((await login(email, code)).body.code).toBe('account_deleted');
    // The code was looked at, and is worth nothing any more.
    expect((await signIn('/api/account/restore', email, code)).status).toBe(401);
    expect((await signIn('/api/account/restore', email, codeOf(secret, 1))).status).toBe(200);
    // Whoever reads the mail gets a new password out of it, and nothing else.
    await server.call('POST', '/api/auth/recover', { body: { email } });
    const token = await until(async () => {
      const { messages } = (await admin.call<OutboxView>('GET', '/api/admin/outbox')).body.data;
      return messages.flatMap(({ to, text }) => (to === email ? (/#token=([\w-]+)/.exec(text)?.[1] ?? []) : []))[0];
    });
    const recovered = { token, password: 'another battery staple' };
    expect((await server.call('POST', '/api/auth/recover/reset', { body: recovered })).status).toBe(200);
    const again = await server.call('POST', '/api/auth/login', { body: { email, password: recovered.password } });
    expect(again.body.code).toBe('second_factor_required');
    expect(await server.call('POST', '/api/auth/login', { body: { email, password } })).toMatchObject({ status: 401 });
  });

  it('a code is taken once: not again in its half-minute, not at another door, not an older one after it', async () => {
    const { email, secret } = await protectedPerson();
    const code = codeOf(secret);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => signIn(n % 2 ? '/api/auth/login' : '/api/account/restore', email, code)),
    );
    expect(statuses(answers).filter((status) => status === 200).length).toBeLessThanOrEqual(1);
    await newTries(email);
    expect((await login(email, code)).status).toBe(401);
    expect((await login(email, codeOf(secret, -1))).status).toBe(401);
    expect((await login(email, codeOf(secret, 1))).status).toBe(200);
  });

  it('the code, and the recovery code, of somebody else open nothing', async () => {
    const [one, two] = [await protectedPerson(), await protectedPerson()];
    expect((await login(one.email, codeOf(two.secret))).status).toBe(401);
    expect((await login(one.email, two.recoveryCodes[0])).status).toBe(401);
    expect((await login(two.email, two.recoveryCodes[0])).status).toBe(200);
  });

  it('five codes are looked at in a quarter of an hour, at all doors together, also of many at once', async () => {
    const { email, secret, recoveryCodes } = await protectedPerson();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        signIn(
          n % 2 ? '/api/auth/login' : '/api/account/restore',
          email,
          n % 3 ? wrongCode(secret, n) : `aaaaa-${n}bbbb`,
        ),
      ),
    );
    expect(answers.filter(({ body }) => body.code === 'second_factor_invalid').length).toBe(5);
    expect(answers.filter(({ status }) => status === 429).length).toBe(35);
    // Right ones come too late.
    expect((await login(email, codeOf(secret))).status).toBe(429);
    expect((await login(email, recoveryCodes[0])).status).toBe(429);
  });

  it('setting an app up gives no more tries at its code either', async () => {
    const { user } = await person();
    const { secret } = (await user.call<TotpSetup>('POST', '/api/account/totp', { password })).body.data;
    const confirm = (code: string) => user.call('POST', '/api/account/totp/confirm', { code });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => confirm(wrongCode(secret, n))));
    expect(answers.filter(({ body }) => body.code === 'code_invalid').length).toBe(5);
    expect((await confirm(codeOf(secret))).status).toBe(429);
    expect(await factorsOf(user)).toMatchObject({ totp: false });
  });

  it('a recovery code opens once, also of twenty tries at once, and new ones make the old ones void', async () => {
    const { email, user, recoveryCodes } = await protectedPerson();
    const answers = await Promise.all(Array.from({ length: 20 }, () => login(email, recoveryCodes[0])));
    expect(statuses(answers).filter((status) => status === 200)).toHaveLength(1);
    // The one that got in gave back the tries before it, and those after it took some.
    await newTries(email);
    expect((await login(email, recoveryCodes[0])).status).toBe(401);
    expect((await user.call('POST', '/api/account/recovery-codes', { password })).status).toBe(200);
    expect((await login(email, recoveryCodes[1])).status).toBe(401);
  });

  it('a session that was stolen takes no factor away, adds none, and leaves no key behind, without the password', async () => {
    const { email, user, secret } = await protectedPerson();
    const before = await factorsOf(user);
    for (const body of [
      {},
      { password: '' },
      { password: 'wrong' },
      { password: null },
      { password: codeOf(secret) },
    ]) {
      for (const path of ['totp/remove', 'recovery-codes', 'passkeys/options', 'passkeys/x/remove', 'totp', 'keys']) {
        const answer = await user.call('POST', `/api/account/${path}`, path === 'keys' ? { ...body, name: 'k' } : body);
        expect([path, body, answer.status === 400 || answer.status === 401]).toEqual([path, body, true]);
      }
    }
    // Nor does it replace the seed.
    expect((await user.call('POST', '/api/account/totp', { password })).body.code).toBe('limit_reached');
    expect(await factorsOf(user)).toEqual(before);
    expect((await login(email)).body.code).toBe('second_factor_required');
  });

  describe('passkeys', () => {
    const optionsFor = async (user: TestUser) =>
      (await user.call<{ options: { challenge: string } }>('POST', '/api/account/passkeys/options', { password })).body
        .data.options;
    const challenge = async () =>
      (await server.call<{ options: { challenge: string } }>('POST', '/api/auth/passkey/options')).body.data.options
        .challenge;
    const enter = (response: object) => server.call<Session>('POST', '/api/auth/passkey', { body: { response } });
    async function withPasskey() {
      const one = await person();
      const device = createAuthenticator();
      const response = device.register({ challenge: (await optionsFor(one.user)).challenge, origin, rpId });
      expect((await one.user.call('POST', '/api/account/passkeys', { name: 'Phone', response })).status).toBe(201);
      return { ...one, device };
    }

    it('open nothing when another site has asked, when nobody was there, or with a challenge that is not ours', async () => {
      const { user, device } = await withPasskey();
      const answer = async (change: object) =>
        (await enter(device.signIn({ challenge: await challenge(), origin, rpId, ...change }))).status;
      for (const change of [
        { origin: 'https://evil.example' },
        { origin: 'http://octavo.example.org' },
        { origin: 'https://octavo.example.org.evil.example' },
        { origin: 'https://octavo.example.org:444' },
        { origin: 'null' },
        { rpId: 'evil.example' },
        { rpId: 'example.org' },
        { userVerified: false },
        { challenge: 'made-up' },
        { challenge: '' },
        // One that was made to add a passkey, not to sign in.
        { challenge: (await optionsFor(user)).challenge },
      ]) {
        expect([change, await answer(change)]).toEqual([change, 401]);
      }
      const old = await challenge();
      await server.database.query('UPDATE passkey_challenges SET expires_at = now() WHERE challenge = $1', [old]);
      expect(await answer({ challenge: old })).toBe(401);
      expect(await answer({})).toBe(200);
    });

    it('an answer that was overheard is worth nothing', async () => {
      const { device } = await withPasskey();
      const overheard = device.signIn({ challenge: await challenge(), origin, rpId });
      const answers = await Promise.all(Array.from({ length: 10 }, () => enter(overheard)));
      expect(statuses(answers).filter((status) => status === 200)).toHaveLength(1);
      expect((await enter(overheard)).status).toBe(401);
      // Nor with a fresh challenge written over the old one.
      const data = { type: 'webauthn.get', challenge: await challenge(), origin, crossOrigin: false };
      const clientDataJSON = Buffer.from(JSON.stringify(data)).toString('base64url');
      const edited = { ...overheard, response: { ...overheard.response, clientDataJSON } };
      expect((await enter(edited)).status).toBe(401);
    });

    it('a passkey signs nobody else in', async () => {
      const [one, two] = [await withPasskey(), await withPasskey()];
      const ceremony = async () => ({ challenge: await challenge(), origin, rpId });
      const handle = Buffer.from(two.user.session.user.id.replaceAll('-', ''), 'hex').toString('base64url');
      expect((await enter(one.device.signIn(await ceremony(), handle))).status).toBe(401);
      // Under the name of the other's passkey.
      const signed = one.device.signIn(await ceremony());
      expect((await enter({ ...signed, id: two.device.id, rawId: two.device.id })).status).toBe(401);
      const right = await enter(one.device.signIn(await ceremony()));
      expect(right.body.data.user.id).toBe(one.user.session.user.id);
    });

    it('are added with one’s own fresh challenge only, and removed by nobody else', async () => {
      const [one, two] = [await withPasskey(), await person()];
      const { challenge: asked } = await optionsFor(one.user);
      const register = (user: TestUser, with_: string, change: object = {}) =>
        user.call('POST', '/api/account/passkeys', {
          name: 'x',
          response: createAuthenticator().register({ challenge: with_, origin, rpId, ...change }),
        });
      expect((await register(two.user, asked)).status).toBe(400);
      expect((await register(one.user, await challenge())).status).toBe(400);
      expect((await register(one.user, 'made-up')).status).toBe(400);
      const another = (await optionsFor(one.user)).challenge;
      expect((await register(one.user, another, { origin: 'https://evil.example' })).status).toBe(400);
      // A challenge is used up by a try that failed.
      expect((await register(one.user, another)).status).toBe(400);
      const path = `/api/account/passkeys/${one.device.id}/remove`;
      expect((await two.user.call('POST', path, { password })).status).toBe(404);
      expect(await factorsOf(one.user)).toMatchObject({ passkeys: 1 });
    });

    it('what is no answer of a passkey is refused', async () => {
      const { device } = await withPasskey();
      const good = device.signIn({ challenge: await challenge(), origin, rpId });
      const broken: object[] = [
        { ...good, response: { ...good.response, signature: '' } },
        { ...good, response: { ...good.response, authenticatorData: '' } },
        { ...good, response: { ...good.response, authenticatorData: 'A'.repeat(8000) } },
        { ...good, response: { ...good.response, clientDataJSON: Buffer.from('[]').toString('base64url') } },
        { ...good, response: { ...good.response, clientDataJSON: Buffer.from('null').toString('base64url') } },
        {
          ...good,
          response: { ...good.response, clientDataJSON: Buffer.from('{"challenge":{}}').toString('base64url') },
        },
        { ...good, id: 'unknown' },
        { ...good, id: '' },
      ];
      for (const response of broken) {
        const { status } = await enter(response);
        expect([response, status === 400 || status === 401]).toEqual([response, true]);
      }
    });
  });
});
