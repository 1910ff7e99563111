import { nameOf, ref } from '../cloudformation.ts';
import { topologyOf } from '../messaging.ts';
import { BUS, DEAD_LETTERS_ID, PARKING_ID, ruleId, UNDELIVERED_ID } from '../names.ts';
import type { Deployment } from '../settings.ts';
import { type Alarm, anyInAMinute } from './alarm.ts';

/** Returns the alarms on queues that are empty in normal operation. */
export function queueAlarms(): Alarm[] {
  const notEmpty = (
    id: string,
    queue: string,
    description: string,
    datapoints: Alarm['datapoints'] = [1, 1],
  ): Alarm => ({
    ...anyInAMinute,
    id,
    runbook: 'poison-event',
    description,
    namespace: 'AWS/SQS',
    metric: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: nameOf(queue) },
    statistic: 'Maximum',
    datapoints,
  });
  return [
    notEmpty('Parked', PARKING_ID, 'Dead letters are parked: read their reasons, fix the cause, redrive them.'),
    notEmpty('Undelivered', UNDELIVERED_ID, 'A rule could not deliver an event, or a forwarder could not read one.'),
    notEmpty('DeadLettersWait', DEAD_LETTERS_ID, 'Dead letters are not processed: their function fails.', [10, 10]),
  ];
}

/** Returns the alarms on rules that could not deliver an event. */
export function ruleAlarms(deployment: Deployment): Alarm[] {
  return topologyOf(deployment).rules.map((rule) => ({
    ...anyInAMinute,
    id: `${ruleId(rule.name)}Undelivered`,
    name: `Rule-${rule.name}-Undelivered`,
    runbook: 'poison-event',
    description: `The rule ${rule.name} could not deliver events: they are in the queue "undelivered".`,
    namespace: 'AWS/Events',
    metric: 'InvocationsSentToDlq',
    dimensions: { EventBusName: ref(BUS), RuleName: rule.name },
  }));
}
