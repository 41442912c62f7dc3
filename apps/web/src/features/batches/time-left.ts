/** How many rows had not ended at a moment. */
export interface Sample {
  atMs: number;
  left: number;
}

const windowMs = 120_000;
/** Less says nothing about the rest. */
const least = { rows: 3, ms: 4000 };

/** Adds what is known now and drops what is too old; rows that come back (a retry) begin it anew. */
export function addSample(samples: readonly Sample[], next: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last && next.left > last.left) return [next];
  return [...samples.filter(({ atMs }) => next.atMs - atMs <= windowMs), next];
}

/**
 * How long it will take, by what has been seen in the last two minutes, but never less than the pace allows.
 * @returns milliseconds; undefined when too little has been seen
 */
export function timeLeftMs(
  samples: readonly Sample[],
  { waiting, rowsPerMinute }: { waiting: number; rowsPerMinute: number | null },
): number | undefined {
  const paceMs = rowsPerMinute === null ? undefined : (waiting / rowsPerMinute) * 60_000;
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return undefined;
  const [rows, ms] = [first.left - last.left, last.atMs - first.atMs];
  if (rows < least.rows || ms < least.ms) return paceMs;
  return Math.max((last.left * ms) / rows, paceMs ?? 0);
}
