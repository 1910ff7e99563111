import { logical, nameOf } from '../cloudformation.ts';
import { outcomesQueueId } from '../names.ts';
import { type Alarm, anyInAMinute, MINUTE } from './alarm.ts';

/** Returns the alarms on the forwarder of a cluster. */
export function clusterAlarms(cluster: string): Alarm[] {
  return [
    {
      ...anyInAMinute,
      id: `${logical(cluster)}Silent`,
      runbook: 'cluster-lost',
      description: `The forwarder of ${cluster} has not polled its outcomes for ten minutes: the forwarder or its whole cluster is down.`,
      namespace: 'AWS/SQS',
      // The leader polls at least every 20 seconds, so some of its receives are always empty.
      metric: 'NumberOfEmptyReceives',
      dimensions: { QueueName: nameOf(outcomesQueueId(cluster)) },
      datapoints: [10, 10],
      compare: 'LessThanThreshold',
      threshold: 1,
      missingData: 'breaching',
    },
    {
      ...anyInAMinute,
      id: `${logical(cluster)}OutcomesUnread`,
      runbook: 'cluster-lost',
      description: `Outcomes for the forwarder of ${cluster} have not been read for 15 minutes: it is down, or has no permission to read its queue.`,
      namespace: 'AWS/SQS',
      metric: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: nameOf(outcomesQueueId(cluster)) },
      statistic: 'Maximum',
      threshold: 15 * MINUTE,
      datapoints: [3, 3],
    },
  ];
}
