import type {
  BudgetsView,
  BudgetView,
  EstimateView,
  GenerationAccepted,
  UnknownCostView,
  UsageView,
} from '@octavo/contracts';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Db, openDatabase } from '#platform/db';
import { awayFromMidnight } from '../../testing/away-from-midnight.ts';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';
import { verifyLedger } from './verify-ledger.ts';

/** What the sandbox is made to charge for each take, in micro-USD. */
const take = 20_000;
const env = { PRICE_OVERRIDES: JSON.stringify({ 'sandbox/*': { usdPerTake: take / 1e6 } }) };
const redisUrl = inject('redisUrl');

let server: TestServer;
let admin: TestUser;
let db: Db;

async function start(options: { redisUrl?: string } = {}): Promise<void> {
  await awayFromMidnight();
  server = await startTestServer({ serverUrl: inject('serverUrl'), env, ...options });
  db = openDatabase({
    connectionString: server.database.url,
    poolSize: 4,
    applicationName: 'test',
    onIdleError: () => undefined,
  });
  admin = await server.signUp();
}

async function stop(): Promise<void> {
  await db?.destroy();
  await server?.stop();
}

describe.each([
  { backend: 'postgres', skip: false, options: {} },
  { backend: 'redis', skip: redisUrl === undefined, options: { redisUrl: `${redisUrl}/4` } },
])('200 jobs at once against a budget for 50 on $backend', ({ skip, options }) => {
  describe.skipIf(skip)('are', () => {
    beforeAll(() => start(options));
    afterAll(stop);

    it('50 that are paid for, and 150 that were never stored', async () => {
      await setBudget('server/day', 50 * take);
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, n) =>
          admin.call<GenerationAccepted>(
            'POST',
            '/api/content/generate',
            { title: `Job ${n}`, contentType: 'social', prompt: `Number ${n}` },
            { 'idempotency-key': `job-${n}` },
          ),
        ),
      );
      const accepted = answers.filter(({ status }) => status === 202);
      const refused = answers.filter(({ status }) => status === 402);
      expect([accepted.length, refused.length]).toEqual([50, 150]);
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
      const resetsAt = `${tomorrow}T00:00:00Z`;
      expect(refused[0]!.body).toMatchObject({
        code: 'budget_exceeded',
        budget: { scope: 'server', period: 'day', resetsAt },
        detail: `The server's budget for today has no room for what this may cost. It starts over on ${tomorrow} at 00:00 UTC.`,
      });
      for (const { body } of accepted) await admin.ended(body.data.jobId, 'completed');

      expect(server.sandbox.requests).toHaveLength(50);
      expect(await count('contents')).toBe(50);
      expect(await count('idempotency_keys')).toBe(50);
      expect(await budget('server')).toMatchObject({ spentMicroUsd: 50 * take, heldMicroUsd: 0 });
      const { rows } = await sql`
        SELECT kind, count(*) AS entries, sum(micro_usd)::bigint AS sum FROM ledger_entries GROUP BY kind ORDER BY kind`.execute(
        db,
      );
      expect(rows).toEqual([
        { kind: 'release', entries: 100, sum: 100 * take },
        { kind: 'reserve', entries: 100, sum: 100 * take },
        { kind: 'settle', entries: 50, sum: 50 * take },
      ]);
      expect(await verifyLedger(db)).toEqual([]);

      // What was accepted is answered again, used up or not; what was refused may come again.
      const key = (answer: (typeof answers)[number]) => ({ 'idempotency-key': `job-${answers.indexOf(answer)}` });
      const repeat = (answer: (typeof answers)[number]) =>
        admin.call('POST', '/api/content/generate', bodyOf(answers.indexOf(answer)), key(answer));
      expect((await repeat(accepted[0]!)).headers.get('idempotency-replayed')).toBe('true');
      expect((await repeat(refused[0]!)).status).toBe(402);
      await setBudget('server/day', 51 * take);
      expect((await repeat(refused[0]!)).status).toBe(202);
    });
  });
});

