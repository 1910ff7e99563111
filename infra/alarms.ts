import type { MetricName } from '../lib/telemetry/index.ts';
import { type CfnResource, type CfnValue, logical, nameOf, type Resources, ref } from './cloudformation.ts';
import { topologyOf } from './messaging.ts';
import {
  BUS,
  DEAD_LETTERS_ID,
  FUNCTIONS,
  outcomesQueueId,
  PARKING_ID,
  ruleId,
  UNDELIVERED_ID,
  workQueueId,
} from './names.ts';
import type { Deployment } from './settings.ts';

/** Namespace of the metrics that the code emits. */
export const NAMESPACE = 'nspass';

/** An alarm, described for the operator on call. */
interface Alarm {
  /** Part of the logical id, and the default of the name. */
  readonly id: string;
  readonly name?: string;
  /** File of docs/runbooks without its ending. */
  readonly runbook: Runbook;
  readonly says: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, CfnValue>>;
  readonly statistic: 'Sum' | 'Maximum' | 'Minimum';
  /** Seconds. */
  readonly period: number;
  /** Periods that must breach, and periods that are evaluated. */
  readonly of: readonly [number, number];
  readonly compare: 'GreaterThanThreshold' | 'LessThanThreshold';
  readonly threshold: number;
  /** Missing data is fine, except for metrics that must be present. */
  readonly missing?: 'breaching';
}

export const RUNBOOKS = [
  'appliance-lost',
  'appliance-restored',
  'cluster-lost',
  'region-lost',
  'poison-event',
  'mass-conflict',
  'prune-refused',
  'credentials-rotated',
  'function-failing',
  'not-saved',
] as const;
export type Runbook = (typeof RUNBOOKS)[number];

const MINUTE = 60;
const HOUR = 3600;

export function alarms(deployment: Deployment): Resources {
  const all = [
    ...deployment.appliances.flatMap((appliance) => applianceAlarms(deployment, appliance)),
    ...deployment.clusters.flatMap(clusterAlarms),
    ...deployment.appliances.flatMap((appliance) => snapshotAlarms(deployment, appliance)),
    ...queueAlarms(),
    ...ruleAlarms(deployment),
    ...functionAlarms(deployment),
  ];
  return Object.fromEntries(all.map((alarm) => [`Alarm${alarm.id}`, alarmResource(deployment, alarm)]));
}

function alarmResource({ prefix, settings }: Deployment, alarm: Alarm): CfnResource {
  const { id, runbook, says, namespace, metric, dimensions, statistic, period, of, compare, threshold } = alarm;
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `${prefix}-${alarm.name ?? id}`,
      AlarmDescription: `${says} Runbook: ${settings.runbooks}${runbook}.md`,
      Namespace: namespace,
      MetricName: metric,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      Statistic: statistic,
      Period: period,
      DatapointsToAlarm: of[0],
      EvaluationPeriods: of[1],
      ComparisonOperator: compare,
      Threshold: threshold,
      TreatMissingData: alarm.missing ?? 'notBreaching',
      AlarmActions: settings.alarmActions,
      OKActions: settings.alarmActions,
    },
  };
}

const above = { statistic: 'Sum', compare: 'GreaterThanThreshold', threshold: 0, period: MINUTE, of: [1, 1] } as const;

