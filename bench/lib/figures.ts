/** One line of the table: what was measured, against what, and what it should be. */
export interface Figure {
  name: string;
  value: string;
  baseline: string;
  /** Undefined for a figure that is only reported. */
  isMet: boolean | undefined;
  target: string;
  raw: Record<string, number>;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function printTable(figures: Figure[]): void {
  const mark = (isMet: boolean | undefined): string => (isMet === undefined ? '' : isMet ? 'met' : 'MISSED');
  const rows = [
    ['figure', 'Octavo', 'bare baseline', 'target', ''],
    ...figures.map((f) => [f.name, f.value, f.baseline, f.target, mark(f.isMet)]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column]!)).join('  '));
}
