import { METRICS_NAMESPACE, type MetricName } from '../../lib/telemetry/index.ts';
import { logical, nameOf } from '../cloudformation.ts';
import { workQueueId } from '../names.ts';
import type { Deployment } from '../settings.ts';
import { type Alarm, anyInAMinute, DAY, HOUR, MINUTE } from './alarm.ts';

/** Returns the alarms of an appliance, and of each cluster that it serves. */
export function applianceAlarms(
  { prefix, settings }: Deployment,
  { name, clusters, saveAfterSeconds, checkCertificates }: Deployment['appliances'][number],
): Alarm[] {
  const metricOf = (metric: MetricName, more: Record<string, string> = {}) => ({
    namespace: METRICS_NAMESPACE,
    metric,
    dimensions: { service: prefix, appliance: name, ...more },
  });
  const id = (suffix: string): string => `${logical(name)}${suffix}`;
  const list: Alarm[] = [
    {
      ...anyInAMinute,
      ...metricOf('BatchesReturned'),
      id: id('Unreachable'),
      runbook: 'appliance-lost',
      description: `Batches for ${name} are returned to the queue: the appliance is down, busy or rejects requests. Nothing is lost, but nothing is programmed.`,
      datapoints: [2, 3],
    },
    {
      ...anyInAMinute,
      id: id('Waiting'),
      runbook: 'appliance-lost',
      description: `An event for ${name} has waited for more than 3 minutes: its batch is stuck, or events arrive faster than they are processed.`,
      namespace: 'AWS/SQS',
      metric: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: nameOf(workQueueId(name)) },
      statistic: 'Maximum',
      threshold: 3 * MINUTE,
    },
    {
      ...anyInAMinute,
      ...metricOf('BatchesReturned', { reason: 'credentials' }),
      id: id('Credentials'),
      runbook: 'credentials-rotated',
      description: `The credentials of ${name} are unavailable, or ${name} rejects them.`,
    },
    {
      ...anyInAMinute,
      ...metricOf('PrunesRefused'),
      id: id('PruneRefused'),
      runbook: 'prune-refused',
      description: `A snapshot for ${name} would have removed too many routes, or comes from another cluster: nothing was changed, an operator must decide.`,
    },
    {
      ...anyInAMinute,
      ...metricOf('IngressesRejected'),
      id: id('MassConflict'),
      runbook: 'mass-conflict',
      description: `More than 20 Ingresses were rejected for ${name} within 15 minutes.`,
      period: 15 * MINUTE,
      threshold: 20,
    },
    {
      ...anyInAMinute,
      ...metricOf('DriftFound'),
      id: id('Drift'),
      runbook: 'appliance-restored',
      description: `${name} has differed from its records in three audits in a row: it was changed by hand or restored, and the repair fails.`,
      statistic: 'Maximum',
      period: settings.auditMinutes * MINUTE,
      datapoints: [3, 3],
    },
    {
      ...anyInAMinute,
      ...metricOf('AuditsFailed'),
      id: id('Unreadable'),
      runbook: 'appliance-lost',
      description: `The audit cannot read ${name}.`,
      period: settings.auditMinutes * MINUTE,
      datapoints: [2, 3],
    },
    {
      ...anyInAMinute,
      ...metricOf('IngressesFailed'),
      id: id('Failed'),
      runbook: 'poison-event',
      description: `${name} rejected the configuration of an Ingress, and there is no automatic retry.`,
      period: 5 * MINUTE,
    },
  ];
  if (saveAfterSeconds !== 'never') {
    list.push({
      ...anyInAMinute,
      ...metricOf('UnsavedAge'),
      id: id('NotSaved'),
      runbook: 'not-saved',
      description: `${name} has changes whose save is overdue by more than an hour: a reboot would lose them.`,
      statistic: 'Minimum',
      period: 15 * MINUTE,
      datapoints: [2, 2],
      threshold: saveAfterSeconds + HOUR,
    });
  }
  if (checkCertificates) {
    list.push({
      ...anyInAMinute,
      ...metricOf('CertificateExpiry'),
      id: id('CertificateExpires'),
      runbook: 'certificate-expires',
      description: `The certificate of a back end behind ${name} expires within 14 days: with passthrough it is in the pod, and nobody else renews it.`,
      statistic: 'Minimum',
      period: DAY,
      compare: 'LessThanThreshold',
      threshold: 14 * DAY,
    });
  }
  for (const cluster of clusters) {
    list.push({
      ...anyInAMinute,
      ...metricOf('SnapshotAge', { cluster }),
      id: id(`${logical(cluster)}NotSeen`),
      runbook: 'cluster-lost',
      description: `${name} has applied no full snapshot of ${cluster} for 30 hours: the forwarder is down, or its snapshots are refused.`,
      statistic: 'Minimum',
      period: 15 * MINUTE,
      datapoints: [2, 2],
      threshold: 30 * HOUR,
    });
  }
  return list;
}
