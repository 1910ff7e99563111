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

/** An alarm in the words of whoever is woken by it. */
interface Alarm {
  /** Part of the logical id, and the name where there is none. */
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
  /** So many periods of the last so many. */
  readonly of: readonly [number, number];
  readonly compare: 'GreaterThanThreshold' | 'LessThanThreshold';
  readonly threshold: number;
  /** No data: fine, unless the metric is to be there. */
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
      says: `Batches for ${name} go back to the queue: it is down, busy or refuses us. Nothing is lost; nothing is programmed.`,
      of: [2, 3],
    },
    {
      ...above,
      id: id('Waiting'),
      runbook: 'appliance-lost',
      says: `An event for ${name} has waited for more than 3 minutes: its batch is stuck, or more comes than is taken.`,
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
      says: `${name} does not take the user name and password of its secret.`,
    },
    {
      ...above,
      ...own('PrunesRefused'),
      id: id('PruneRefused'),
      runbook: 'prune-refused',
      says: `A snapshot for ${name} would have removed too much, or is another cluster’s: nothing was changed, somebody must look.`,
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
      says: `${name} is not as recorded for three audits on end: it was changed by hand or restored, and the repair does not take.`,
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
      says: `${name} did not take an Ingress, and it is not brought again by itself.`,
      period: 5 * MINUTE,
    },
  ];
  if (saveAfterSeconds !== 'never') {
    list.push({
      ...above,
      ...own('UnsavedAge'),
      id: id('NotSaved'),
      runbook: 'not-saved',
      says: `${name} has changes that are not saved for more than an hour after they were due: a reboot would lose them.`,
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
      says: `${name} was not shown ${cluster} as a whole for 30 hours: its forwarder is down, or its snapshots are refused.`,
      statistic: 'Minimum',
      period: 15 * MINUTE,
      of: [2, 2],
      threshold: 30 * HOUR,
    });
  }
  return list;
}

/** Seconds that alarms can look back over, with periods of less than an hour (CloudWatch API, *PutMetricAlarm*). */
const LONGEST_LOOK = 24 * HOUR;

/**
 * Scheduled snapshots stop where a forwarder lives and cannot publish. An appliance that is paused or only observed
 * applies none; where the interval is too long for an alarm, `NotSeen` rings after 30 hours.
 */
function snapshotAlarms(
  { prefix, settings, forwarder }: Deployment,
  { name, clusters, policy }: Deployment['appliances'][number],
): Alarm[] {
  if (policy === 'observe' || settings.paused.includes(name)) return [];
  return clusters.flatMap((cluster): Alarm[] => {
    const minutes = SNAPSHOTS_MISSED * forwarder(cluster).snapshotMinutes;
    const periods = Math.ceil(minutes / 5);
    if (periods * 5 * MINUTE > LONGEST_LOOK) return [];
    return [
      {
        ...above,
        id: `${logical(name)}${logical(cluster)}NoSnapshot`,
        runbook: 'cluster-lost',
        says: `No snapshot of ${cluster} was applied on ${name} for ${minutes} minutes: its forwarder does not publish, or ${name} takes nothing.`,
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

/** Intervals without a snapshot: a single one may be late or lost. */
const SNAPSHOTS_MISSED = 3;

function clusterAlarms(cluster: string): Alarm[] {
  return [
    {
      ...above,
      id: `${logical(cluster)}Silent`,
      runbook: 'cluster-lost',
      says: `The forwarder of ${cluster} has not asked for its outcomes for ten minutes: it is down, or its whole cluster is.`,
      namespace: 'AWS/SQS',
      // Its leader asks every 20 seconds at most, whether or not anything happens, and is always soon through.
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
      says: `Outcomes for the forwarder of ${cluster} are not read for 15 minutes: it is down, or may not read its queue.`,
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
    notEmpty('Parked', PARKING_ID, 'Dead letters are parked: look at their reason, mend the cause, redrive them.'),
    notEmpty('Undelivered', UNDELIVERED_ID, 'A rule could not deliver, or a forwarder could not read an event.'),
    notEmpty('DeadLettersWait', DEAD_LETTERS_ID, 'Dead letters are not reported: their function fails.', [10, 10]),
  ];
}

function ruleAlarms(deployment: Deployment): Alarm[] {
  return topologyOf(deployment).rules.map((rule) => ({
    ...above,
    id: `${ruleId(rule.name)}Undelivered`,
    name: `Rule-${rule.name}-Undelivered`,
    runbook: 'poison-event',
    says: `The rule ${rule.name} gave events up: they are in the queue "undelivered".`,
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
          ? `The function ${key} ends with errors.${key === 'reconcile' ? ' An appliance waits for the batch at which it ended.' : ''}`
          : `The function ${key} is throttled: the account's concurrency is used up.`,
      namespace: 'AWS/Lambda',
      metric,
      dimensions: { FunctionName: ref(id) },
      // The audit runs once in its interval, the others whenever there is something to do.
      ...(key === 'audit' ? { period: settings.auditMinutes * MINUTE, of: [2, 3] } : { of: [2, 5] }),
      // One error of reconcile is a batch that nobody gave back: its appliance waits until the batch is brought again.
      ...(key === 'reconcile' && metric === 'Errors' ? { of: [1, 1] } : {}),
    })),
  );
  return [
    ...functions,
    {
      ...above,
      id: 'AuditSilent',
      runbook: 'function-failing',
      says: 'The audit has not run for three of its intervals: drift and unsaved changes would not be seen.',
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
