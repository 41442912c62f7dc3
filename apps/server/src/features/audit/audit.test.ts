import type { AuditPage, Session } from '@octavo/contracts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';

const password = 'correct horse battery';

describe('the audit log', () => {
  let server: TestServer;
  let admin: TestUser;
  let database: pg.Client;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    admin = await server.signUp();
    database = new pg.Client(server.database.url);
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await server.stop();
  });

  const entries = async (query = '') => (await admin.call<AuditPage>('GET', `/api/admin/audit${query}`)).body.data;

  it('says who did what, when, and from where', async () => {
    const user = await server.signUp('watched@example.org');
    const { id } = user.session.user;
    const headers = { 'user-agent': 'Watched/1.0' };
    const before = Date.now() - 1000;
    const login = (secret: string, email = 'watched@example.org') =>
      server.call<Session>('POST', '/api/auth/login', { body: { email, password: secret }, headers });
    const wrong = await login('wrong password');
    const { body } = await login(password);
    await login(password, 'nobody@example.org');
    const refresh = (token: string) =>
      server.call<Session>('POST', '/api/auth/refresh', { body: { refresh_token: token }, headers });
    await refresh((await refresh(body.data.refresh_token)).body.data.refresh_token);
    // Two rotations ago: nobody's second tab.
    await refresh(body.data.refresh_token);
    await server.call('POST', '/api/auth/logout', { body: { refresh_token: user.session.refresh_token }, headers });

    const { entries: found } = await entries(`?userId=${id}`);
    expect(found.map(({ action }) => action)).toEqual([
      'logout',
      'refresh.reused',
      'login.succeeded',
      'login.failed',
      'account.registered',
    ]);
    const failed = found[3]!;
    expect(failed).toMatchObject({ actorId: null, subjectId: id, ip: '127.0.0.1', userAgent: 'Watched/1.0' });
    expect(failed.requestId).toBe(wrong.headers.get('x-request-id'));
    expect(Date.parse(failed.at)).toBeGreaterThan(before);
    const { entries: failures } = await entries('?action=login.failed');
    expect(failures.map(({ subjectId }) => subjectId)).toEqual([null, id]);
  });

  it.each(['UPDATE audit_log SET ip = NULL', 'DELETE FROM audit_log', 'TRUNCATE audit_log'])(
    'is append-only: %s',
    async (statement) => {
      await expect(database.query(statement)).rejects.toThrow('the audit log is append-only');
    },
  );

  it('is for the admin alone, and reading it is written down', async () => {
    const other = await server.signUp();
    const refused = await other.call('GET', '/api/admin/audit');
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    await entries();
    const [last] = (await entries()).entries;
    expect(last).toMatchObject({ action: 'audit.read', actorId: admin.session.user.id });
  });

  it('is paged from the newest to the oldest, each entry once', async () => {
    const all: string[] = [];
    let cursor: string | null = null;
    do {
      const page: AuditPage = await entries(`?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`);
      all.push(...page.entries.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(all).toEqual(all.toSorted((a, b) => Number(b) - Number(a)));
    expect(all.every((id) => typeof id === 'string')).toBe(true);
    expect(all.length).toBeGreaterThan(6);
    expect(new Set(all).size).toBe(all.length);
  });

  it('is read between two moments', async () => {
    const all = (await entries()).entries;
    const [last, first] = [all[1]!, all[3]!];
    const found = (await entries(`?from=${first.at}&to=${last.at}`)).entries.map(({ id }) => id);
    // Moments are kept to the microsecond and shown to the millisecond.
    expect(found).toContain(all[2]!.id);
    expect(found).not.toContain(all[0]!.id);
    expect((await entries(`?from=${new Date(Date.now() + 60_000).toISOString()}`)).entries).toEqual([]);
    expect((await entries('?to=2020-01-01T00:00:00%2B02:00')).entries).toEqual([]);
    expect((await admin.call('GET', '/api/admin/audit?from=yesterday')).body).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'query.from' }],
    });
  });

  it('names whoever still has an account', async () => {
    const user = await server.signUp('named@example.org');
    const { id } = user.session.user;
    const { people } = await entries(`?userId=${id}`);
    expect(people).toEqual([{ id, name: 'Ada Lovelace', address: 'named@example.org' }]);
    await database.query('DELETE FROM users WHERE id = $1', [id]);
    const after = await entries(`?userId=${id}`);
    expect([after.entries.length, after.people]).toEqual([1, []]);
  });

  it('keeps no secret and no name', async () => {
    const { rows } = await database.query<{ all: string }>(
      `SELECT string_agg(audit_log::text, '') AS all FROM audit_log`,
    );
    for (const secret of [password, 'wrong password', 'example.org', admin.session.refresh_token]) {
      expect(rows[0]?.all).not.toContain(secret);
    }
  });

  it.each(['userId', 'action', 'time'])('finds by %s through an index', async (filter) => {
    await database.query('SET enable_seqscan = off');
    const where =
      filter === 'userId'
        ? `actor_id = '0198c0de-0000-7000-8000-000000000000' OR subject_id = '0198c0de-0000-7000-8000-000000000000'`
        : filter === 'action'
          ? `action = 'logout'`
          : `at >= now() - interval '1 s' AND at < now()`;
    const { rows } = await database.query<Record<string, string>>(
      `EXPLAIN SELECT * FROM audit_log WHERE ${where} ORDER BY id DESC LIMIT 50`,
    );
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(
      filter === 'time' ? /audit_log_at/ : /audit_log_(actor|action|pkey)/,
    );
  });
});
