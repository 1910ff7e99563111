import type { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { METRICS, type MetricName } from './catalogue.ts';
import type { MetricDimensions, Metrics } from './metrics.ts';

/** The calls of Powertools that are used. */
export type EmfWriter = Pick<Powertools, 'addDimensions' | 'addMetric' | 'publishStoredMetrics'>;

interface Group {
  readonly dimensions: MetricDimensions;
  readonly values: { name: MetricName; value: number }[];
}

/**
 * Metrics as CloudWatch's embedded metric format on standard output: no call to CloudWatch, no permission.
 *
 * A record of that format has one set of dimensions, so values are gathered by their dimensions and written at the end.
 */
export function powertoolsMetrics(writer: EmfWriter): Metrics {
  const groups = new Map<string, Group>();
  return {
    record(name, value = 1, dimensions = {}) {
      const sorted = Object.fromEntries(Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)));
      const key = JSON.stringify(sorted);
      const group: Group = groups.get(key) ?? { dimensions: sorted, values: [] };
      group.values.push({ name, value });
      groups.set(key, group);
    },
    flush() {
      for (const { dimensions, values } of groups.values()) {
        if (Object.keys(dimensions).length > 0) writer.addDimensions({ ...dimensions });
        for (const { name, value } of values) writer.addMetric(name, METRICS[name].unit, value);
        writer.publishStoredMetrics();
      }
      groups.clear();
    },
  };
}
