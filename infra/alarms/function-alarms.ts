import { logical, ref } from '../cloudformation.ts';
import { FUNCTIONS } from '../names.ts';
import type { Deployment } from '../settings.ts';
import { type Alarm, anyInAMinute, MINUTE } from './alarm.ts';

/** Returns the alarms on Lambda functions that fail, are throttled, or do not run. */
export function functionAlarms({ settings }: Deployment): Alarm[] {
  const functions = Object.entries(FUNCTIONS).flatMap(([key, { id }]): Alarm[] =>
    (['Errors', 'Throttles'] as const).map((metric) => ({
      ...anyInAMinute,
      id: `${logical(key)}${metric}`,
      runbook: 'function-failing',
      description:
        metric === 'Errors'
          ? `The function ${key} ends with errors.${key === 'reconcile' ? ' An appliance waits for the batch that failed.' : ''}`
          : `The function ${key} is throttled: the account's concurrency is used up.`,
      namespace: 'AWS/Lambda',
      metric,
      dimensions: { FunctionName: ref(id) },
      // The audit runs once in each interval, the other functions on demand.
      ...(key === 'audit' ? { period: settings.auditMinutes * MINUTE, datapoints: [2, 3] } : { datapoints: [2, 5] }),
      // An error of reconcile leaves a batch unreturned: its appliance waits until SQS delivers the batch again.
      ...(key === 'reconcile' && metric === 'Errors' ? { datapoints: [1, 1] } : {}),
    })),
  );
  return [
    ...functions,
    {
      ...anyInAMinute,
      id: 'AuditSilent',
      runbook: 'function-failing',
      description: 'The audit has not run for three intervals: drift and unsaved changes go unnoticed.',
      namespace: 'AWS/Lambda',
      metric: 'Invocations',
      dimensions: { FunctionName: ref(FUNCTIONS.audit.id) },
      period: settings.auditMinutes * MINUTE,
      datapoints: [3, 3],
      compare: 'LessThanThreshold',
      threshold: 1,
      missingData: 'breaching',
    },
  ];
}
