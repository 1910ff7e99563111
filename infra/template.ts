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

/** Everything around the functions. */
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

/** Additions to the log groups, which osls makes: their key, where there is one. */
export function extensions(deployment: Deployment): Record<string, { Properties: Record<string, unknown> }> {
  const key = keyArn(deployment);
  if (key === undefined) return {};
  return Object.fromEntries(Object.values(FUNCTIONS).map(({ logs }) => [logs, { Properties: { KmsKeyId: key } }]));
}

/** Messages of a batch: FIFO queues give no more. */
const BATCH = 10;

/** The queues behind the reconcile function. A paused one waits. */
export function reconcileEvents({ appliances, settings }: Deployment): unknown[] {
  return appliances.map(({ name }) => ({
    sqs: {
      arn: arnOf(workQueueId(name)),
      batchSize: BATCH,
      functionResponseType: 'ReportBatchItemFailures',
      enabled: !settings.paused.includes(name),
    },
  }));
}

/** The queue behind the function of the dead letters. */
export function deadLetterEvents(): unknown[] {
  return [{ sqs: { arn: arnOf(DEAD_LETTERS_ID), batchSize: BATCH, functionResponseType: 'ReportBatchItemFailures' } }];
}

/** As osls takes it: `false` is none. */
export function vpc({ settings }: Deployment): Record<string, readonly string[]> | false {
  const { subnetIds, securityGroupIds } = settings.vpc;
  return subnetIds.length > 0 && { subnetIds, securityGroupIds };
}
