/** One thing that is measured, and what it should be. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  /** Absent: nothing is promised. */
  readonly target?: string;
  /** True when the target is met; absent without a target. */
  readonly met?: boolean;
  /** The single values in milliseconds, for a histogram. */
  readonly samples?: readonly number[];
}

/** A benchmark: measures, and never judges by its exit status. Targets are for people, machines differ. */
export interface Benchmark {
  readonly summary: string;
  run(): Promise<readonly Figure[]>;
}

/** At most so much of a unit, with its target in words. */
export function atMost(what: string, measured: number, limit: number, unit: string, digits = 0): Figure {
  return {
    what,
    measured: `${measured.toFixed(digits)} ${unit}`,
    target: limit === 0 ? 'none' : `≤ ${limit.toLocaleString('en')} ${unit}`,
    met: measured <= limit,
  };
}

/** The value below which this share of all lies; of an unsorted list. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

const HEADINGS = ['figure', 'measured', 'target', 'met'] as const;

/** Columns aligned for a terminal, and a table in Markdown too. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, measured, target = '', met }) => [
    what,
    measured,
    target,
    met === undefined ? '' : met ? 'yes' : 'NO',
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(...[heading, ...rows.map((row) => row[column] ?? '')].map((cell) => cell.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(HEADINGS), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}