function applianceAlarms(
  { prefix, settings }: Deployment,
  { name, clusters, saveAfterSeconds }: Deployment['appliances'][number],
): Alarm[] {
  const own = (metric: MetricName, more: Record<string, string> = {}) => ({
    namespace: NAMESPACE,
    metric,
    dimensions: { service: prefix, appliance: name, ...more },
  });
  const id = (what: string): string => `${logical(name)}${what}`;
  const list: Alarm[] = [
    {
      ...above,
      ...own('BatchesReturned'),
      id: id('Unreachable'),
      runbook: 'appliance-lost',
      says: `Batches for ${name} are returned to the queue: the appliance is down, busy or rejects requests. Nothing is lost, but nothing is programmed.`,
      of: [2, 3],
    },
    {
      ...above,
      id: id('Waiting'),
      runbook: 'appliance-lost',
      says: `An event for ${name} has waited for more than 3 minutes: its batch is stuck, or events arrive faster than they are processed.`,
      namespace: 'AWS/SQS',
      metric: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: nameOf(workQueueId(name)) },
      statistic: 'Maximum',
      threshold: 3 * MINUTE,
    },
    {
      ...above,
      ...own('BatchesReturned', { reason: 'credentials' }),
      id: id('Credentials'),
      runbook: 'credentials-rotated',
      says: `The credentials of ${name} are unavailable, or ${name} rejects them.`,
    },
    {
      ...above,
      ...own('PrunesRefused'),
      id: id('PruneRefused'),
      runbook: 'prune-refused',
      says: `A snapshot for ${name} would have removed too many routes, or comes from another cluster: nothing was changed, an operator must decide.`,
    },
    {
      ...above,
      ...own('IngressesRejected'),
      id: id('MassConflict'),
      runbook: 'mass-conflict',
      says: `More than 20 Ingresses were rejected for ${name} within 15 minutes.`,
      period: 15 * MINUTE,
      threshold: 20,
    },
    {
      ...above,
      ...own('DriftFound'),
      id: id('Drift'),
      runbook: 'appliance-restored',
      says: `${name} has differed from its records in three audits in a row: it was changed by hand or restored, and the repair fails.`,
      statistic: 'Maximum',
      period: settings.auditMinutes * MINUTE,
      of: [3, 3],
    },
    {
      ...above,
      ...own('AuditsFailed'),
      id: id('Unreadable'),
      runbook: 'appliance-lost',
      says: `The audit cannot read ${name}.`,
      period: settings.auditMinutes * MINUTE,
      of: [2, 3],
    },
    {
      ...above,
      ...own('IngressesFailed'),
      id: id('Failed'),
      runbook: 'poison-event',
      says: `${name} rejected the configuration of an Ingress, and there is no automatic retry.`,
      period: 5 * MINUTE,
    },
  ];
  if (saveAfterSeconds !== 'never') {
    list.push({
      ...above,
      ...own('UnsavedAge'),
      id: id('NotSaved'),
      runbook: 'not-saved',
      says: `${name} has changes whose save is overdue by more than an hour: a reboot would lose them.`,
      statistic: 'Minimum',
      period: 15 * MINUTE,
      of: [2, 2],
      threshold: saveAfterSeconds + HOUR,
    });
  }
  for (const cluster of clusters) {
    list.push({
      ...above,
      ...own('SnapshotAge', { cluster }),
      id: id(`${logical(cluster)}NotSeen`),
      runbook: 'cluster-lost',
      says: `${name} has applied no full snapshot of ${cluster} for 30 hours: the forwarder is down, or its snapshots are refused.`,
      statistic: 'Minimum',
      period: 15 * MINUTE,
      of: [2, 2],
      threshold: 30 * HOUR,
    });
  }
  return list;
}

/** Longest evaluation range of an alarm with periods under an hour, in seconds (CloudWatch API, *PutMetricAlarm*). */
const LONGEST_RANGE = 24 * HOUR;

/**
 * Returns alarms for missing scheduled snapshots: the forwarder runs, but cannot publish. An appliance that is paused or
 * only observed applies none. If the interval is too long for an alarm, `NotSeen` fires after 30 hours.
 */
function snapshotAlarms(
  { prefix, settings, forwarder }: Deployment,
  { name, clusters, policy }: Deployment['appliances'][number],
): Alarm[] {
  if (policy === 'observe' || settings.paused.includes(name)) return [];
  return clusters.flatMap((cluster): Alarm[] => {
    const minutes = SNAPSHOTS_MISSED * forwarder(cluster).snapshotMinutes;
    const periods = Math.ceil(minutes / 5);
    if (periods * 5 * MINUTE > LONGEST_RANGE) return [];
    return [
      {
        ...above,
        id: `${logical(name)}${logical(cluster)}NoSnapshot`,
        runbook: 'cluster-lost',
        says: `No snapshot of ${cluster} was applied on ${name} for ${minutes} minutes: the forwarder does not publish, or ${name} applies nothing.`,
        namespace: NAMESPACE,
        metric: 'SnapshotsApplied' satisfies MetricName,
        dimensions: { service: prefix, appliance: name, cluster },
        period: 5 * MINUTE,
        of: [periods, periods],
        compare: 'LessThanThreshold',
        threshold: 1,
        missing: 'breaching',
      },
    ];
  });
}

