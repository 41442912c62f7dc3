import { readdirSync, readFileSync } from 'node:fs';
import { type Figure, median } from './lib/figures.ts';
import { openJobs } from './lib/jobs.ts';
import { createWorld, type World } from './lib/world.ts';

const rounds = 3;
/** What the sandbox is made to charge for each take. */
const price = { PRICE_OVERRIDES: JSON.stringify({ 'sandbox/*': { usdPerTake: 0.0001 } }) };
const cases = {
  free: { env: {}, hasBudgets: false },
  priced: { env: price, hasBudgets: false },
  budgeted: { env: price, hasBudgets: true },
};
type Case = keyof typeof cases;

/**
 * PostgreSQL's CPU time for a job, from POST to its end: when nothing costs anything and the ledger is not written, when
 * every take costs something, and when three budgets are kept as well. In turn, on the same database.
 */
export async function benchLedger(jobs: number): Promise<Figure[]> {
  const world = await createWorld({
    backend: 'postgres',
    tokensPerSecond: 0,
    env: { WORKER_CONCURRENCY: '100', LEASE_MS: '60000' },
  });
  try {
    const spent: Record<Case, number[]> = { free: [], priced: [], budgeted: [] };
    // Budgets stay once they are set, so the case that has them comes last. Whoever signs up first may set them.
    const admin = { token: '' };
    for (const name of Object.keys(cases) as Case[]) spent[name] = await measure(world, name, jobs, admin);
    const [free, priced, budgeted] = [median(spent.free), median(spent.priced), median(spent.budgeted)];
    const figure = (what: string, cpuMs: number): Figure => ({
      name: `PostgreSQL's CPU for a job ${what}`,
      value: `${cpuMs.toFixed(2)} ms (${(cpuMs / free).toFixed(2)}x)`,
      baseline: `${free.toFixed(2)} ms, no ledger`,
      target: '≤ 1.5x',
      isMet: cpuMs / free <= 1.5,
      raw: { cpuMs, baselineCpuMs: free, ratio: cpuMs / free },
    });
    return [figure('with a ledger', priced), figure('with a ledger and three budgets', budgeted)];
  } finally {
    await world.stop();
  }
}

/** @returns milliseconds of CPU a job, one figure a round */
async function measure(world: World, name: Case, jobs: number, admin: { token: string }): Promise<number[]> {
  const { env, hasBudgets } = cases[name];
  const api = await world.start('api', env);
  const worker = await world.start('worker', env);
  const octavo = await openJobs(api);
  try {
    admin.token ||= octavo.user.token;
    if (hasBudgets) {
      await setBudget(api.url, 'server/day', admin.token);
      await setBudget(api.url, 'provider:sandbox/day', admin.token);
      await setBudget(api.url, 'me/month', octavo.user.token);
    }
    await octavo.rate(100);
    const figures: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = cpuMsOf(world.postgresPid);
      await octavo.rate(jobs);
      figures.push((cpuMsOf(world.postgresPid) - before) / jobs);
    }
    return figures;
  } finally {
    octavo.close();
    await Promise.all([api.kill('SIGTERM'), worker.kill('SIGTERM')]);
  }
}

/** One that is never reached. */
async function setBudget(url: string, path: string, token: string): Promise<void> {
  const response = await fetch(`${url}/api/budgets/${path}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ limitMicroUsd: 1_000_000_000 }),
  });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status} ${await response.text()}`);
}

/** Linux counts in hundredths of a second (USER_HZ). */
const tickMs = 10;

/** What the postmaster's children have used, those that have ended included. */
function cpuMsOf(postmaster: number): number {
  let ticks = 0;
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const fields = statOf(pid);
    if (!fields) continue;
    if (Number(pid) === postmaster) ticks += fields.own + fields.ended;
    else if (fields.parent === postmaster) ticks += fields.own;
  }
  return ticks * tickMs;
}

/** proc_pid_stat(5): what follows the name, which stands in brackets and may hold anything. */
function statOf(pid: string): { parent: number; own: number; ended: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
    return { parent, own: utime + stime, ended: cutime + cstime };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
