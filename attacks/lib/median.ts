export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** How well one can tell two groups apart by these numbers: 0.5 not at all, 1 always (area under the ROC curve). */
export function separability(a: number[], b: number[]): number {
  let wins = 0;
  for (const x of a) for (const y of b) wins += x > y ? 1 : x === y ? 0.5 : 0;
  const area = wins / (a.length * b.length);
  return Math.max(area, 1 - area);
}
