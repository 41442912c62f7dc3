import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Db, openDatabase } from '#platform/db';
import { awayFromMidnight } from '../../testing/away-from-midnight.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { readBudgetReached } from './budget-reached.ts';
import { createCostRepository } from './cost.repository.ts';
import { createBudgetRepository } from './repository.ts';
import { verifyLedger } from './verify-ledger.ts';

let database: TestDatabase;
let db: Db;
let users: string[];

beforeAll(async () => {
  database = await createTestDatabase(inject('serverUrl'));
  db = openDatabase({
    connectionString: database.url,
    poolSize: 24,
    applicationName: 'test',
    onIdleError: () => undefined,
  });
});
afterAll(async () => {
  await db?.destroy();
  await database?.drop();
});
beforeEach(async () => {
  await awayFromMidnight();
  await sql`TRUNCATE users, contents, generations, generation_attempts, ledger_entries, budgets, budget_usage CASCADE`.execute(
    db,
  );
  users = [randomUUID(), randomUUID(), randomUUID()];
  for (const id of users) {
    await sql`INSERT INTO users (id, email, password_hash, first_name, last_name) VALUES (${id}, ${id}, '', '', '')`.execute(
      db,
    );
  }
});

describe('a budget', () => {
  it('is never passed by reservations at the same time, and says which it is and when it starts over', async () => {
    await setBudget('server', 'month', 1000);
    await setBudget('provider:xai', 'day', 500);
    const ids = await Promise.all(
      Array.from({ length: 120 }, () => submit(users[0]!, 'xai', 20).catch(readBudgetReached)),
    );
    expect(ids.filter((id) => typeof id === 'string')).toHaveLength(25);
    const [reached] = ids.filter((id) => typeof id !== 'string');
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    expect(reached).toEqual({ scope: 'provider:xai', period: 'day', resetsAt: `${tomorrow}T00:00:00Z` });
    expect(await counters()).toEqual({ 'provider:xai day': [500, 0], 'server month': [500, 0] });
    await submit(users[0]!, 'google', 500);
    await expect(submit(users[0]!, 'google', 1)).rejects.toThrow('budget reached');
    expect(await verifyLedger(db)).toEqual([]);
  });

  it('takes all or nothing', async () => {
    await setBudget('server', 'day', 100);
    await setBudget(`user:${users[0]!}`, 'total', 10);
    const reached = await submit(users[0]!, 'xai', 11).catch(readBudgetReached);
    expect(reached).toEqual({ scope: `user:${users[0]!}`, period: 'total', resetsAt: null });
    expect(await counters()).toEqual({});
    expect((await sql`SELECT FROM ledger_entries`.execute(db)).rows).toEqual([]);
    await submit(users[1]!, 'xai', 100);
    expect(await counters()).toEqual({ 'server day': [100, 0] });
  });

  it('lets through what costs nothing, used up or not', async () => {
    await setBudget('server', 'day', 0);
    const id = await submit(users[0]!, 'sandbox', 0);
    await begin(id, 1, 'sandbox', 0);
    await end(id, 1, 0);
    await expect(submit(users[0]!, 'xai', 1)).rejects.toThrow('budget reached');
    expect(await verifyLedger(db)).toEqual([]);
  });

  it('goes with a take to its provider, and has room for what was only moved', async () => {
    await setBudget('server', 'day', 100);
    await setBudget('provider:google', 'day', 60);
    const id = await submit(users[0]!, 'xai', 100);
    await setBudget('server', 'day', 50);
    await begin(id, 1, 'xai', 100);
    await end(id, 1, 40);
    expect(await counters()).toEqual({ 'server day': [0, 40] });
    await setBudget('server', 'day', 200);
    const reached = await begin(id, 2, 'google', 61).catch(readBudgetReached);
    expect(reached).toMatchObject({ scope: 'provider:google' });
    await begin(id, 2, 'google', 60);
    await end(id, 2, 70);
    // More than was held is written down as it is.
    expect(await counters()).toEqual({ 'provider:google day': [0, 70], 'server day': [0, 110] });
    expect(await settled(id)).toEqual([40, 70]);
    expect(await verifyLedger(db)).toEqual([]);
  });

  it('that is new knows what was spent and held before anybody counted', async () => {
    const [spent, running, waiting, unknown] = await Promise.all(
      [10, 20, 30, 40].map((n) => submit(users[0]!, 'xai', n)),
    );
    await begin(spent!, 1, 'xai', 10);
    await end(spent!, 1, 7);
    await begin(running!, 1, 'xai', 25);
    await begin(unknown!, 1, 'xai', 40);
    await end(unknown!, 1, null);
    expect((await sql`SELECT kind FROM ledger_entries ORDER BY kind`.execute(db)).rows).toEqual([
      { kind: 'settle' },
      { kind: 'unknown' },
    ]);
    await setBudget('server', 'total', 102);
    expect(await counters()).toEqual({ 'server total': [95, 7] });
    await expect(submit(users[1]!, 'xai', 1)).rejects.toThrow('budget reached');
    await cancel(waiting!);
    await end(running!, 1, 25);
    await createCostRepository(db).settleUnknown(unknown!, 1, 3);
    expect(await counters()).toEqual({ 'server total': [0, 35] });
    expect(await verifyLedger(db)).toEqual([]);
  });

  it('that is set and removed amid the traffic counts right', async () => {
    const traffic = Promise.all(Array.from({ length: 60 }, (_, n) => live(users[n % 3]!, n)));
    const scopes = ['server', `user:${users[0]!}`, 'provider:xai'];
    for (let n = 0; n < 30; n += 1) {
      const scope = scopes[n % 3]!;
      await setBudget(scope, 'day', 1_000_000);
      // Every now and then there is none at all, and nobody counts.
      if (n % 5 === 4) for (const each of scopes) await createBudgetRepository(db).remove(each, 'day');
      expect(await verifyLedger(db)).toEqual([]);
    }
    await traffic;
    expect(await verifyLedger(db)).toEqual([]);
    expect(Object.values(await counters()).map(([held]) => held)).not.toContain(-1);
  });

  it('is raised by those who may only', async () => {
    const repository = createBudgetRepository(db);
    const own = { scope: `user:${users[0]!}`, period: 'day', by: users[0]!, mayRaise: false } as const;
    expect(await repository.set({ ...own, limitMicroUsd: 100 })).toBe(true);
    expect(await repository.set({ ...own, limitMicroUsd: 90 })).toBe(true);
    expect(await repository.set({ ...own, limitMicroUsd: 91 })).toBe(false);
    expect(await repository.set({ ...own, limitMicroUsd: 91, mayRaise: true })).toBe(true);
    expect((await repository.list()).map(({ limitMicroUsd }) => limitMicroUsd)).toEqual([91]);
  });
});

