import type { MetricDimension, MetricName } from './catalogue.ts';

export type MetricDimensions = Readonly<Partial<Record<MetricDimension, string>>>;

export interface Metrics {
  /**
   * Records one value.
   *
   * @param value value in the unit of the catalogue; default 1.
   */
  record(name: MetricName, value?: number, dimensions?: MetricDimensions): void;
  /** Writes the recorded values, once at the end of an invocation. */
  flush(): void;
}

export const silentMetrics: Metrics = { record() {}, flush() {} };

export interface MetricSample {
  readonly name: MetricName;
  readonly value: number;
  readonly dimensions: MetricDimensions;
}

/** Returns metrics that keep every value, for tests and the summary of the local mode. */
export function memoryMetrics(): Metrics & {
  readonly samples: readonly MetricSample[];
  /** Returns the sum of a metric over the samples with these dimensions. */
  sum(name: MetricName, dimensions?: MetricDimensions): number;
} {
  const samples: MetricSample[] = [];
  return {
    samples,
    record: (name, value = 1, dimensions = {}) => void samples.push({ name, value, dimensions }),
    flush() {},
    sum(name, dimensions = {}) {
      const wanted = Object.entries(dimensions);
      return samples
        .filter((sample) => sample.name === name)
        .filter((sample) => wanted.every(([key, value]) => sample.dimensions[key as MetricDimension] === value))
        .reduce((sum, sample) => sum + sample.value, 0);
    },
  };
}
