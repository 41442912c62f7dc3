import type { ReadyView } from '@octavo/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { hostedBy, startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const redisUrl = inject('redisUrl');

describe.each([
  { backend: 'postgres', line: 'no limit', limit: '0', skip: false },
  { backend: 'postgres', line: 'a limit', limit: '1000', skip: false },
  { backend: 'redis', line: 'no limit', limit: '0', skip: redisUrl === undefined },
])('the circuit of a provider with $line on $backend', ({ backend, limit, skip }) => {
  describe.skipIf(skip)('breaker', () => {
    let server: TestServer;
    let user: TestUser;

    beforeAll(async () => {
      server = await startTestServer({
        serverUrl: inject('serverUrl'),
        ...(backend === 'redis' && { redisUrl: `${redisUrl}/5` }),
        hosted: hostedBy,
        env: {
          PROVIDER_ORDER: 'xai,google',
          PROVIDER_BREAKER_FAILURES: '3',
          PROVIDER_BREAKER_OPEN_MS: '30000',
          XAI_CONCURRENCY: limit,
          GENERATION_ATTEMPTS: '1',
        },
        workers: 2,
      });
      user = await server.signUp();
    });
    afterAll(() => server?.stop());

    beforeEach(async () => {
      await server.database.query(
        `UPDATE provider_health SET failures = 0, openings = 0, opened_at = NULL, opened_until = NULL, paused_until = NULL,
           probe_generation = NULL, probe_attempt = NULL, probe_at = NULL`,
      );
      // Nobody knows otherwise any more.
      await server.database.query('SELECT pg_sleep(1.1)');
    });

    const health = async () => {
      const [row] = await server.database.query<{ failures: number; state: string; open_ms: number }>(
        `SELECT failures, CASE WHEN opened_until IS NULL THEN 'closed' ELSE 'open' END AS state,
           (extract(epoch FROM opened_until - now()) * 1000)::int AS open_ms
         FROM provider_health WHERE provider = 'xai'`,
      );
      return row!;
    };
    const callsOf = (words: string) =>
      server.sandbox.requests.filter(({ body }) => JSON.stringify(body).includes(words));
    const ask = (prompt: string, request = {}) =>
      user.generate({ prompt, contentType: 'social', provider: 'xai', ...request });

    /** As if the time that it stays open had passed. */
    const halfOpen = () =>
      server.database.query(
        `UPDATE provider_health SET failures = 3, openings = 1, code = 'provider_unavailable', opened_at = now() - interval '30 s',
           opened_until = now() - interval '1 ms' WHERE provider = 'xai'`,
      );

    it('opens after failures in a row, is told, and is passed by', async () => {
      for (const fault of ['500', 'cut after=5']) {
        await user.ended((await ask(`Fails with ${fault} [sandbox:${fault}]`)).jobId, 'failed');
      }
      await user.ended((await ask('Works')).jobId, 'completed');
      await until(async () => (await health()).failures === 0);
      for (const n of [1, 2, 3]) await user.ended((await ask(`Fails again ${n} [sandbox:503]`)).jobId, 'failed');
      const { state, open_ms: openMs } = await health();
      expect(state).toBe('open');
      expect(openMs).toBeGreaterThan(15_000);

      const told = await until(async () => {
        const { providers, status } = (await server.call<ReadyView>('GET', '/api/ready')).body.data;
        const { circuit, ...others } = providers.find(({ name }) => name === 'xai') ?? {};
        // Strangers may ask: they learn neither models nor addresses.
        expect(others).toEqual({ name: 'xai', available: true });
        if (circuit) expect(status).toBe('degraded');
        return circuit;
      });
      expect(told).toMatchObject({ state: 'open', reason: expect.stringContaining('could not be reached') });
      expect(Date.parse(told.since!)).toBeLessThanOrEqual(Date.now());
      expect(Date.parse(told.retryAt!)).toBeGreaterThan(Date.now());

      const passedBy = await ask('Passed by', { provider: undefined });
      expect((await user.ended(passedBy.jobId, 'completed')).attempts).toMatchObject([
        { attempt: 1, provider: 'google' },
      ]);
      expect(callsOf('Passed by').map(({ provider }) => provider)).toEqual(['google']);

      // Nobody else may write this one: it waits without a take.
      const waiting = await ask('Nobody else');
      await until(async () => Date.parse((await user.generation(waiting.jobId)).runAfter) > Date.now() + 5000);
      expect(await user.generation(waiting.jobId)).toMatchObject({ status: 'pending', attempt: 0, attempts: [] });
    });

    it('is not opened by requests that are wrong themselves', async () => {
      for (const fault of ['404', '403', 'refuse', '429', '404']) {
        await user.ended((await ask(`Own fault ${fault} [sandbox:${fault}]`)).jobId, 'failed');
      }
      expect(await health()).toMatchObject({ state: 'closed', failures: 0 });
    });

    it('is opened for long by a key that is refused', async () => {
      await user.ended((await ask('Key [sandbox:401]')).jobId, 'failed');
      expect((await health()).open_ms).toBeGreaterThan(500_000);
    });

    /** Until a generation is due, in ms. */
    const dueIn = async (id: string) => Date.parse((await user.generation(id)).runAfter) - Date.now();

    it('keeps nobody waiting once its key has been replaced', async () => {
      await user.ended((await ask('Key for now [sandbox:401]')).jobId, 'failed');
      const jobs = await Promise.all([1, 2, 3].map((n) => ask(`Waits ${n}`)));
      // More than are woken to find out: they are not the ones.
      const later = await Promise.all(Array.from({ length: 12 }, () => ask('Is to wait', { delayMs: 600_000 })));
      for (const { jobId } of jobs) await until(async () => (await dueIn(jobId)) > 100_000);
      expect((await user.call('PUT', '/api/admin/secrets/xai', { apiKey: `better-${Date.now()}` })).status).toBe(200);
      for (const { jobId } of jobs) await user.ended(jobId, 'completed');
      expect(await health()).toMatchObject({ state: 'closed' });
      for (const { jobId } of later) expect(await dueIn(jobId)).toBeGreaterThan(400_000);
    });

    it('wakes all that wait when it closes', async () => {
      await server.database.query(
        `UPDATE provider_health SET failures = 3, openings = 1, code = 'provider_unavailable', opened_at = now(),
           opened_until = now() + interval '10 min' WHERE provider = 'xai'`,
      );
      await server.database.query('SELECT pg_sleep(1.1)');
      const jobs = await Promise.all(Array.from({ length: 12 }, (_, n) => ask(`Waits as well ${n}`)));
      for (const { jobId } of jobs) await until(async () => (await dueIn(jobId)) > 100_000);
      await halfOpen();
      await server.database.query('SELECT pg_sleep(1.1)');
      await user.ended((await ask('The probe')).jobId, 'completed');
      for (const { jobId } of jobs) await user.ended(jobId, 'completed');
    });

    it('lets exactly one of many takes through to see whether it works again, and closes', async () => {
      await halfOpen();
      await server.database.query('SELECT pg_sleep(1.1)');
      const jobs = await Promise.all(
        Array.from({ length: 20 }, (_, n) => ask(`Probe ${n} [sandbox:ok words=40 delay=${n === 0 ? 900 : 901}]`)),
      );
      const views = await Promise.all(jobs.map(({ jobId }) => user.ended(jobId, 'completed')));
      expect(views.map(({ attempts }) => attempts.length)).toEqual(Array.from({ length: 20 }, () => 1));
      const started = callsOf('Probe ').map(({ startedAtMs }) => startedAtMs);
      expect(started).toHaveLength(20);
      // The others came only after the answer of the first.
      expect(started[1]! - started[0]!).toBeGreaterThanOrEqual(890);
      expect(await health()).toMatchObject({ state: 'closed' });
    });

    it('opens again for twice as long when the probe fails', async () => {
      await halfOpen();
      await server.database.query('SELECT pg_sleep(1.1)');
      await user.ended((await ask('Still broken [sandbox:500]')).jobId, 'failed');
      const { open_ms: openMs } = await health();
      expect(openMs).toBeGreaterThan(45_000);
      expect(openMs).toBeLessThanOrEqual(60_000);
    });

    it('holds back every job of a provider that asks for silence', async () => {
      const first = await ask('Slow down [sandbox:429 retry-after=4]');
      const failed = await user.ended(first.jobId, 'failed');
      // What the other worker knows is a second old at most.
      await server.database.query('SELECT pg_sleep(1.1)');
      const second = await ask('The next one');
      const view = await user.ended(second.jobId, 'completed');
      const pause = Date.parse(view.attempts[0]!.startedAt) - Date.parse(failed.attempts[0]!.startedAt);
      expect(pause).toBeGreaterThanOrEqual(4000);
      expect(view.attempts).toHaveLength(1);
    });
  });
});