/** Intervals without a snapshot before the alarm, because a single one may be late or lost. */
const SNAPSHOTS_MISSED = 3;

function clusterAlarms(cluster: string): Alarm[] {
  return [
    {
      ...above,
      id: `${logical(cluster)}Silent`,
      runbook: 'cluster-lost',
      says: `The forwarder of ${cluster} has not polled its outcomes for ten minutes: the forwarder or its whole cluster is down.`,
      namespace: 'AWS/SQS',
      // The leader polls at least every 20 seconds, even without outcomes, and soon finds the queue empty.
      metric: 'NumberOfEmptyReceives',
      dimensions: { QueueName: nameOf(outcomesQueueId(cluster)) },
      of: [10, 10],
      compare: 'LessThanThreshold',
      threshold: 1,
      missing: 'breaching',
    },
    {
      ...above,
      id: `${logical(cluster)}OutcomesUnread`,
      runbook: 'cluster-lost',
      says: `Outcomes for the forwarder of ${cluster} have not been read for 15 minutes: it is down, or has no permission to read its queue.`,
      namespace: 'AWS/SQS',
      metric: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: nameOf(outcomesQueueId(cluster)) },
      statistic: 'Maximum',
      threshold: 15 * MINUTE,
      of: [3, 3],
    },
  ];
}

function queueAlarms(): Alarm[] {
  const notEmpty = (id: string, queue: string, says: string, of: Alarm['of'] = [1, 1]): Alarm => ({
    ...above,
    id,
    runbook: 'poison-event',
    says,
    namespace: 'AWS/SQS',
    metric: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: nameOf(queue) },
    statistic: 'Maximum',
    of,
  });
  return [
    notEmpty('Parked', PARKING_ID, 'Dead letters are parked: read their reasons, fix the cause, redrive them.'),
    notEmpty('Undelivered', UNDELIVERED_ID, 'A rule could not deliver an event, or a forwarder could not read one.'),
    notEmpty('DeadLettersWait', DEAD_LETTERS_ID, 'Dead letters are not processed: their function fails.', [10, 10]),
  ];
}

function ruleAlarms(deployment: Deployment): Alarm[] {
  return topologyOf(deployment).rules.map((rule) => ({
    ...above,
    id: `${ruleId(rule.name)}Undelivered`,
    name: `Rule-${rule.name}-Undelivered`,
    runbook: 'poison-event',
    says: `The rule ${rule.name} could not deliver events: they are in the queue "undelivered".`,
    namespace: 'AWS/Events',
    metric: 'InvocationsSentToDlq',
    dimensions: { EventBusName: ref(BUS), RuleName: rule.name },
  }));
}

function functionAlarms({ settings }: Deployment): Alarm[] {
  const functions = Object.entries(FUNCTIONS).flatMap(([key, { id }]): Alarm[] =>
    (['Errors', 'Throttles'] as const).map((metric) => ({
      ...above,
      id: `${logical(key)}${metric}`,
      runbook: 'function-failing',
      says:
        metric === 'Errors'
          ? `The function ${key} ends with errors.${key === 'reconcile' ? ' An appliance waits for the batch that failed.' : ''}`
          : `The function ${key} is throttled: the account's concurrency is used up.`,
      namespace: 'AWS/Lambda',
      metric,
      dimensions: { FunctionName: ref(id) },
      // The audit runs once in its interval, the others on demand.
      ...(key === 'audit' ? { period: settings.auditMinutes * MINUTE, of: [2, 3] } : { of: [2, 5] }),
      // An error of reconcile leaves its batch hidden, and the appliance waits until the batch is received again.
      ...(key === 'reconcile' && metric === 'Errors' ? { of: [1, 1] } : {}),
    })),
  );
  return [
    ...functions,
    {
      ...above,
      id: 'AuditSilent',
      runbook: 'function-failing',
      says: 'The audit has not run for three intervals: drift and unsaved changes go unnoticed.',
      namespace: 'AWS/Lambda',
      metric: 'Invocations',
      dimensions: { FunctionName: ref(FUNCTIONS.audit.id) },
      period: settings.auditMinutes * MINUTE,
      of: [3, 3],
      compare: 'LessThanThreshold',
      threshold: 1,
      missing: 'breaching',
    },
  ];
}
