/** A histogram of this moment, as Prometheus wants it. */
export interface HistogramCounts {
  /** Values up to each bound, those below included, in the order of the bounds. */
  readonly buckets: readonly number[];
  readonly count: number;
  /** Sum of the values, in milliseconds. */
  readonly sumMs: number;
}

/**
 * Upper bounds of the buckets of the programming latency, in milliseconds. They span what is promised (150 ms), what Kubernetes
 * measures of its own load balancing (0.25 s to minutes), and outages.
 */
export const LATENCY_BOUNDS_MS: readonly number[] = [
  25, 50, 100, 150, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000,
];

export const EMPTY_HISTOGRAM: HistogramCounts = { buckets: LATENCY_BOUNDS_MS.map(() => 0), count: 0, sumMs: 0 };

/** Returns a histogram with one value more. @param ms a duration. */
export function observed({ buckets, count, sumMs }: HistogramCounts, ms: number): HistogramCounts {
  return {
    buckets: buckets.map((below, index) => below + (ms <= (LATENCY_BOUNDS_MS[index] ?? 0) ? 1 : 0)),
    count: count + 1,
    sumMs: sumMs + ms,
  };
}

/** Returns the histogram of the values of both. */
export function addHistograms(a: HistogramCounts, b: HistogramCounts): HistogramCounts {
  return {
    buckets: a.buckets.map((below, index) => below + (b.buckets[index] ?? 0)),
    count: a.count + b.count,
    sumMs: a.sumMs + b.sumMs,
  };
}
