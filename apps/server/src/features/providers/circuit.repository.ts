import { sql } from 'kysely';
import type { Db, Fence } from '#platform/db';

export interface CircuitRow {
  provider: string;
  state: 'closed' | 'open' | 'half-open';
  failures: number;
  since: Date | null;
  code: string | null;
  /** Until it may be called again, as far as is known; 0 when it may. */
  blocked_ms: number;
  /** A take is under way that shows whether it works again. */
  is_probing: boolean;
}

/**
 * The take that probes is alive as long as its lease is, whoever died. The first two seconds count in any case: another
 * transaction may not see yet that the take was claimed.
 */
const isProbing = sql<boolean>`(probe_at IS NOT NULL AND (probe_at > clock_timestamp() - interval '2 s' OR EXISTS (
  SELECT FROM generations g WHERE g.id = probe_generation AND g.attempt = probe_attempt
    AND g.status = 'processing' AND g.lease_until > clock_timestamp())))`;

const columns = sql`
  provider, failures, opened_at AS since, code,
  CASE WHEN opened_until IS NULL THEN 'closed' WHEN opened_until > clock_timestamp() THEN 'open' ELSE 'half-open' END AS state,
  greatest(0, ceil(extract(epoch FROM greatest(opened_until, paused_until) - clock_timestamp()) * 1000))::int AS blocked_ms,
  opened_until IS NOT NULL AND ${isProbing} AS is_probing`;

/** So many find out whether a provider works again; the others follow when it does. */
const firstWoken = 10;
const wokenAtOnce = 1000;

export type CircuitRepository = ReturnType<typeof createCircuitRepository>;

/** The circuit breakers of all processes: every change is one conditional statement, by the database's clock. */
export function createCircuitRepository(db: Db) {
  const isMyProbe = ({ generationId, attempt }: Fence) =>
    sql`(probe_generation = ${generationId} AND probe_attempt = ${attempt})`;

  /** Waits for no lock: what somebody else is at right now is not forgotten by them. @returns how many it woke */
  async function wakeSome(provider: string, limit: number): Promise<number> {
    const { numAffectedRows } = await sql`
      UPDATE generations SET run_after = now(), enqueued_at = NULL WHERE id IN (
        SELECT id FROM generations
        WHERE status = 'pending' AND next_provider = ${provider} AND run_after > now()
          AND created_at + delay_ms * interval '1 ms' <= now()
        ORDER BY place, id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED)`.execute(db);
    return Number(numAffectedRows ?? 0);
  }

  return {
    /**
     * Makes sure that each has its row. One that was opened for its key or its account may have got a better one with
     * the start of this process: its next call is a probe, and some of those that wait for it may make it.
     */
    async prepare(providers: string[], accountCodes: string[]): Promise<void> {
      await sql`INSERT INTO provider_health (provider) SELECT unnest(${providers}::text[]) ON CONFLICT DO NOTHING`.execute(
        db,
      );
      const { rows } = await sql<{ provider: string }>`
        UPDATE provider_health SET opened_until = now()
        WHERE opened_until > now() AND code = ANY (${accountCodes}) RETURNING provider`.execute(db);
      // oxlint-disable-next-line no-await-in-loop
      for (const { provider } of rows) await wakeSome(provider, firstWoken);
    },

    /** All that wait for the provider need wait no longer, but for those whose user wants them later. */
    async wake(provider: string): Promise<void> {
      // oxlint-disable-next-line no-await-in-loop
      while ((await wakeSome(provider, wokenAtOnce)) === wokenAtOnce);
    },

    async all(): Promise<CircuitRow[]> {
      return (await sql<CircuitRow>`SELECT ${columns} FROM provider_health`.execute(db)).rows;
    },

    /** Its state, which nobody else changes until the end of the transaction. */
    async lock(trx: Db, provider: string): Promise<CircuitRow | undefined> {
      const { rows } = await sql<CircuitRow>`
        SELECT ${columns} FROM provider_health WHERE provider = ${provider} FOR UPDATE`.execute(trx);
      return rows[0];
    },

    /** Lets this take through a half-open circuit that the transaction has locked. */
    async beginProbe(trx: Db, provider: string, take: Fence): Promise<void> {
      await sql`
        UPDATE provider_health SET probe_generation = ${take.generationId}, probe_attempt = ${take.attempt},
          probe_at = clock_timestamp()
        WHERE provider = ${provider}`.execute(trx);
    },

    /** Lets this take through a half-open circuit. @returns false when another take is through, or it is not half-open */
    async probe(provider: string, take: Fence): Promise<boolean> {
      const { rows } = await sql`
        UPDATE provider_health SET probe_generation = ${take.generationId}, probe_attempt = ${take.attempt},
          probe_at = clock_timestamp()
        WHERE provider = ${provider} AND opened_until <= clock_timestamp() AND NOT ${isProbing}
        RETURNING provider`.execute(db);
      return rows.length > 0;
    },

    /** The provider answered. Closes the circuit when it was this take's to find out. @returns whether anything changed */
    async alive(provider: string, take: Fence): Promise<boolean> {
      const { rows } = await sql`
        UPDATE provider_health SET failures = 0, openings = 0, opened_at = NULL, opened_until = NULL, code = NULL,
          probe_generation = NULL, probe_attempt = NULL, probe_at = NULL
        WHERE provider = ${provider} AND ((opened_until IS NULL AND failures > 0) OR ${isMyProbe(take)})
        RETURNING provider`.execute(db);
      return rows.length > 0;
    },

    /**
     * A failure through the provider's fault; from `limit` in a row on, and after a failed probe, the circuit opens for
     * `openMs`, twice as long each time, at most `maxMs`. Takes that began before it opened change nothing.
     */
    async fault(
      provider: string,
      take: Fence,
      { code, limit, openMs, maxMs }: { code: string; limit: number; openMs: number; maxMs: number },
    ): Promise<void> {
      const opens = sql`(failures + 1 >= ${limit}::int OR opened_until IS NOT NULL)`;
      await sql`
        UPDATE provider_health SET
          failures = failures + 1,
          code = ${code},
          openings = openings + ${opens}::int,
          opened_at = CASE WHEN ${opens} THEN coalesce(opened_at, clock_timestamp()) END,
          opened_until = CASE WHEN ${opens} THEN clock_timestamp()
            + least(${openMs}::float8 * 2 ^ least(openings, 20), ${maxMs}::float8) * interval '1 ms' END,
          probe_generation = NULL, probe_attempt = NULL, probe_at = NULL
        WHERE provider = ${provider} AND (opened_until IS NULL OR ${isMyProbe(take)})`.execute(db);
    },

    async pause(provider: string, forMs: number): Promise<void> {
      await sql`
        UPDATE provider_health
        SET paused_until = greatest(paused_until, clock_timestamp() + ${forMs}::float8 * interval '1 ms')
        WHERE provider = ${provider}`.execute(db);
    },
  };
}
