import { sql } from 'kysely';
import { createBatcher, type Db, type Fence, type GenerationRow, placeInLine } from '#platform/db';

export type Claim =
  | { kind: 'claimed'; generation: GenerationRow }
  /** Not due yet, or held by a worker whose lease still runs. */
  | { kind: 'later'; inMs: number }
  | { kind: 'over' };

/** A generation that lost its worker this often is given up. */
export const maxClaims = 12;

interface ClaimWish {
  id: string;
  leaseMs: number;
}

export type ClaimRepository = ReturnType<typeof createClaimRepository>;

/**
 * Who has a generation. All times are the database's: a worker's clock may be wrong.
 * @param options.limited providers that have a line of their own
 */
export function createClaimRepository(db: Db, { limited = [] }: { limited?: string[] } = {}) {
  async function claimAll(wishes: ClaimWish[], trx = db, exclude = limited): Promise<Claim[]> {
    const ids = wishes.map(({ id }) => id);
    const { rows } = await sql<GenerationRow>`
      WITH due AS (
        SELECT id, lease_ms FROM generations
        JOIN unnest(${ids}::uuid[], ${wishes.map(({ leaseMs }) => leaseMs)}::int[]) AS wish (id, lease_ms) USING (id)
        WHERE attempt < ${maxClaims} AND cancel_requested_at IS NULL AND next_provider <> ALL (${exclude}::text[])
          AND ((status = 'pending' AND run_after <= now()) OR (status = 'processing' AND lease_until <= now()))
        ORDER BY id FOR NO KEY UPDATE OF generations
      ),
      claimed AS (
        UPDATE generations g SET
          attempt = attempt + 1,
          status = 'processing',
          lease_until = now() + due.lease_ms * interval '1 ms',
          started_at = coalesce(started_at, now())
        FROM due WHERE g.id = due.id
        RETURNING g.*
      ),
      interrupted AS (
        UPDATE generation_attempts a SET outcome = 'interrupted', error_code = 'worker_lost', finished_at = now(),
          reason = 'The worker vanished; what the provider did with the call is unknown.',
          cost_source = coalesce(a.cost_source, 'unknown')
        FROM claimed WHERE a.generation_id = claimed.id AND a.outcome = 'running'
        RETURNING a.*
      ),
      money AS (
        SELECT budget_settle(array_agg(ledger_entry('unknown', generation_id, attempt, user_id, provider, model,
          reserved_micro_usd, started_at)), NULL)
        FROM interrupted WHERE cost_micro_usd IS NULL
      )
      SELECT claimed.* FROM claimed, money`.execute(trx);
    const claimed = new Map(rows.map((row) => [row.id, row]));
    const others = ids.filter((id) => !claimed.has(id));
    const waiting = others.length === 0 ? new Map<string, number>() : await whenDue(others);
    // Two wishes for one generation: the first has it.
    return ids.map((id) => {
      const generation = claimed.get(id);
      claimed.delete(id);
      if (generation) return { kind: 'claimed', generation };
      const inMs = waiting.get(id);
      return inMs === undefined ? { kind: 'over' } : { kind: 'later', inMs };
    });
  }

  async function whenDue(ids: string[]): Promise<Map<string, number>> {
    const { rows } = await sql<{ id: string; in_ms: number }>`
      SELECT id, ceil(extract(epoch FROM coalesce(lease_until, run_after) - now()) * 1000)::int AS in_ms
      FROM generations
      WHERE id = ANY (${ids}::uuid[]) AND status IN ('pending', 'processing') AND cancel_requested_at IS NULL
        AND coalesce(lease_until, run_after) > now() AND next_provider <> ALL (${limited}::text[])`.execute(db);
    return new Map(rows.map((row) => [row.id, row.in_ms]));
  }

  return {
    /** Takes a generation that is due, or whose worker let its lease run out, and raises its fence. */
    claim: createBatcher((wishes: ClaimWish[]) => claimAll(wishes)),

    /** The same for those that stand in the line of a limited provider, within the transaction that takes their turns. */
    claimInLine: (trx: Db, wishes: ClaimWish[]) => claimAll(wishes, trx, []),

    /**
     * Gives a claim back before anything came of it, as if it had not been: nobody may be called right now, or another
     * line is to be waited in. Must not be repeated when its outcome is unknown; the lease then runs out.
     * @returns its place in that line; undefined when the claim is not ours any more, or its user wants no take
     */
    async release(fence: Fence, to: { provider: string; delayMs: number }): Promise<number | undefined> {
      const { rows } = await sql<{ place: number }>`
        UPDATE generations g SET
          status = 'pending',
          attempt = attempt - 1,
          lease_until = NULL,
          started_at = CASE WHEN attempt = 1 THEN NULL ELSE started_at END,
          run_after = greatest(run_after, now() + ${to.delayMs}::int * interval '1 ms'),
          place = CASE WHEN next_provider = ${to.provider} THEN place
            ELSE ${placeInLine(sql`g.user_id`, sql`${to.provider}`)} END,
          next_provider = ${to.provider}
        WHERE id = ${fence.generationId} AND attempt = ${fence.attempt} AND status = 'processing'
          AND cancel_requested_at IS NULL AND NOT EXISTS (
            SELECT FROM generation_attempts a WHERE a.generation_id = g.id AND a.attempt = g.attempt)
        RETURNING place`.execute(db);
      return rows[0]?.place;
    },
  };
}
