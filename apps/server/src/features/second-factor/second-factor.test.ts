import type { AccountView, PasskeyView, Session, TotpSetup } from '@octavo/contracts';
import { Secret, TOTP } from 'otpauth';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createAuthenticator } from '../../testing/authenticator.ts';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const password = 'correct horse battery';
const origin = 'https://octavo.example.org';
const rpId = 'octavo.example.org';

describe('second factors', () => {
  let server: TestServer;
  let admin: TestUser;
  let count = 0;

  beforeAll(async () => {
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: { PUBLIC_URL: origin, ADMIN_SECOND_FACTOR: 'on' },
    });
    admin = await server.signUp('factor-admin@example.org');
  });
  afterAll(() => server?.stop());
  // No code may grow old in the middle of a test.
  beforeEach(() => until(() => Date.now() % 30_000 < 22_000));

  async function person() {
    const email = `factor-${(count += 1)}@example.org`;
    return { email, user: await server.signUp(email) };
  }
  const login = (email: string, code?: string) =>
    server.call<Session>('POST', '/api/auth/login', { body: { email, password, ...(code !== undefined && { code }) } });
  /** `steps` half-minutes from now: each code is taken once. */
  const codeOf = (secret: string, steps: number) =>
    TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + steps * 30_000 });
  async function setUp(user: TestUser) {
    const { body } = await user.call<TotpSetup>('POST', '/api/account/totp', { password });
    const { secret } = body.data;
    // One of the half-minute before would be too old a moment after its end.
    await until(() => Date.now() % 30_000 < 22_000);
    const confirmed = await user.call<{ recoveryCodes: string[] }>('POST', '/api/account/totp/confirm', {
      code: codeOf(secret, -1),
    });
    return { secret, confirmed, recoveryCodes: confirmed.body.data.recoveryCodes };
  }
  async function query(sql: string, values: unknown[] = []) {
    const client = new pg.Client(server.database.url);
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(sql, values);
    await client.end();
    return rows;
  }

  describe('an authenticator app', () => {
    it('is asked for after the password, and each code is taken once', async () => {
      const { email, user } = await person();
      expect((await user.call('POST', '/api/account/totp', { password: 'wrong' })).status).toBe(401);
      const setup = (await user.call<TotpSetup>('POST', '/api/account/totp', { password })).body.data;
      expect(setup.uri).toContain(`secret=${setup.secret}`);
      expect(setup.uri).toMatch(/^otpauth:\/\/totp\/Octavo:factor-/);
      // Not before its first right code.
      expect((await login(email)).status).toBe(200);
      expect((await user.call('POST', '/api/account/totp/confirm', { code: '000000' })).body.code).toBe('code_invalid');
      const { secret, confirmed } = await setUp(user);
      expect(confirmed.body.data.recoveryCodes).toHaveLength(10);
      expect((await user.call('POST', '/api/account/totp', { password })).body.code).toBe('limit_reached');

      expect((await login(email)).body).toMatchObject({ status: 401, code: 'second_factor_required' });
      const wrong = await server.call('POST', '/api/auth/login', {
        body: { email, password: 'wrong', code: '123456' },
      });
      expect(wrong.body.code).toBe('invalid_credentials');
      expect((await login(email, '000000')).body.code).toBe('second_factor_invalid');
      const code = codeOf(secret, 0);
      const answers = await Promise.all([login(email, code), login(email, code), login(email, code)]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      // Nor an earlier one.
      expect((await login(email, codeOf(secret, -1))).status).toBe(401);
      expect((await login(email, codeOf(secret, 1))).status).toBe(200);
    });

    it('keeps its seed sealed, and recovery codes as HMACs', async () => {
      const { user } = await person();
      const { secret, recoveryCodes } = await setUp(user);
      const rows = JSON.stringify([
        await query('SELECT row_to_json(t)::text FROM totp_secrets t'),
        await query("SELECT encode(code_hash, 'escape') FROM recovery_codes"),
      ]);
      expect(rows).not.toContain(secret);
      for (const code of recoveryCodes) expect(rows).not.toContain(code.replace('-', ''));
      // A row that is moved to another account does not open there.
      const other = await person();
      await setUp(other.user);
      await query(
        'UPDATE totp_secrets SET sealed = (SELECT sealed FROM totp_secrets WHERE user_id = $1), last_step = 0 WHERE user_id = $2',
        [user.session.user.id, other.user.session.user.id],
      );
      expect((await login(other.email, codeOf(secret, 0))).status).toBe(500);
    });

    it('looks at five codes in a quarter of an hour', async () => {
      const { email, user } = await person();
      const { secret } = await setUp(user);
      const answers = await Promise.all(Array.from({ length: 12 }, () => login(email, '000000')));
      expect(answers.filter(({ body }) => body.code === 'second_factor_invalid').length).toBeLessThanOrEqual(5);
      const late = await login(email, codeOf(secret, 0));
      expect(late.body).toMatchObject({ status: 429, code: 'too_many_requests' });
      await query("UPDATE users SET factor_tries_since = now() - interval '16 minutes' WHERE email = $1", [email]);
      expect((await login(email, codeOf(secret, 0))).status).toBe(200);
    });

    it('gives way to a recovery code, once each', async () => {
      const { email, user } = await person();
      const { recoveryCodes } = await setUp(user);
      const [first = '', second = ''] = recoveryCodes;
      expect((await login(email, first.toUpperCase().replace('-', ' '))).status).toBe(200);
      expect((await login(email, first)).status).toBe(401);
      const account = (await user.call<AccountView>('GET', '/api/account')).body.data;
      expect(account.secondFactor).toEqual({ totp: true, passkeys: 0, recoveryCodesLeft: 9 });
      const renewed = await user.call<{ recoveryCodes: string[] }>('POST', '/api/account/recovery-codes', { password });
      expect((await login(email, second)).status).toBe(401);
      expect((await login(email, renewed.body.data.recoveryCodes[0])).status).toBe(200);
    });

    it('is removed with the password, and the recovery codes with it', async () => {
      const { email, user } = await person();
      await setUp(user);
      expect((await user.call('POST', '/api/account/totp/remove', { password: 'wrong' })).status).toBe(401);
      expect((await user.call('POST', '/api/account/totp/remove', { password })).status).toBe(200);
      expect((await login(email)).status).toBe(200);
      const account = (await user.call<AccountView>('GET', '/api/account')).body.data;
      expect(account.secondFactor).toEqual({ totp: false, passkeys: 0, recoveryCodesLeft: 0 });
    });
  });

  describe('a passkey', () => {
    const optionsFor = async (user: TestUser) =>
      (await user.call<{ options: { challenge: string } }>('POST', '/api/account/passkeys/options', { password })).body
        .data.options;
    const loginOptions = async () =>
      (await server.call<{ options: { challenge: string } }>('POST', '/api/auth/passkey/options')).body.data.options;
    const signIn = (response: object) => server.call<Session>('POST', '/api/auth/passkey', { body: { response } });

    async function add(user: TestUser, device = createAuthenticator()) {
      const { challenge } = await optionsFor(user);
      const added = await user.call<{ passkey: PasskeyView; recoveryCodes: string[] | null }>(
        'POST',
        '/api/account/passkeys',
        { name: 'Phone', response: device.register({ challenge, origin, rpId }) },
      );
      return { device, added };
    }

    it('signs in without a password, as both factors', async () => {
      const { email, user } = await person();
      const { device, added } = await add(user);
      expect(added.status).toBe(201);
      expect(added.body.data.recoveryCodes).toHaveLength(10);
      const { challenge } = await loginOptions();
      const signedIn = await signIn(device.signIn({ challenge, origin, rpId }));
      expect(signedIn).toMatchObject({ status: 200, body: { data: { user: { email } } } });
      expect((await login(email)).body.code).toBe('second_factor_required');
      const listed = await user.call<{ passkeys: PasskeyView[] }>('GET', '/api/account/passkeys');
      expect(listed.body.data.passkeys).toMatchObject([{ name: 'Phone', lastUsedAt: expect.any(String) }]);
    });

    it('is refused for another site, without a finger, replayed, or as a copy', async () => {
      const { user } = await person();
      const { device } = await add(user);
      const answer = async (change: object) => {
        const { challenge } = await loginOptions();
        return (await signIn(device.signIn({ challenge, origin, rpId, ...change }))).status;
      };
      expect(await answer({ origin: 'https://evil.example' })).toBe(401);
      expect(await answer({ rpId: 'evil.example' })).toBe(401);
      expect(await answer({ userVerified: false })).toBe(401);
      expect(await answer({ challenge: 'made-up' })).toBe(401);
      const { challenge } = await loginOptions();
      const good = device.signIn({ challenge, origin, rpId });
      const answers = await Promise.all([signIn(good), signIn(good)]);
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 401]);
      device.rewind(3);
      expect(await answer({})).toBe(401);
    });

    it('cannot be added with somebody else’s challenge, twice, or for another site', async () => {
      const [one, two] = [await person(), await person()];
      const device = createAuthenticator();
      const { challenge } = await optionsFor(one.user);
      const register = (user: TestUser, ceremony: object) =>
        user.call('POST', '/api/account/passkeys', {
          name: 'x',
          response: device.register({ challenge, origin, rpId, ...ceremony }),
        });
      expect((await register(two.user, {})).status).toBe(400);
      expect((await register(one.user, { origin: 'https://evil.example' })).status).toBe(400);
      const { device: taken } = await add(one.user);
      expect((await add(two.user, taken)).added.status).toBe(400);
    });

    it('is renamed by its owner only', async () => {
      const [one, two] = [await person(), await person()];
      const { device } = await add(one.user);
      const rename = (user: TestUser, name: string) =>
        user.call('PATCH', `/api/account/passkeys/${device.id}`, { name });
      expect((await rename(two.user, 'Mine now')).status).toBe(404);
      expect((await rename(one.user, 'Old phone')).status).toBe(200);
      const listed = await one.user.call<{ passkeys: PasskeyView[] }>('GET', '/api/account/passkeys');
      expect(listed.body.data.passkeys).toMatchObject([{ name: 'Old phone' }]);
    });

    it('is removed by its owner only', async () => {
      const [one, two] = [await person(), await person()];
      const { device } = await add(one.user);
      const remove = (user: TestUser) => user.call('POST', `/api/account/passkeys/${device.id}/remove`, { password });
      expect((await remove(two.user)).status).toBe(404);
      expect((await remove(one.user)).status).toBe(200);
      const { challenge } = await loginOptions();
      expect((await signIn(device.signIn({ challenge, origin, rpId }))).status).toBe(401);
      expect((await login(one.email)).status).toBe(200);
    });
  });

  it('taken away, it leaves no session that still counts as opened with it', async () => {
    const boss = await server.signUp();
    await query(`UPDATE users SET role = 'admin' WHERE id = $1`, [boss.session.user.id]);
    await setUp(boss);
    await until(async () => (await boss.call('GET', '/api/admin/users')).status === 200);
    expect((await boss.call('POST', '/api/account/totp/remove', { password })).status).toBe(200);
    expect((await boss.call('GET', '/api/admin/users')).body.code).toBe('admin_second_factor_required');
  });

  it('is required for admins where the settings say so, and an admin takes a lost one away', async () => {
    const refused = await admin.call('GET', '/api/admin/users');
    expect(refused.body).toMatchObject({ status: 403, code: 'admin_second_factor_required' });
    const key = { password, name: 'k', scopes: ['admin'] };
    expect((await admin.call('POST', '/api/account/keys', key)).body.code).toBe('admin_second_factor_required');
    await setUp(admin);
    // The session in which it was set up counts.
    expect((await admin.call('GET', '/api/admin/users')).status).toBe(200);
    expect((await admin.call('POST', '/api/account/keys', key)).status).toBe(201);

    const { email, user } = await person();
    await setUp(user);
    expect((await login(email)).status).toBe(401);
    const { id } = user.session.user;
    expect((await admin.call('POST', `/api/admin/users/${id}/reset-second-factor`)).body.data).toMatchObject({
      secondFactor: false,
    });
    expect((await user.call('GET', '/api/auth/me')).status).toBe(401);
    expect((await login(email)).status).toBe(200);
  });
});
