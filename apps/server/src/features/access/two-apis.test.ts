import type { Session } from '@octavo/contracts';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readConfig } from '../../config.ts';
import { createLog } from '../../platform/log/index.ts';
import { type Running, startApi } from '../../roles/api.ts';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const password = 'correct horse battery';
const redisUrl = inject('redisUrl');

/** What somebody does at one API to end what another one has open. */
const ends: Array<{ what: string; end: (who: { server: TestServer; admin: TestUser; user: TestUser }) => unknown }> = [
  {
    what: 'logout',
    end: ({ server, user }) =>
      server.call('POST', '/api/auth/logout', { body: { refresh_token: user.session.refresh_token } }),
  },
  {
    what: 'a suspension',
    end: ({ admin, user }) => admin.call('POST', `/api/admin/users/${user.session.user.id}/suspend`),
  },
  {
    what: 'a new password, set in another session',
    async end({ server, user }) {
      const { email } = user.session.user;
      const other = await server.call<Session>('POST', '/api/auth/login', { body: { email, password } });
      await server.call('PUT', '/api/account/password', {
        token: other.body.data.access_token,
        body: { currentPassword: password, newPassword: 'another horse battery' },
      });
    },
  },
  {
    what: 'the end of all sessions, by an admin',
    end: ({ admin, user }) => admin.call('POST', `/api/admin/users/${user.session.user.id}/end-sessions`),
  },
  {
    what: 'the deletion of the account',
    end: ({ user }) => user.call('POST', '/api/account/delete', { password, confirm: 'DELETE' }),
  },
];

describe.each([
  { backend: 'postgres', skip: false },
  { backend: 'redis', skip: redisUrl === undefined },
])('two APIs on one database, and a bus on $backend', ({ backend, skip }) => {
  describe.skipIf(skip)('what ends at one', () => {
    let server: TestServer;
    let admin: TestUser;
    let second: Running;
    let otherUrl: string;

    beforeAll(async () => {
      server = await startTestServer({
        serverUrl: inject('serverUrl'),
        ...(backend === 'redis' && { redisUrl: `${redisUrl}/8` }),
        workers: 0,
      });
      admin = await server.signUp();
      second = await startApi(readConfig(server.env), createLog('silent', 'test'), 'test');
      otherUrl = (second.url ?? '').replace('localhost', '127.0.0.1');
    });
    afterAll(async () => {
      await second?.stop();
      await server?.stop();
    });

    it.each(ends)('ends at the other as well: $what', async ({ end }) => {
      const user = await server.signUp();
      const headers = { authorization: `Bearer ${user.session.access_token}` };
      const { jobId } = await user.generate({ delayMs: 60_000 });
      const status = async () => (await fetch(`${otherUrl}/api/auth/me`, { headers })).status;
      expect(await status()).toBe(200);
      const socket = io(otherUrl, {
        auth: { token: user.session.access_token },
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
      });
      await new Promise((resolve) => socket.on('connect', () => resolve(undefined)));
      const closed = new Promise((resolve) => socket.on('disconnect', resolve));
      const stream = await fetch(`${otherUrl}/api/generations/${jobId}/events`, { headers });
      expect(stream.status).toBe(200);
      const read = stream.text();

      await end({ server, admin, user });
      await until(async () => (await status()) === 401, 5000);
      expect(await closed).toBe('io server disconnect');
      expect(await read).toMatch(/event: (session-expired|cancelled)/);
      const renewed = await fetch(`${otherUrl}/api/auth/refresh`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refresh_token: user.session.refresh_token }),
      });
      expect(renewed.status).toBe(401);
    });
  });
});
