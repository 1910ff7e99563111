import { METRICS_NAMESPACE, type MetricName } from '../../lib/telemetry/index.ts';
import { logical } from '../cloudformation.ts';
import type { Deployment } from '../settings.ts';
import { type Alarm, anyInAMinute, HOUR, MINUTE } from './alarm.ts';

/** Longest evaluation range with periods of less than an hour, in seconds (CloudWatch API, *PutMetricAlarm*). */
const MAX_EVALUATION_SECONDS = 24 * HOUR;

/** Missed snapshots before the alarm: a single one may be late or lost. */
const SNAPSHOTS_MISSED = 3;

/**
 * Returns the alarms on missing snapshots. They ring when a forwarder runs but cannot publish.
 *
 * An appliance that is paused or on `observe` applies no snapshot, so it gets no alarm. Where the interval is too long
 * for an alarm, `NotSeen` rings after 30 hours.
 */
export function snapshotAlarms(
  { prefix, settings, forwarder }: Deployment,
  { name, clusters, policy }: Deployment['appliances'][number],
): Alarm[] {
  if (policy === 'observe' || settings.paused.includes(name)) return [];
  return clusters.flatMap((cluster): Alarm[] => {
    const minutes = SNAPSHOTS_MISSED * forwarder(cluster).snapshotMinutes;
    const periods = Math.ceil(minutes / 5);
    if (periods * 5 * MINUTE > MAX_EVALUATION_SECONDS) return [];
    return [
      {
        ...anyInAMinute,
        id: `${logical(name)}${logical(cluster)}NoSnapshot`,
        runbook: 'cluster-lost',
        description: `No snapshot of ${cluster} was applied on ${name} for ${minutes} minutes: the forwarder does not publish, or ${name} applies nothing.`,
        namespace: METRICS_NAMESPACE,
        metric: 'SnapshotsApplied' satisfies MetricName,
        dimensions: { service: prefix, appliance: name, cluster },
        period: 5 * MINUTE,
        datapoints: [periods, periods],
        compare: 'LessThanThreshold',
        threshold: 1,
        missingData: 'breaching',
      },
    ];
  });
}
