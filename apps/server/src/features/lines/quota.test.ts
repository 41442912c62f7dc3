import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { readConfig } from '../../config.ts';
import { startTestServer } from '../../testing/server.ts';
import { createQuota } from './quota.ts';

const stored = () => Promise.resolve();

describe('the quota of unfinished generations', () => {
  it('is 10,000 unless it is set', () => expect(readConfig({}).generation.maxUnfinished).toBe(10_000));

  it('asks the database once for what is submitted at the same time, and is exact', async () => {
    let asked = 0;
    const quota = createQuota({ max: 10, count: async () => ((asked += 1), 3), now: () => 0 });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => quota.take('a', stored)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
    expect(asked).toBe(1);
  });

  it('counts again when it is used up, at most twice a second, and forgets who is gone', async () => {
    let now = 0;
    let asked = 0;
    let unfinished = 2;
    const quota = createQuota({ max: 2, count: async () => ((asked += 1), unfinished), now: () => now });
    await expect(quota.take('a', stored)).rejects.toMatchObject({ code: 'too_many_requests' });
    unfinished = 0;
    now = 400;
    await expect(quota.take('a', stored)).rejects.toMatchObject({ code: 'too_many_requests' });
    now = 500;
    await quota.take('a', stored);
    await quota.take('a', stored);
    expect(asked).toBe(2);
    await expect(quota.take('a', stored)).rejects.toMatchObject({ retryAfterSeconds: 30 });
  });

  it('does not forget what is accepted and not stored yet when it counts again', async () => {
    let now = 0;
    const quota = createQuota({ max: 3, count: async () => 0, now: () => now });
    let store: () => void = () => undefined;
    const slow = () => new Promise<void>((resolve) => (store = resolve));
    const first = quota.take('a', slow);
    await quota.take('a', stored);
    await quota.take('a', stored);
    now = 600;
    // One on its way, two that have ended meanwhile.
    await quota.take('a', stored);
    await quota.take('a', stored);
    await expect(quota.take('a', stored)).rejects.toMatchObject({ code: 'too_many_requests' });
    store();
    await first;
  });

  it('lets a repeated request have its answer, and others work; the count goes by an index', async () => {
    const server = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: { MAX_UNFINISHED_JOBS: '2' },
    });
    try {
      const user = await server.signUp();
      const headers = { 'idempotency-key': 'first' };
      const first = await user.generate({}, headers);
      await user.generate();
      const body = { title: 'Tea', contentType: 'blog', prompt: 'The history of tea' };
      const refused = await user.call('POST', '/api/content/generate', body);
      expect(refused.body).toMatchObject({ status: 429, code: 'too_many_requests' });
      expect(refused.headers.get('retry-after')).toBe('30');
      expect((await user.generate({}, headers)).jobId).toBe(first.jobId);
      await (await server.signUp()).generate();

      const database = new pg.Client(server.database.url);
      await database.connect();
      await database.query('SET enable_seqscan = off');
      const { rows } = await database.query<Record<string, string>>(
        `EXPLAIN SELECT count(*) FROM (SELECT FROM generations WHERE user_id = '${user.session.user.id}'
          AND status IN ('pending', 'processing') LIMIT 10000) AS unfinished`,
      );
      await database.end();
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('generations_unfinished_of_user');
    } finally {
      await server.stop();
    }
  });
});
