import { callsOf } from '@octavo/providers';
import { type Kysely, sql } from 'kysely';
import { type Database, type Db, type Fence, type GenerationRow, placeInLine } from '#platform/db';
import { type ClaimRepository, maxClaims } from './claim.repository.ts';

/** A second more than a minute: calls do not reach the provider as evenly as turns are taken. */
const windowMs = 61_000;
/** A provider that is blocked for no longer is waited for where one stands. */
const shortBlockMs = 2000;
/** How many that wait for a blocked provider are looked through at a time. */
const pageSize = 100;

export interface Turns {
  claimed: GenerationRow[];
  /** Those that go to another line, or wait for a while. */
  moved: Array<{ id: string; provider: string; place: number; delayMs: number }>;
  /** Nothing can happen before, whatever comes into the line; 0: something may at any time. */
  notBeforeMs: number;
  /** There is more to be looked through right now. */
  hasMore: boolean;
}

interface Limits {
  perMinute: number;
  concurrency: number;
}

/** The circuit breakers, as far as a line asks of them. */
interface CircuitLock {
  lock(
    trx: Db,
    provider: string,
  ): Promise<{ state: 'closed' | 'open' | 'half-open'; blocked_ms: number; is_probing: boolean } | undefined>;
  beginProbe(trx: Db, provider: string, take: Fence): Promise<void>;
}

export type Decision = { kind: 'take' } | { kind: 'move'; provider: string; delayMs: number };

export type LineRepository = ReturnType<typeof createLineRepository>;

/** A turn whose call is still under way, as far as anybody knows. */
const isRunning = sql`EXISTS (SELECT FROM generations g WHERE g.id = t.generation_id AND g.attempt = t.attempt
  AND g.status = 'processing' AND g.lease_until > clock_timestamp())`;

/** The lines of limited providers: who may be called when, for all workers of all processes, by the database's clock. */
export function createLineRepository(db: Db, circuits: CircuitLock, claims: Pick<ClaimRepository, 'claimInLine'>) {
  return {
    /** Whether anybody stands in the line whose time has come. */
    async isWaiting(provider: string): Promise<boolean> {
      const { rows } = await sql`
        SELECT FROM generations WHERE status = 'pending' AND next_provider = ${provider} AND run_after <= now() LIMIT 1`.execute(
        db,
      );
      return rows.length > 0;
    },

    /**
     * Takes as many turns as the limits, the circuit and `free` allow, and claims for them whoever is first in line.
     * The lock on the provider's row lets one process after the other do so.
     *
     * @param decide for each generation: take it here, or not; `blockedMs` is how long the provider is blocked
     */
    takeTurns: (options: {
      provider: string;
      limits: Limits;
      free: number;
      leaseMs: number;
      decide: (generation: GenerationRow, blockedMs: number) => Decision;
    }): Promise<Turns> =>
      db.transaction().execute(async (trx) => {
        const { provider, limits, free } = options;
        const health = await circuits.lock(trx, provider);
        if (!health) throw new Error(`no health of ${provider}`);
        const idle = { claimed: [], moved: [], hasMore: false };
        const { blocked_ms: blockedMs } = health;
        if (blockedMs > 0 && blockedMs <= shortBlockMs) return { ...idle, notBeforeMs: blockedMs };
        const isHalfOpen = health.state === 'half-open' && blockedMs === 0;
        if (isHalfOpen && health.is_probing) return { ...idle, notBeforeMs: 0 };
        const { calls, takes, notBeforeMs } = blockedMs > 0 ? noRoom : await roomOf(trx, provider, limits);
        const wanted = blockedMs > 0 ? pageSize : Math.min(free, calls, takes, isHalfOpen ? 1 : free);
        if (wanted === 0) return { ...idle, notBeforeMs };

        const { rows } = await sql<GenerationRow>`
          SELECT * FROM generations
          WHERE status = 'pending' AND next_provider = ${provider} AND run_after <= now()
            AND cancel_requested_at IS NULL AND attempt < ${maxClaims}
          ORDER BY place, id LIMIT ${wanted} FOR NO KEY UPDATE SKIP LOCKED`.execute(trx);
        const mine: GenerationRow[] = [];
        const moves: Array<{ id: string; provider: string; delayMs: number }> = [];
        let callsLeft = calls;
        for (const row of rows) {
          const decision = options.decide(row, blockedMs);
          if (decision.kind === 'move') moves.push({ id: row.id, ...decision });
          if (decision.kind === 'move' || blockedMs > 0) continue;
          // One that needs more calls than are left waits for them, and nobody passes it.
          if (callsAtOnce(row, limits) > callsLeft) break;
          callsLeft -= callsAtOnce(row, limits);
          mine.push(row);
        }
        const wishes = mine.map(({ id }) => ({ id, leaseMs: options.leaseMs }));
        const answers = wishes.length > 0 ? await claims.claimInLine(trx, wishes) : [];
        const claimed = answers.flatMap((one) => (one.kind === 'claimed' ? [one.generation] : []));
        await countTurns(trx, provider, claimed);
        if (isHalfOpen && claimed[0]) {
          const { id: generationId, attempt } = claimed[0];
          await circuits.beginProbe(trx, provider, { generationId, attempt });
        }
        return {
          claimed,
          moved: await move(trx, moves),
          notBeforeMs: 0,
          hasMore: moves.length > 0 && rows.length === wanted,
        };
      }),
  };
}