describe('money', () => {
  beforeAll(() => start());
  afterAll(stop);
  beforeEach(async () => {
    await awayFromMidnight();
    for (const { scope, period } of (await list(admin)).budgets) {
      expect((await admin.call('DELETE', `/api/budgets/${scope}/${period}`)).status).toBe(200);
    }
  });

  it('is given back when a generation that waits is cancelled', async () => {
    const user = await server.signUp();
    await setBudget(`user:${user.session.user.id}/total`, take);
    const { jobId } = await user.generate({ delayMs: 3_600_000 });
    expect(await budget('user:')).toMatchObject({ heldMicroUsd: take, spentMicroUsd: 0 });
    expect((await generate(user)).status).toBe(402);
    await user.call('POST', `/api/generations/${jobId}/cancel`);
    expect(await budget('user:')).toMatchObject({ heldMicroUsd: 0, spentMicroUsd: 0 });
    await user.ended((await user.generate()).jobId, 'completed');
    expect(await verifyLedger(db)).toEqual([]);
  });

  it('stays held when a worker has the generation and no take has begun, until that ends', async () => {
    await setBudget('server/total', 1_000_000_000);
    const { jobId } = await admin.generate({ delayMs: 3_600_000 });
    await until(async () => (await budget('server')).heldMicroUsd === take);
    await sql`UPDATE generations SET status = 'processing', attempt = 1, lease_until = now() + interval '1 h'
      WHERE id = ${jobId}`.execute(db);
    await admin.call('POST', `/api/generations/${jobId}/cancel`);
    expect((await budget('server')).heldMicroUsd).toBe(take);
    expect(await verifyLedger(db)).toEqual([]);
    await sql`UPDATE generations SET lease_until = now() - interval '1 s' WHERE id = ${jobId}`.execute(db);
    await admin.ended(jobId, 'cancelled');
    expect((await budget('server')).heldMicroUsd).toBe(0);
    expect(await verifyLedger(db)).toEqual([]);
  });

  it('is spent by each take that was written, and shown with it', async () => {
    await setBudget('provider:sandbox/month', 10 * take);
    const before = (await budget('provider:')).spentMicroUsd;
    const { jobId } = await admin.generate({ prompt: 'Two takes [sandbox:empty times=1]' });
    const view = await admin.ended(jobId, 'completed');
    expect(view.attempts).toMatchObject([
      { outcome: 'failed', costMicroUsd: take, costSource: 'catalog', heldMicroUsd: 0 },
      { outcome: 'completed', costMicroUsd: take, costSource: 'catalog', heldMicroUsd: 0 },
    ]);
    const settled = await db
      .selectFrom('ledger_entries')
      .select(['attempt', 'micro_usd'])
      .where('generation_id', '=', jobId)
      .where('kind', '=', 'settle')
      .orderBy('attempt')
      .execute();
    expect(settled).toEqual([
      { attempt: 1, micro_usd: take },
      { attempt: 2, micro_usd: take },
    ]);
    expect(await budget('provider:')).toMatchObject({ spentMicroUsd: before + 2 * take, heldMicroUsd: 0 });
    expect(await verifyLedger(db)).toEqual([]);
  });

  it('is not there for another take: the generation fails and says why', async () => {
    const user = await server.signUp();
    await setBudget(`user:${user.session.user.id}/day`, take);
    const { jobId } = await user.generate({ prompt: 'One take only [sandbox:empty times=1]' });
    const view = await user.ended(jobId, 'failed');
    expect(view).toMatchObject({ failureCode: 'budget_exhausted', attempt: 2 });
    expect(view.failureReason).toMatch(/^Your budget for today has no room .* It starts over on \S+ at 00:00 UTC\.$/);
    expect(view.attempts).toMatchObject([{ costMicroUsd: take }]);
    expect(await budget('user:')).toMatchObject({ spentMicroUsd: take, heldMicroUsd: 0 });
    expect(await verifyLedger(db)).toEqual([]);
  });

  it('is reserved again for a retry, and a call that was refused costs nothing', async () => {
    const user = await server.signUp();
    const own = `user:${user.session.user.id}/day`;
    await setBudget(own, take);
    const { jobId } = await user.generate({ prompt: 'Refused [sandbox:401]' });
    const failed = await user.ended(jobId, 'failed');
    expect(failed.attempts).toMatchObject([{ errorCode: 'provider_auth', costMicroUsd: 0, heldMicroUsd: 0 }]);
    expect(await budget('user:')).toMatchObject({ spentMicroUsd: 0, heldMicroUsd: 0 });
    await setBudget(own, take - 1);
    const refused = await user.call('POST', `/api/generations/${jobId}/retry`);
    expect(refused.body).toMatchObject({ status: 402, code: 'budget_exceeded' });
    await setBudget(own, take);
    const retried = await user.call<GenerationAccepted>('POST', `/api/generations/${jobId}/retry`);
    expect(retried.status).toBe(202);
    await user.ended(retried.body.data.jobId);
    expect(await verifyLedger(db)).toEqual([]);
  });

  it('stays held for a call whose outcome nobody knows, until an admin says what it was', async () => {
    await setBudget('server/month', 100 * take);
    const before = (await budget('server')).spentMicroUsd;
    const { jobId } = await admin.generate({ prompt: 'Cut [sandbox:cut after=30 times=1]' });
    const view = await admin.ended(jobId, 'completed');
    expect(view.attempts).toMatchObject([
      { errorCode: 'provider_stream_cut', costMicroUsd: null, costSource: 'unknown', heldMicroUsd: take },
      { outcome: 'completed', costMicroUsd: take, heldMicroUsd: 0 },
    ]);
    expect(await budget('server')).toMatchObject({ heldMicroUsd: take, spentMicroUsd: before + take });
    const unknown = await admin.call<UnknownCostView[]>('GET', '/api/usage/unknown');
    expect(unknown.body.data).toMatchObject([
      { generationId: jobId, attempt: 1, provider: 'sandbox', heldMicroUsd: take },
    ]);
    const settle = (): Promise<{ status: number }> =>
      admin.call('POST', `/api/usage/unknown/${jobId}/1`, { costMicroUsd: 123 });
    expect((await settle()).status).toBe(200);
    expect((await settle()).status).toBe(404);
    expect(await budget('server')).toMatchObject({ heldMicroUsd: 0, spentMicroUsd: before + take + 123 });
    expect((await admin.generation(jobId)).attempts[0]).toMatchObject({ costMicroUsd: 123, heldMicroUsd: 0 });
    expect(await verifyLedger(db)).toEqual([]);
  });

  it('of a worker that vanished amid a call stays held, and another take is paid for anew', async () => {
    await setBudget('server/total', 1_000_000_000);
    const { jobId } = await admin.generate({ delayMs: 3_600_000 });
    await sql`
      WITH begun AS (
        UPDATE generations SET status = 'processing', attempt = 1, reserved_micro_usd = 0,
          run_after = now() - interval '5 s', lease_until = now() - interval '1 s'
        WHERE id = ${jobId} RETURNING *
      ), money AS (
        SELECT budget_reserve(ARRAY[ledger_entry('reserve', id, 1, user_id, 'sandbox', 'm', ${take}, now())]) FROM begun
      )
      INSERT INTO generation_attempts (generation_id, attempt, user_id, provider, model, reserved_micro_usd)
      SELECT id, 1, user_id, 'sandbox', 'm', ${take} FROM begun, money`.execute(db);
    const view = await admin.ended(jobId, 'completed');
    expect(view.attempts).toMatchObject([
      { outcome: 'interrupted', costMicroUsd: null, costSource: 'unknown', heldMicroUsd: take },
      { outcome: 'completed', costMicroUsd: take, heldMicroUsd: 0 },
    ]);
    expect((await budget('server')).heldMicroUsd).toBe(take);
    expect(await verifyLedger(db)).toEqual([]);
    await admin.call('POST', `/api/usage/unknown/${jobId}/1`, { costMicroUsd: 0 });
    expect((await budget('server')).heldMicroUsd).toBe(0);
  });

  it('is counted for a budget that is set while jobs are under way', async () => {
    const waiting = await admin.generate({ delayMs: 3_600_000 });
    const running = await admin.generate({ prompt: 'Slow [sandbox:ok rate=100 words=400]' });
    await until(async () => (await admin.generation(running.jobId)).text.length > 10);
    await setBudget('server/day', 1_000_000_000);
    const { spentMicroUsd, heldMicroUsd } = await budget('server');
    expect(heldMicroUsd).toBe(2 * take);
    await admin.ended(running.jobId, 'completed');
    await admin.call('POST', `/api/generations/${waiting.jobId}/cancel`);
    expect(await budget('server')).toMatchObject({ heldMicroUsd: 0, spentMicroUsd: spentMicroUsd + take });
    expect(await verifyLedger(db)).toEqual([]);
  });

  it.each(
    ['server', 'provider:sandbox', 'user'].flatMap((scope) =>
      (['day', 'month', 'total'] as const).map((period) => [scope, period] as const),
    ),
  )(
    'that a budget of the %s for a %s has no room for: which it is, when it starts over, and nobody is called',
    async (of, period) => {
      const user = await server.signUp();
      const scope = of === 'user' ? `user:${user.session.user.id}` : of;
      await setBudget(`${scope}/${period}`, 0);
      const asked = server.sandbox.requests.length;
      const { status, body } = await user.call('POST', '/api/content/generate', bodyOf(0));
      const now = new Date();
      const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
      const next = { day: Date.UTC(year, month, day + 1), month: Date.UTC(year, month + 1), total: undefined }[period];
      const resetsAt = next === undefined ? null : new Date(next).toISOString().replace('.000Z', 'Z');
      expect([status, body.code]).toEqual([402, 'budget_exceeded']);
      expect(body).toMatchObject({ budget: { scope, period, resetsAt } });
      if (resetsAt !== null) expect(body.detail).toContain(`It starts over on ${resetsAt.slice(0, 10)} at 00:00 UTC.`);
      expect(server.sandbox.requests).toHaveLength(asked);
    },
  );

  it('that is used is told by day, kind, provider and model, to its user only', async () => {
    const user = await server.signUp();
    for (const contentType of ['blog', 'social', 'social']) {
      await user.ended((await user.generate({ contentType })).jobId, 'completed');
    }
    await user.generate({ delayMs: 3_600_000 });
    const today = new Date().toISOString().slice(0, 10);
    const byDay = (await usage(user, 'by=day')).body.data;
    expect(byDay.rows).toEqual([{ key: today, ...byDay.total }]);
    expect(byDay.total).toMatchObject({ jobs: 4, takes: 3, images: 0, spentMicroUsd: 3 * take, heldMicroUsd: take });
    expect(byDay.total.outputTokens).toBeGreaterThan(100);
    const byKind = (await usage(user, `by=kind&from=${today}&to=${today}`)).body.data;
    expect(byKind.rows).toMatchObject([
      { key: 'blog', jobs: 2 },
      { key: 'social', jobs: 2, spentMicroUsd: 2 * take },
    ]);
    expect((await usage(user, 'by=provider')).body.data.rows).toMatchObject([{ key: 'sandbox', takes: 3 }]);
    expect((await usage(user, 'by=model')).body.data.rows.map(({ key }) => key)).toContain('sandbox/octavo-sample');
    expect((await usage(user, 'from=2020-01-01&to=2020-12-31')).body.data.total).toMatchObject({
      jobs: 0,
      spentMicroUsd: 0,
    });
    expect((await usage(user, 'of=server')).status).toBe(403);
    expect((await usage(admin, 'of=server')).body.data.total.jobs).toBeGreaterThan(4);
  });

  it('that may be needed is told before', async () => {
    const estimate = await admin.call<EstimateView>('POST', '/api/estimate', bodyOf(1));
    expect(estimate.body.data).toEqual({
      provider: 'sandbox',
      model: 'octavo-sample',
      contentType: 'social',
      worstCaseMicroUsd: take,
      typicalMicroUsd: take,
      known: true,
    });
    const nobody = await admin.call('POST', '/api/estimate', { ...bodyOf(1), provider: 'xai' });
    expect(nobody.body).toMatchObject({ status: 422, code: 'provider_unavailable' });
  });

  it('is set by the first user, and each may lower their own', async () => {
    const user = await server.signUp();
    const put = (path: string, limitMicroUsd: number) =>
      user.call<BudgetView>('PUT', `/api/budgets/${path}`, { limitMicroUsd });
    expect((await put('server/day', 1)).body).toMatchObject({ status: 403, code: 'forbidden' });
    expect((await put('provider:xai/day', 1)).status).toBe(403);
    expect((await put(`user:${admin.session.user.id}/day`, 1)).status).toBe(403);
    expect((await put('me/day', 100)).body.data).toMatchObject({
      scope: `user:${user.session.user.id}`,
      limitMicroUsd: 100,
    });
    expect((await put('me/day', 99)).status).toBe(200);
    expect((await put('me/day', 100)).status).toBe(403);
    expect((await user.call('DELETE', '/api/budgets/me/day')).status).toBe(403);
    await setBudget('server/day', 5);
    expect(await list(user)).toMatchObject({ isAdmin: false, budgets: [{ limitMicroUsd: 99 }] });
    expect((await list(admin)).budgets).toHaveLength(2);
    expect((await user.call('GET', '/api/usage/unknown')).status).toBe(403);
    expect((await user.call('POST', `/api/usage/unknown/${user.session.user.id}/1`, { costMicroUsd: 1 })).status).toBe(
      403,
    );
    const ghost = '00000000-0000-4000-8000-000000000000';
    expect((await admin.call('PUT', `/api/budgets/user:${ghost}/day`, { limitMicroUsd: 1 })).status).toBe(404);
    expect((await admin.call('DELETE', '/api/budgets/provider:google/day')).status).toBe(404);
  });

  it.each([
    ['PUT', '/api/budgets/provider:nobody/day', { limitMicroUsd: 1 }],
    ['PUT', '/api/budgets/server/week', { limitMicroUsd: 1 }],
    ['PUT', '/api/budgets/server/day', { limitMicroUsd: -1 }],
    ['PUT', '/api/budgets/server/day', { limitMicroUsd: 0.5 }],
    ['PUT', '/api/budgets/server/day', { limitMicroUsd: 2 ** 60 }],
    ['PUT', '/api/budgets/server/day', { limitMicroUsd: '1' }],
    ['GET', '/api/usage?from=2026-02-30', undefined],
    ['GET', '/api/usage?from=2026-02-02&to=2026-02-01', undefined],
    ['GET', '/api/usage?by=everything', undefined],
  ])('%s %s %j is refused', async (method, path, body) => {
    expect((await admin.call(method, path, body)).body).toMatchObject({ status: 400, code: 'validation_failed' });
  });

  it('is looked up by an index, however much there is', async () => {
    const { rows } = await db.connection().execute(async (connection) => {
      await sql`SET enable_seqscan = off`.execute(connection);
      return sql<Record<string, string>>`
        EXPLAIN SELECT * FROM generation_attempts WHERE user_id = ${admin.session.user.id} AND started_at >= now()`.execute(
        connection,
      );
    });
    expect(JSON.stringify(rows)).toContain('generation_attempts_usage');
  });
});

