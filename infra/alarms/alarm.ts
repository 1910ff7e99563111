import type { CfnResource, CfnValue } from '../cloudformation.ts';
import type { Deployment } from '../settings.ts';

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
  'certificate-expires',
] as const;
export type Runbook = (typeof RUNBOOKS)[number];

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

/** A CloudWatch alarm. */
export interface Alarm {
  /** Part of the logical id, and the name of an alarm without `name`. */
  readonly id: string;
  readonly name?: string;
  /** File of docs/runbooks without its ending. */
  readonly runbook: Runbook;
  /** Sentence for the person on call. */
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, CfnValue>>;
  readonly statistic: 'Sum' | 'Maximum' | 'Minimum';
  /** Seconds. */
  readonly period: number;
  /** `[2, 3]`: the alarm rings when 2 of the last 3 periods breach the threshold. */
  readonly datapoints: readonly [number, number];
  readonly compare: 'GreaterThanThreshold' | 'LessThanThreshold';
  readonly threshold: number;
  /** Periods without data count as good unless this is set. */
  readonly missingData?: 'breaching';
}

/** Part of an alarm that rings when anything was counted within one minute. */
export const anyInAMinute = {
  statistic: 'Sum',
  compare: 'GreaterThanThreshold',
  threshold: 0,
  period: MINUTE,
  datapoints: [1, 1],
} as const;

/** Returns the CloudFormation resource of an alarm. */
export function alarmResource({ prefix, settings }: Deployment, alarm: Alarm): CfnResource {
  const { id, runbook, description, namespace, metric, dimensions, statistic, period, datapoints, compare, threshold } =
    alarm;
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `${prefix}-${alarm.name ?? id}`,
      AlarmDescription: `${description} Runbook: ${settings.runbooks}${runbook}.md`,
      Namespace: namespace,
      MetricName: metric,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      Statistic: statistic,
      Period: period,
      DatapointsToAlarm: datapoints[0],
      EvaluationPeriods: datapoints[1],
      ComparisonOperator: compare,
      Threshold: threshold,
      TreatMissingData: alarm.missingData ?? 'notBreaching',
      AlarmActions: settings.alarmActions,
      OKActions: settings.alarmActions,
    },
  };
}
