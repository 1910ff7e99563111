import { alarms } from './alarms.ts';
import { arnOf, type Resources } from './cloudformation.ts';
import { dashboard } from './dashboard.ts';
import { keyArn, keyResources } from './key.ts';
import { messaging } from './messaging.ts';
import { DEAD_LETTERS_ID, FUNCTIONS, workQueueId } from './names.ts';
import { queries } from './queries.ts';
import { roles } from './roles.ts';
import { scheduleResources } from './schedule.ts';
import type { Deployment } from './settings.ts';

/** Returns all resources except the functions. */
export function resources(deployment: Deployment): Resources {
  return {
    ...keyResources(deployment),
    ...messaging(deployment),
    ...roles(deployment),
    ...scheduleResources(deployment),
    ...alarms(deployment),
    ...dashboard(deployment),
    ...queries(deployment),
  };
}

/** Returns additions to the log groups that osls creates: their key, if there is one. */
export function extensions(deployment: Deployment): Record<string, { Properties: Record<string, unknown> }> {
  const key = keyArn(deployment);
  if (key === undefined) return {};
  return Object.fromEntries(Object.values(FUNCTIONS).map(({ logs }) => [logs, { Properties: { KmsKeyId: key } }]));
}

/** Messages of a batch: the maximum of a FIFO queue. */
const BATCH_SIZE = 10;

/** Returns the events of the reconcile function: one queue per appliance, disabled when paused. */
export function reconcileEvents({ appliances, settings }: Deployment): unknown[] {
  return appliances.map(({ name }) => ({
    sqs: {
      arn: arnOf(workQueueId(name)),
      batchSize: BATCH_SIZE,
      functionResponseType: 'ReportBatchItemFailures',
      enabled: !settings.paused.includes(name),
    },
  }));
}

/** Returns the events of the dead-letter function: its queue. */
export function deadLetterEvents(): unknown[] {
  return [
    { sqs: { arn: arnOf(DEAD_LETTERS_ID), batchSize: BATCH_SIZE, functionResponseType: 'ReportBatchItemFailures' } },
  ];
}

/** Returns the VPC settings of the functions in the form of osls: `false` outside a VPC. */
export function vpc({ settings }: Deployment): Record<string, readonly string[]> | false {
  const { subnetIds, securityGroupIds } = settings.vpc;
  return subnetIds.length > 0 && { subnetIds, securityGroupIds };
}