describe('where admins need a second factor', () => {
  it('the budgets and costs of others stay closed without it', async () => {
    const other = await startTestServer({
      serverUrl: inject('serverUrl'),
      env: { ...env, ADMIN_SECOND_FACTOR: 'on' },
      workers: 0,
    });
    try {
      const boss = await other.signUp();
      expect((await list(boss)).isAdmin).toBe(false);
      for (const [method, path, body] of [
        ['PUT', '/api/budgets/server/day', { limitMicroUsd: 1 }],
        ['DELETE', '/api/budgets/me/day', undefined],
        ['GET', '/api/usage?of=server', undefined],
        ['GET', '/api/usage/unknown', undefined],
      ] as const) {
        expect((await boss.call(method, path, body)).body.code).toBe('admin_second_factor_required');
      }
      expect((await boss.call('PUT', '/api/budgets/me/day', { limitMicroUsd: 1 })).status).toBe(200);
    } finally {
      await other.stop();
    }
  });
});

function bodyOf(n: number): Record<string, unknown> {
  return { title: `Job ${n}`, contentType: 'social', prompt: `Number ${n}` };
}

function generate(user: TestUser): Promise<{ status: number }> {
  return user.call('POST', '/api/content/generate', bodyOf(0));
}

async function setBudget(path: string, limitMicroUsd: number): Promise<void> {
  const { status, body } = await admin.call('PUT', `/api/budgets/${path}`, { limitMicroUsd });
  if (status !== 200) throw new Error(JSON.stringify(body));
}

async function list(user: TestUser): Promise<BudgetsView> {
  return (await user.call<BudgetsView>('GET', '/api/budgets')).body.data;
}

async function budget(scope: string): Promise<BudgetView> {
  const found = (await list(admin)).budgets.find((one) => one.scope.startsWith(scope));
  if (!found) throw new Error(`no budget ${scope}`);
  return found;
}

function usage(user: TestUser, query: string) {
  return user.call<UsageView>('GET', `/api/usage?${query}`);
}

async function count(table: 'contents' | 'idempotency_keys'): Promise<number> {
  const { n } = await db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return n;
}
