import { afterEach, describe, expect, inject, it } from 'vitest';
import { readConfig } from '../../config.ts';
import { hostedBy, startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const redisUrl = inject('redisUrl');

it('hosted providers are called ten times a minute unless it is set', () => {
  const { xai, google, openrouter } = readConfig({}).providerLimits;
  expect([xai, google, openrouter].map(({ perMinute }) => perMinute)).toEqual([10, 10, 10]);
});

describe.each([
  { backend: 'postgres', skip: false },
  { backend: 'redis', skip: redisUrl === undefined },
])('who waits for whom on $backend', ({ backend, skip }) => {
  let server: TestServer;
  afterEach(() => server?.stop());

  async function start(env: Record<string, string>, workers = 1): Promise<void> {
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      ...(backend === 'redis' && { redisUrl: `${redisUrl}/9` }),
      hosted: hostedBy,
      env,
      workers,
    });
  }

  /** The prompts of the calls in their order, shortened to the name of who wrote them. */
  const calls = () => server.sandbox.requests.map(({ body }) => /Subject of ([AB])/.exec(JSON.stringify(body))?.[1]);

  const waiting = async () => (await server.database.query(`SELECT FROM generations WHERE status = 'pending'`)).length;

  /** One after the other, as the rows of a batch are stored. */
  async function submit(user: TestUser, who: string, count: number, request: Record<string, unknown>, delayMs = 60) {
    const jobs = [];
    for (let n = 0; n < count; n += 1) {
      const prompt = `Subject of ${who} ${n} [sandbox:ok words=60 delay=${delayMs}]`;
      jobs.push(await user.generate({ prompt, contentType: 'social', ...request }));
    }
    return jobs;
  }

  it.skipIf(skip).each([
    { what: 'a limited provider', env: { XAI_CONCURRENCY: '1' }, request: { provider: 'xai' } },
    { what: 'the queue', env: { WORKER_CONCURRENCY: '1' }, request: { provider: 'sandbox' } },
  ])("at $what, a batch of 1,000 rows delays another user's job by one job at most", async ({ env, request }) => {
    await start(env);
    const [many, one] = [await server.signUp(), await server.signUp()];
    const batch = await many.call('POST', '/api/batches', {
      title: 'A thousand',
      contentType: 'social',
      template: { title: 'Row {{n}}', prompt: 'Subject of A {{n}} [sandbox:ok words=60 delay=1000]' },
      rows: Array.from({ length: 1000 }, (_, n) => ({ n })),
      startsPaused: false,
      ...request,
    });
    expect(batch.status).toBe(201);
    // Its rows wait in the line.
    await until(async () => (await waiting()) >= 15);
    // In the middle of a call.
    const running = calls().length + 1;
    await until(() => calls().length === running);
    const [job] = await submit(one, 'B', 1, request);
    await one.ended(job!.jobId, 'completed');
    const [passedBy] = await server.database.query<{ jobs: number }>(
      `SELECT count(*)::int AS jobs FROM generation_attempts a
       JOIN generations b ON b.id = '${job!.jobId}' AND a.generation_id <> b.id
       WHERE a.started_at > b.created_at AND a.started_at < b.started_at`,
    );
    expect(passedBy!.jobs).toBeLessThanOrEqual(1);
    expect(await waiting()).toBeGreaterThan(0);
  });

  it.skipIf(skip)('two batches take turns, although one came first and is half done', async () => {
    await start({ XAI_CONCURRENCY: '1' });
    const [first, second] = [await server.signUp(), await server.signUp()];
    // Each call takes long enough for the next of the second batch to be there when its turn comes.
    await submit(first, 'A', 60, { provider: 'xai' }, 200);
    await until(() => calls().length >= 10);
    const jobs = await submit(second, 'B', 10, { provider: 'xai' }, 200);
    for (const { jobId } of jobs) await second.ended(jobId, 'completed');
    const order = calls().slice(calls().indexOf('B'));
    const lastOfB = order.lastIndexOf('B');
    const ofA = order.slice(0, lastOfB).filter((who) => who === 'A').length;
    expect(ofA).toBeGreaterThanOrEqual(7);
    expect(ofA).toBeLessThanOrEqual(12);
    expect(order.slice(0, lastOfB).join('')).not.toMatch(/AAA|BBBB/);
  });

  it.skipIf(skip)('what waits for a provider that turns out to be broken goes to the next one', async () => {
    await start({ XAI_CONCURRENCY: '1', PROVIDER_ORDER: 'xai,google', PROVIDER_BREAKER_FAILURES: '3' });
    const user = await server.signUp();
    const jobs = [];
    for (let n = 0; n < 20; n += 1) {
      jobs.push(await user.generate({ prompt: `Broken ${n} [sandbox:500 only=xai delay=50]`, contentType: 'social' }));
    }
    const views = [];
    for (const { jobId } of jobs) views.push(await user.ended(jobId, 'completed'));
    expect(views.map(({ provider }) => provider)).toEqual(jobs.map(() => 'google'));
    expect(server.sandbox.requests.filter(({ provider }) => provider === 'xai')).toHaveLength(3);
    expect(views.filter(({ attempts }) => attempts.length === 1)).toHaveLength(17);
  });

  it.skipIf(skip)('what waits in a line is found although its hint was lost and its worker died', async () => {
    await start({ XAI_CONCURRENCY: '1' }, 0);
    const user = await server.signUp();
    const { jobId } = await user.generate({ provider: 'xai', contentType: 'social' });
    await server.database.query(
      `UPDATE generations SET status = 'processing', attempt = 1, lease_until = now() - interval '1 s', run_after = now() - interval '9 s'`,
    );
    await server.startWorker();
    expect(await user.ended(jobId, 'completed')).toMatchObject({ attempt: 2, provider: 'xai' });
  });

  it.skipIf(skip)(
    'every call of a take counts against the rate, and nobody passes one that waits for its calls',
    async () => {
      await start({ XAI_RATE_PER_MINUTE: '10' });
      const user = await server.signUp();
      const draw = (prompt: string, count: number) =>
        user.generate({ provider: 'xai', contentType: 'image', prompt, input: { count } });
      const [first, second] = [await draw('A lamp', 4), await draw('A boat', 4)];
      await user.ended(first.jobId, 'completed');
      await user.ended(second.jobId, 'completed');
      const [third, fourth] = [await draw('A house', 4), await draw('A tree', 1)];
      const turns = async () => (await server.database.query('SELECT taken_at FROM provider_turns')).length;
      expect(await turns()).toBe(8);
      // The line is looked at while two calls are left, which are too few for the third and enough for the fourth.
      await server.database.query(`UPDATE provider_turns SET taken_at = taken_at - interval '50 s'`);
      await user.ended(third.jobId, 'completed');
      await user.ended(fourth.jobId, 'completed');
      expect(server.sandbox.requests).toHaveLength(13);
      const [inOrder] = await server.database.query(
        `SELECT (SELECT min(taken_at) FROM provider_turns WHERE generation_id = '${third.jobId}')
          <= (SELECT min(taken_at) FROM provider_turns WHERE generation_id = '${fourth.jobId}') AS yes`,
      );
      expect(inOrder).toEqual({ yes: true });
    },
  );
});