type Transaction = Kysely<Database>;

const noRoom = { calls: 0, takes: 0, notBeforeMs: 0 };

/** What a take needs of the rate to begin; one of more calls than a minute allows begins when all are free. */
function callsAtOnce({ content_type: contentType, input }: GenerationRow, { perMinute }: Limits): number {
  const calls = callsOf(contentType, input);
  return perMinute > 0 ? Math.min(calls, perMinute) : calls;
}

/** How many more calls the rate allows right now, and how many more takes may run; none: when the next may be made, if that is known. */
async function roomOf(trx: Transaction, provider: string, { perMinute, concurrency }: Limits) {
  const since = sql`clock_timestamp() - ${windowMs}::int * interval '1 ms'`;
  await sql`DELETE FROM provider_turns t WHERE provider = ${provider} AND taken_at <= ${since} AND NOT ${isRunning}`.execute(
    trx,
  );
  const { rows } = await sql<{ recent: number; running: number; free_in_ms: number | null }>`
    SELECT count(*) FILTER (WHERE taken_at > ${since})::int AS recent,
      count(DISTINCT generation_id) FILTER (WHERE is_running)::int AS running,
      ceil(extract(epoch FROM max(taken_at) FILTER (WHERE nth = ${perMinute}) - (${since})) * 1000)::int AS free_in_ms
    FROM (
      SELECT generation_id, taken_at, row_number() OVER (ORDER BY taken_at DESC) AS nth,
        CASE WHEN ${concurrency > 0} THEN ${isRunning} ELSE false END AS is_running
      FROM provider_turns t WHERE provider = ${provider}
    ) AS turn`.execute(trx);
  const { recent, running, free_in_ms: freeInMs } = rows[0]!;
  const calls = perMinute > 0 ? Math.max(0, perMinute - recent) : Number.MAX_SAFE_INTEGER;
  const takes = concurrency > 0 ? Math.max(0, concurrency - running) : Number.MAX_SAFE_INTEGER;
  return { calls, takes, notBeforeMs: calls === 0 ? Math.max(1, freeInMs ?? 1) : 0 };
}

/** One row for each call a take makes, a microsecond apart. */
async function countTurns(trx: Transaction, provider: string, claimed: GenerationRow[]): Promise<void> {
  if (claimed.length === 0) return;
  await sql`
    INSERT INTO provider_turns (provider, taken_at, generation_id, attempt)
    SELECT ${provider}, clock_timestamp() + nth * interval '1 microsecond', id, attempt
    FROM unnest(${claimed.map(({ id }) => id)}::uuid[], ${claimed.map(({ attempt }) => attempt)}::int[],
      ${claimed.map((one) => callsOf(one.content_type, one.input))}::int[]) AS t (id, attempt, calls),
      generate_series(1, calls) AS nth
  `.execute(trx);
}

/** One after the other: each finds the one before it in the line it goes to. */
async function move(trx: Transaction, moves: Array<{ id: string; provider: string; delayMs: number }>) {
  const moved: Turns['moved'] = [];
  for (const { id, provider, delayMs } of moves) {
    const { rows } = await sql<{ place: number }>`
      UPDATE generations g SET
        place = CASE WHEN next_provider = ${provider} THEN place ELSE ${placeInLine(sql`g.user_id`, sql`${provider}`)} END,
        next_provider = ${provider},
        run_after = greatest(run_after, now() + ${delayMs}::int * interval '1 ms')
      WHERE id = ${id}
      RETURNING place`.execute(trx);
    if (rows[0]) moved.push({ id, provider, place: rows[0].place, delayMs });
  }
  return moved;
}
