import type { Session } from '@octavo/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer } from '../../apps/server/src/testing/server.ts';
import { until } from '../../apps/server/src/testing/until.ts';

describe('refresh tokens', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
  });
  afterAll(() => server.stop());

  const refresh = (token: string) =>
    server.call<Session>('POST', '/api/auth/refresh', { body: { refresh_token: token } });
  const me = async (token: string) => (await server.call('GET', '/api/auth/me', { token })).status;
  /** What lives of a user: sessions, and refresh tokens that could be used. */
  async function living({ user }: Session) {
    const [row] = await server.database.query<{ sessions: number; tokens: number }>(
      `SELECT (SELECT count(*)::int FROM sessions WHERE user_id = $1 AND ended_at IS NULL) AS sessions,
        (SELECT count(*)::int FROM refresh_tokens
          WHERE user_id = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > now()) AS tokens`,
      [user.id],
    );
    return row;
  }
  /** As if the refreshes so far had happened some seconds earlier. */
  const later = ({ user }: Session, seconds: number) =>
    server.database.query(
      `UPDATE refresh_tokens SET used_at = used_at - $2 * interval '1 second', created_at = created_at - $2 * interval '1 second'
      WHERE user_id = $1`,
      [user.id, seconds],
    );

  it('twenty refreshes at once leave one family with one living token, and lock nobody out', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { session } = await server.signUp();
      const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(session.refresh_token)));
      const won = answers.filter(({ status }) => status === 200);
      expect(won.length).toBeGreaterThan(0);
      expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
      expect(await living(session)).toEqual({ sessions: 1, tokens: 1 });
      // Whichever answer a client keeps, it goes on with it.
      expect(new Set(won.map(({ body }) => body.data.refresh_token)).size).toBe(1);
      for (const { body } of won) expect(await me(body.data.access_token)).toBe(200);
      expect((await refresh(won[0]!.body.data.refresh_token)).status).toBe(200);
    }
  });

  it('a refresh whose answer was lost works again within ten seconds', async () => {
    // A machine that is busy for the two seconds that are left is too late: that says nothing, and is tried again.
    const { session, again } = await until(async () => {
      const { session } = await server.signUp();
      const usedAfter = performance.now();
      // Sent, and never read.
      const lost = await refresh(session.refresh_token);
      expect(lost.status).toBe(200);
      await later(session, 8);
      const again = await refresh(session.refresh_token);
      return (again.status === 200 || performance.now() - usedAfter < 2000) && { session, again };
    });
    expect(again.status).toBe(200);
    expect(await me(again.body.data.access_token)).toBe(200);
    expect(await living(session)).toEqual({ sessions: 1, tokens: 1 });
    const next = await refresh(again.body.data.refresh_token);
    expect(next.status).toBe(200);
    expect(await me(next.body.data.access_token)).toBe(200);
  });

  it.each<[string, (session: Session, renewed: Session) => Promise<unknown>]>([
    ['after ten seconds', (session) => later(session, 11)],
    ['once its successor was used', (_session, renewed) => refresh(renewed.refresh_token)],
  ])('a token that comes again %s is a theft: its family ends', async (_when, wait) => {
    const { session } = await server.signUp();
    const renewed = await refresh(session.refresh_token);
    await wait(session, renewed.body.data);
    const stolen = await refresh(session.refresh_token);
    expect([stolen.status, stolen.body.code]).toEqual([401, 'refresh_token_invalid']);
    expect(stolen.body.data).toBeUndefined();
    expect((await refresh(renewed.body.data.refresh_token)).status).toBe(401);
    expect(await me(renewed.body.data.access_token)).toBe(401);
    expect(await living(session)).toMatchObject({ sessions: 0 });
  });

  it('a thief who was faster is found out when the owner comes, and neither goes on', async () => {
    const { session } = await server.signUp();
    const thief = await refresh(session.refresh_token);
    const further = await refresh(thief.body.data.refresh_token);
    expect((await refresh(session.refresh_token)).status).toBe(401);
    expect((await refresh(further.body.data.refresh_token)).status).toBe(401);
    expect(await me(further.body.data.access_token)).toBe(401);
  });

  it('what is derived from one token says nothing of another: fifty successors are all different', async () => {
    const seen = new Set<string>();
    const { session } = await server.signUp();
    let token = session.refresh_token;
    for (let n = 0; n < 50; n += 1) {
      token = (await refresh(token)).body.data.refresh_token;
      expect(token.length).toBeGreaterThanOrEqual(43);
      seen.add(token);
    }
    expect(seen.size).toBe(50);
  });
});