describe('the ledger', () => {
  it('counts each take once, however often it is told', async () => {
    await setBudget('server', 'day', 1000);
    const id = await submit(users[0]!, 'xai', 50);
    await sql`SELECT budget_reserve(ARRAY[ledger_entry('reserve', ${id}, 0, ${users[0]!}, 'xai', 'm', 50, now())])`.execute(
      db,
    );
    await begin(id, 1, 'xai', 60);
    await Promise.all(Array.from({ length: 8 }, () => settle(id, 1, 45)));
    await Promise.all(
      Array.from({ length: 8 }, () => sql`SELECT budget_settle(NULL, ARRAY[${id}]::uuid[])`.execute(db)),
    );
    expect(await counters()).toEqual({ 'server day': [0, 45] });
    expect(await settled(id)).toEqual([45]);
  });

  it('holds what nobody knows until somebody says what it was, or it is old', async () => {
    await setBudget('server', 'day', 100);
    const costs = createCostRepository(db);
    const [told, old] = await Promise.all([submit(users[0]!, 'xai', 50), submit(users[0]!, 'xai', 50)]);
    for (const id of [told, old]) {
      await begin(id, 1, 'xai', 50);
      await end(id, 1, null);
    }
    expect(await counters()).toEqual({ 'server day': [100, 0] });
    await expect(submit(users[0]!, 'xai', 1)).rejects.toThrow('budget reached');
    expect(await costs.unknownCosts(10, 60_000)).toEqual([]);
    expect(await costs.settleUnknown(told, 1, 20)).toBe(true);
    expect(await costs.settleUnknown(told, 1, 20)).toBe(false);
    expect((await costs.unknownCosts(10)).map(({ generationId }) => generationId)).toEqual([old]);
    await costs.settleUnknown(old, 1);
    expect(await counters()).toEqual({ 'server day': [0, 70] });
    expect(await verifyLedger(db)).toEqual([]);
  });

  it('takes many takes at once, in whatever order, without one waiting for another for ever', async () => {
    await setBudget('server', 'day', 1_000_000);
    await setBudget('provider:xai', 'day', 1_000_000);
    await setBudget('provider:google', 'month', 1_000_000);
    for (const user of users) await setBudget(`user:${user}`, 'total', 1_000_000);
    const lanes = Array.from({ length: 12 }, async (_, lane) => {
      for (let turn = 0; turn < 10; turn += 1) {
        const takes = Array.from({ length: 9 }, (__, n) => ({
          id: randomUUID(),
          user: users[(n * (lane + 1)) % 3]!,
          provider: (n + lane) % 2 === 0 ? 'xai' : 'google',
        }));
        const entries = (kind: string) =>
          sql.join(takes.map((t) => sql`ledger_entry(${kind}, ${t.id}, 1, ${t.user}, ${t.provider}, 'm', 5, now())`));
        await sql`SELECT budget_reserve(ARRAY[${entries('reserve')}])`.execute(db);
        await sql`SELECT budget_settle(ARRAY[${entries('settle')}], NULL)`.execute(db);
      }
    });
    await Promise.all(lanes);
    expect((await counters())['server day']).toEqual([0, 12 * 10 * 9 * 5]);
  });

  it('cannot be changed', async () => {
    await setBudget('server', 'day', 100);
    await submit(users[0]!, 'xai', 50);
    await expect(sql`UPDATE ledger_entries SET micro_usd = 0`.execute(db)).rejects.toThrow('append-only');
    await expect(sql`DELETE FROM ledger_entries`.execute(db)).rejects.toThrow('append-only');
  });

  it('is found out when it does not add up', async () => {
    await setBudget('server', 'day', 100);
    const id = await submit(users[0]!, 'xai', 50);
    await sql`UPDATE budget_usage SET held_micro_usd = 49`.execute(db);
    await sql`UPDATE generations SET reserved_micro_usd = 51`.execute(db);
    await begin(id, 1, 'xai', 50);
    await sql`UPDATE generation_attempts SET cost_micro_usd = 1`.execute(db);
    expect(await verifyLedger(db)).toHaveLength(3);
  });

  it('knows days and months of UTC, whatever the session thinks', async () => {
    const { rows } = await db.connection().execute(async (connection) => {
      await sql`SET TIME ZONE 'America/New_York'`.execute(connection);
      const answer = await sql`
        SELECT budget_period_start('day', '2026-03-08T03:00Z') AS day, budget_period_start('month', '2026-03-01T01:00Z') AS month,
          budget_resets_at('day', '2026-03-08T00:00Z') AS next_day, budget_resets_at('month', '2026-12-01T00:00Z') AS next_month`.execute(
        connection,
      );
      await sql`RESET TIME ZONE`.execute(connection);
      return answer;
    });
    expect(JSON.parse(JSON.stringify(rows[0]))).toEqual({
      day: '2026-03-08T00:00:00.000Z',
      month: '2026-03-01T00:00:00.000Z',
      next_day: '2026-03-09T00:00:00.000Z',
      next_month: '2027-01-01T00:00:00.000Z',
    });
  });

  it('adds up after any lives of any generations at once, and no budget is passed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(life, { minLength: 1, maxLength: 40 }),
        limits,
        async (lives, [server, user, provider]) => {
          await sql`TRUNCATE generations, generation_attempts, ledger_entries, budgets, budget_usage CASCADE`.execute(
            db,
          );
          await setBudget('server', 'day', server);
          await setBudget(`user:${users[0]!}`, 'month', user);
          await setBudget('provider:xai', 'total', provider);
          await Promise.all(lives.map(liveOut));
          expect(await verifyLedger(db)).toEqual([]);
          for (const { limitMicroUsd, heldMicroUsd, spentMicroUsd } of await createBudgetRepository(db).list()) {
            expect(heldMicroUsd).toBeGreaterThanOrEqual(0);
            expect(heldMicroUsd + spentMicroUsd).toBeLessThanOrEqual(limitMicroUsd);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

interface Life {
  user: number;
  provider: string;
  amount: number;
  takes: Array<{ provider: string; amount: number; share: number | null }>;
}

const provider = fc.constantFrom('xai', 'google', 'sandbox');
const amount = fc.nat(100);
const life: fc.Arbitrary<Life> = fc.record({
  user: fc.nat(2),
  provider,
  amount,
  takes: fc.array(fc.record({ provider, amount, share: fc.option(fc.double({ min: 0, max: 1, noNaN: true })) }), {
    maxLength: 3,
  }),
});
const limits = fc.tuple(fc.nat(2000), fc.nat(1000), fc.nat(1000));

/** Submits, tries its takes, and gives up where a budget is reached. */
async function liveOut({ user, provider: first, amount: reserved, takes }: Life): Promise<void> {
  let id: string | undefined;
  try {
    id = await submit(users[user]!, first, reserved);
    let attempt = 0;
    for (const take of takes) {
      attempt += 1;
      await begin(id, attempt, take.provider, take.amount);
      await end(id, attempt, take.share === null ? null : Math.floor(take.amount * take.share));
    }
    if (attempt === 0) await cancel(id);
  } catch (error) {
    if (!readBudgetReached(error)) throw error;
    if (id !== undefined) await cancel(id);
  }
}

async function live(userId: string, n: number): Promise<void> {
  const user = users.indexOf(userId);
  const takes = [{ provider: n % 2 ? 'xai' : 'google', amount: n, share: 0.5 }];
  for (let turn = 0; turn < 5; turn += 1)
    await liveOut({ user, provider: 'xai', amount: n + 1, takes: n % 7 ? takes : [] });
}

function setBudget(scope: string, period: 'day' | 'month' | 'total', limitMicroUsd: number): Promise<boolean> {
  return createBudgetRepository(db).set({ scope, period, limitMicroUsd, by: users[0]!, mayRaise: true });
}

async function submit(userId: string, provider: string, amount: number): Promise<string> {
  const id = randomUUID();
  await sql`
    WITH content AS (
      INSERT INTO contents (id, user_id, title, content_type, prompt) VALUES (${id}, ${userId}, '', 'blog', '') RETURNING id
    ),
    reserved AS (
      SELECT budget_reserve(ARRAY[ledger_entry('reserve', id, 0, ${userId}, ${provider}, 'm', ${amount}, now())]) FROM content
    )
    INSERT INTO generations (id, user_id, content_id, content_type, title, prompt, reserved_micro_usd, reserved_provider)
    SELECT id, ${userId}, id, 'blog', '', '', ${amount}, ${provider} FROM content, reserved`.execute(db);
  return id;
}

async function begin(id: string, attempt: number, provider: string, amount: number): Promise<void> {
  await sql`
    WITH held AS (UPDATE generations SET reserved_micro_usd = 0 WHERE id = ${id} RETURNING id, user_id),
    reserved AS (
      SELECT budget_reserve(ARRAY[ledger_entry('reserve', id, ${attempt}, user_id, ${provider}, 'm', ${amount}, now())]) FROM held
    )
    INSERT INTO generation_attempts (generation_id, attempt, user_id, provider, model, reserved_micro_usd)
    SELECT id, ${attempt}::int, user_id, ${provider}, 'm', ${amount} FROM held, reserved`.execute(db);
}

async function end(id: string, attempt: number, cost: number | null): Promise<void> {
  await sql`
    WITH take AS (
      UPDATE generation_attempts SET outcome = 'failed',
        cost_micro_usd = CASE WHEN reserved_micro_usd = 0 THEN 0 ELSE ${cost}::bigint END
      WHERE generation_id = ${id} AND attempt = ${attempt} RETURNING *
    )
    SELECT budget_settle(ARRAY[ledger_entry(CASE WHEN cost_micro_usd IS NULL THEN 'unknown' ELSE 'settle' END,
      generation_id, attempt, user_id, provider, model, coalesce(cost_micro_usd, reserved_micro_usd), started_at)], NULL)
    FROM take`.execute(db);
}

async function settle(id: string, attempt: number, cost: number): Promise<void> {
  const entry = sql`ledger_entry('settle', ${id}, ${attempt}, ${users[0]!}, 'xai', 'm', ${cost}, now())`;
  await sql`SELECT budget_settle(ARRAY[${entry}], NULL)`.execute(db);
}

async function cancel(id: string): Promise<void> {
  await sql`
    WITH held AS (UPDATE generations SET reserved_micro_usd = 0 WHERE id = ${id} RETURNING id)
    SELECT budget_settle(NULL, ARRAY[id]) FROM held`.execute(db);
}

async function counters(): Promise<Record<string, [held: number, spent: number]>> {
  const { rows } = await sql<{ name: string; held: number; spent: number }>`
    SELECT scope || ' ' || period AS name, held_micro_usd AS held, spent_micro_usd AS spent FROM budget_usage ORDER BY 1`.execute(
    db,
  );
  return Object.fromEntries(rows.map(({ name, held, spent }) => [name, [held, spent]]));
}

async function settled(id: string): Promise<number[]> {
  const rows = await db
    .selectFrom('ledger_entries')
    .select('micro_usd')
    .where('generation_id', '=', id)
    .where('kind', '=', 'settle')
    .orderBy('attempt')
    .execute();
  return rows.map((row) => row.micro_usd);
}
