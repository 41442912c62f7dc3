import type { AuditAction, Session } from '@octavo/contracts';
import { expect } from 'vitest';
import { createPurge, createPurgeRepository } from '#features/account';
import { createAudit, createAuditRepository } from '#features/audit';
import { rotateSigningKeys } from '#platform/crypto';
import { openDatabase } from '#platform/db';
import { createLog } from '#platform/log';
import { type AuditedWorld, from, password } from './audited-world.ts';
import type { TestUser } from './server.ts';
import { until } from './until.ts';

/** Who is in the entry: the user who acts, an admin, or nobody who was signed in. */
type Who = 'user' | 'admin' | 'nobody';

export interface Deed {
  action: AuditAction;
  actor: Who;
  /** Whose account it was done to. */
  subject: Who;
  details?: Record<string, unknown>;
  /** Done without a request: nobody knows from where. */
  isOwnDoing?: true;
  do(people: { user: TestUser; email: string }): Promise<unknown>;
}

/** What people do to their own accounts, what strangers try, and what the server does by itself. */
export function createDeeds(world: AuditedWorld): Deed[] {
  const { server, secrets, act, call, login, refresh, lastMessageTo, match, addTotp, addPasskey, addKey, exported } =
    world;
  return [
    {
      action: 'account.registered',
      actor: 'user',
      subject: 'user',
      details: { role: 'user', invited: false },
      async do({ user }) {
        const body = { email: `new-${user.session.user.id}@example.org`, password, firstName: 'A', lastName: 'B' };
        const { body: answer } = await call<Session>('POST', '/api/auth/register', body);
        user.session.user.id = answer.data.user.id;
      },
    },
    {
      action: 'account.verified',
      actor: 'user',
      subject: 'user',
      details: { channel: 'email' },
      async do({ user, email }) {
        const code = match(await lastMessageTo(email), /\d{6}/);
        secrets.push(code);
        await act(user, 'POST', '/api/auth/verify', { channel: 'email', code });
      },
    },
    {
      action: 'address.change_asked',
      actor: 'user',
      subject: 'user',
      details: { channel: 'whatsapp' },
      do: ({ user }) => act(user, 'PUT', '/api/account/phone', { phone: '+34600111222', password }),
    },
    {
      action: 'account.deletion_asked',
      actor: 'user',
      subject: 'user',
      do: ({ user }) => act(user, 'POST', '/api/account/delete', { password, confirm: 'DELETE' }),
    },
    {
      action: 'account.deletion_undone',
      actor: 'user',
      subject: 'user',
      async do({ user, email }) {
        await act(user, 'POST', '/api/account/delete', { password, confirm: 'DELETE' });
        expect((await call('POST', '/api/account/restore', { email, password })).status).toBe(200);
      },
    },
    { action: 'account.exported', actor: 'user', subject: 'user', do: ({ user }) => exported(user) },
    {
      action: 'account.imported',
      actor: 'user',
      subject: 'user',
      details: { contents: 0, images: 0 },
      async do({ user }) {
        const answer = await fetch(`${server().url}/api/account/import`, {
          method: 'POST',
          headers: {
            ...from,
            authorization: `Bearer ${user.session.access_token}`,
            'content-type': 'application/zip',
          },
          body: await exported(user),
        });
        expect(answer.status).toBe(200);
      },
    },
    { action: 'login.succeeded', actor: 'nobody', subject: 'user', do: ({ email }) => login(email) },
    { action: 'login.failed', actor: 'nobody', subject: 'user', do: ({ email }) => login(email, 'wrong password') },
    {
      action: 'login.refused',
      actor: 'nobody',
      subject: 'nobody',
      async do() {
        while ((await login('nobody-at-all@example.org', 'wrong password')).status !== 429);
      },
    },
    {
      action: 'logout',
      actor: 'user',
      subject: 'user',
      do: ({ user }) => call('POST', '/api/auth/logout', { refresh_token: user.session.refresh_token }),
    },
    {
      action: 'session.ended',
      actor: 'user',
      subject: 'user',
      async do({ user, email }) {
        await login(email);
        const { sessions } = await act<{ sessions: Array<{ id: string; current: boolean }> }>(
          user,
          'GET',
          '/api/account/sessions',
        );
        await act(user, 'DELETE', `/api/account/sessions/${sessions.find(({ current }) => !current)?.id}`);
      },
    },
    {
      action: 'session.ended',
      actor: 'user',
      subject: 'user',
      details: { sessions: 1 },
      async do({ user, email }) {
        await login(email);
        await act(user, 'DELETE', '/api/account/sessions');
      },
    },
    {
      action: 'refresh.reused',
      actor: 'nobody',
      subject: 'user',
      async do({ user }) {
        const second = await refresh(user.session.refresh_token);
        await refresh(second.body.data.refresh_token);
        await refresh(user.session.refresh_token);
      },
    },
    {
      action: 'password.changed',
      actor: 'user',
      subject: 'user',
      details: { sessions: 1 },
      async do({ user, email }) {
        await login(email);
        const body = { currentPassword: password, newPassword: 'another horse battery' };
        await act(user, 'PUT', '/api/account/password', body);
      },
    },
    {
      action: 'recovery.asked',
      actor: 'nobody',
      subject: 'user',
      details: { channel: 'email' },
      do: ({ email }) => call('POST', '/api/auth/recover', { email }),
    },
    {
      action: 'recovery.asked',
      actor: 'nobody',
      subject: 'nobody',
      do: () => call('POST', '/api/auth/recover', { email: 'nobody-at-all@example.org' }),
    },
    {
      action: 'recovery.used',
      actor: 'nobody',
      subject: 'user',
      details: { channel: 'email', sessions: 1, keys: 1 },
      async do({ user, email }) {
        await addKey(user);
        await call('POST', '/api/auth/recover', { email });
        const token = await until(async () => match(await lastMessageTo(email), /(?<=#token=)[\w-]+/));
        secrets.push(token);
        const body = { token, password: 'another horse battery' };
        expect((await call('POST', '/api/auth/recover/reset', body)).status).toBe(200);
      },
    },
    {
      action: 'second_factor.added',
      actor: 'user',
      subject: 'user',
      details: { kind: 'totp' },
      do: ({ user }) => addTotp(user),
    },
    {
      action: 'second_factor.added',
      actor: 'user',
      subject: 'user',
      details: { kind: 'passkey' },
      do: ({ user }) => addPasskey(user),
    },
    {
      action: 'second_factor.removed',
      actor: 'user',
      subject: 'user',
      details: { kind: 'totp' },
      async do({ user }) {
        await addTotp(user);
        await act(user, 'POST', '/api/account/totp/remove', { password });
      },
    },
    {
      action: 'second_factor.removed',
      actor: 'user',
      subject: 'user',
      details: { kind: 'passkey' },
      do: async ({ user }) => act(user, 'POST', `/api/account/passkeys/${await addPasskey(user)}/remove`, { password }),
    },
    {
      action: 'recovery_codes.renewed',
      actor: 'user',
      subject: 'user',
      async do({ user }) {
        await addTotp(user);
        const { recoveryCodes } = await act<{ recoveryCodes: string[] }>(user, 'POST', '/api/account/recovery-codes', {
          password,
        });
        secrets.push(...recoveryCodes);
      },
    },
    {
      action: 'key.created',
      actor: 'user',
      subject: 'user',
      details: { scopes: 'read generate' },
      do: ({ user }) => addKey(user, ['read', 'generate']),
    },
    {
      action: 'key.ended',
      actor: 'user',
      subject: 'user',
      do: async ({ user }) => act(user, 'DELETE', `/api/account/keys/${(await addKey(user)).id}`),
    },
    {
      action: 'keys.rotated',
      actor: 'nobody',
      subject: 'nobody',
      details: { kind: 'signing' },
      isOwnDoing: true,
      // As the command does, beside a server that runs.
      do: async () => rotateSigningKeys(server().env['OCTAVO_DATA'] ?? '', { signsInMs: 600_000 }),
    },
    {
      action: 'account.deleted',
      actor: 'nobody',
      subject: 'user',
      isOwnDoing: true,
      async do({ user }) {
        await act(user, 'POST', '/api/account/delete', { password, confirm: 'DELETE' });
        const { id } = user.session.user;
        await server().database.query(`UPDATE users SET deletion_due_at = now() WHERE id = '${id}'`);
        const log = createLog('silent', 'test');
        const db = openDatabase({
          connectionString: server().database.url,
          poolSize: 2,
          applicationName: 'test',
          onIdleError: () => undefined,
        });
        await createPurge({
          repository: createPurgeRepository(db),
          cancelGeneration: () => Promise.resolve(),
          removeJobs: () => Promise.resolve(),
          audit: createAudit({ repository: createAuditRepository(db), log }),
          log,
        }).run();
        await db.destroy();
      },
    },
  ];
}
