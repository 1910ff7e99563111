import { METRICS, type MetricName, type MetricUnit } from './catalogue.ts';
import type { MetricDimensions, Metrics } from './metrics.ts';

/** The part of Powertools' `Metrics` that is used. */
export interface EmfWriter {
  addDimensions(dimensions: Record<string, string>): unknown;
  addMetric(name: string, unit: MetricUnit, value: number): unknown;
  publishStoredMetrics(): unknown;
}

/** Values of one metric in one record of the format (CloudWatch, *Embedded metric format specification*). */
const MAX_VALUES = 100;

interface Group {
  readonly dimensions: MetricDimensions;
  readonly values: Map<MetricName, number[]>;
}

/**
 * Returns metrics that are written in CloudWatch's embedded metric format to standard output, which needs no call and no permission.
 *
 * A record has one set of dimensions, so values are collected by dimensions and written at the end. A metric with a `reason`,
 * and a count by `cluster`, is also written without it, because an alarm cannot sum over unknown reasons and clusters.
 */
export function powertoolsMetrics(writer: EmfWriter): Metrics {
  const groups = new Map<string, Group>();
  function gather(name: MetricName, value: number, dimensions: MetricDimensions): void {
    const sorted = Object.fromEntries(Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)));
    const key = JSON.stringify(sorted);
    const group: Group = groups.get(key) ?? { dimensions: sorted, values: new Map() };
    groups.set(key, group);
    const values = group.values.get(name) ?? [];
    group.values.set(name, values);
    // Counts are added up: thousands of requests are one number.
    if (METRICS[name].unit === 'Count' && values.length > 0) values[0] = (values[0] ?? 0) + value;
    else values.push(value);
  }
  return {
    record(name, value = 1, dimensions = {}) {
      gather(name, value, dimensions);
      const { reason, cluster, ...rest } = dimensions;
      if (reason !== undefined) gather(name, value, { ...rest, ...(cluster === undefined ? {} : { cluster }) });
      else if (cluster !== undefined && METRICS[name].unit === 'Count') gather(name, value, rest);
    },
    flush() {
      for (const { dimensions, values } of groups.values()) {
        const records = Math.max(...[...values.values()].map((list) => Math.ceil(list.length / MAX_VALUES)));
        for (let record = 0; record < records; record += 1) {
          if (Object.keys(dimensions).length > 0) writer.addDimensions({ ...dimensions });
          for (const [name, list] of values) {
            for (const value of list.slice(record * MAX_VALUES, (record + 1) * MAX_VALUES)) {
              writer.addMetric(name, METRICS[name].unit, value);
            }
          }
          writer.publishStoredMetrics();
        }
      }
      groups.clear();
    },
  };
}
