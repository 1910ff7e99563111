import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { METRICS, memoryMetrics } from '../../../lib/telemetry/index.ts';
import { powertoolsMetrics } from '../../../lib/telemetry/powertools-metrics.ts';

describe('the catalogue', () => {
  it.each(Object.entries(METRICS))('%s says in a sentence what it means', (name, { meaning }) => {
    expect(name).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
  });
});

describe('memoryMetrics', () => {
  it('sums a metric over the samples with the given dimensions', () => {
    const metrics = memoryMetrics();
    metrics.record('NitroRequests', 3, { appliance: 'alpha' });
    metrics.record('NitroRequests', undefined, { appliance: 'alpha' });
    metrics.record('NitroRequests', 10, { appliance: 'beta' });
    metrics.record('NitroErrors', 5, { appliance: 'alpha', reason: 'timeout' });
    expect(metrics.sum('NitroRequests')).toBe(14);
    expect(metrics.sum('NitroRequests', { appliance: 'alpha' })).toBe(4);
    expect(metrics.sum('NitroErrors', { reason: 'timeout' })).toBe(5);
    expect(metrics.sum('NitroErrors', { reason: 'refused' })).toBe(0);
  });
});

describe('powertoolsMetrics', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it('writes one EMF record for each set of dimensions, with the units of the catalogue', () => {
    // Powertools writes through a console of its own, except where it is told that somebody develops; then it would
    // write nothing.
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
    const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const metrics = powertoolsMetrics(new Powertools({ namespace: 'nspass', serviceName: 'reconcile' }));
    metrics.record('NitroRequests', 3, { appliance: 'alpha' });
    metrics.record('NitroDuration', 12.5, { appliance: 'alpha' });
    metrics.record('NitroRequests', 4, { appliance: 'beta' });
    metrics.flush();
    metrics.flush();
    const records = printed.mock.calls.map(([line]) => JSON.parse(String(line)));
    expect(records).toMatchObject([
      { appliance: 'alpha', NitroRequests: 3, NitroDuration: 12.5, service: 'reconcile' },
      { appliance: 'beta', NitroRequests: 4 },
    ]);
    expect(records).toHaveLength(2);
    expect(records[0]._aws.CloudWatchMetrics[0]).toMatchObject({
      Namespace: 'nspass',
      Metrics: [
        { Name: 'NitroRequests', Unit: 'Count' },
        { Name: 'NitroDuration', Unit: 'Milliseconds' },
      ],
    });
    expect(records[1].NitroDuration).toBeUndefined();
    expect(records[1]._aws.CloudWatchMetrics[0].Dimensions).toEqual([['service', 'appliance']]);
  });

  it('adds up counts, splits other values into records of a hundred, and gives what has a reason, and a count by cluster, without it too', () => {
    const records: { dimensions: object; metrics: [string, number][] }[] = [];
    let dimensions = {};
    let metrics: [string, number][] = [];
    const metricsOf = powertoolsMetrics({
      addDimensions: (given) => {
        dimensions = given;
      },
      addMetric: (name, _unit, value) => void metrics.push([name, value]),
      publishStoredMetrics: () => {
        records.push({ dimensions, metrics });
        dimensions = {};
        metrics = [];
      },
    });
    for (let request = 0; request < 250; request += 1) {
      metricsOf.record('NitroRequests', 1, { appliance: 'alpha' });
      metricsOf.record('NitroDuration', request, { appliance: 'alpha' });
    }
    metricsOf.record('NitroErrors', 1, { appliance: 'beta', reason: '258' });
    metricsOf.record('NitroErrors', 2, { appliance: 'beta', reason: '1025' });
    metricsOf.record('SnapshotsApplied', 1, { appliance: 'gamma', cluster: 'c1' });
    metricsOf.record('SnapshotsApplied', 2, { appliance: 'gamma', cluster: 'c2' });
    metricsOf.record('SnapshotAge', 5, { appliance: 'gamma', cluster: 'c2' });
    metricsOf.flush();
    expect(records.map((record) => [record.dimensions, record.metrics.length])).toEqual([
      [{ appliance: 'alpha' }, 101],
      [{ appliance: 'alpha' }, 100],
      [{ appliance: 'alpha' }, 50],
      [{ appliance: 'beta', reason: '258' }, 1],
      [{ appliance: 'beta' }, 1],
      [{ appliance: 'beta', reason: '1025' }, 1],
      [{ appliance: 'gamma', cluster: 'c1' }, 1],
      [{ appliance: 'gamma' }, 1],
      [{ appliance: 'gamma', cluster: 'c2' }, 2],
    ]);
    expect(records[7]?.metrics).toEqual([['SnapshotsApplied', 3]]);
    expect(records[0]?.metrics[0]).toEqual(['NitroRequests', 250]);
    expect(records[4]?.metrics).toEqual([['NitroErrors', 3]]);
  });
});
