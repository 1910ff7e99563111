import { type EventSourceMapping, eventSourceMappings, lambdaClient } from '../../aws/lambda.ts';
import { sqsClient } from '../../aws/queue.ts';
import { PARKING, READERS, workQueueName } from '../../config/topology.ts';
import { type CloudOptions, clientOf } from '../cloud.ts';
import { cloudFailure } from '../cloud-failure.ts';
import { cloudTarget } from '../cloud-target.ts';
import { queueCounts, queueUrl } from '../replay-drained.ts';
import type { QueueSight } from './input.ts';

/** The queue of an appliance in a deployment. */
export interface SoughtQueue extends CloudOptions {
  readonly deployment: string;
  readonly appliance: string;
}

/** Reads the queue, its event source mapping and the parked letters. @returns a sentence if the queue cannot be read. */
export async function seeQueue(sought: SoughtQueue): Promise<QueueSight | string> {
  const { deployment, appliance, region } = sought;
  const sqs = sqsClient(clientOf(sought));
  const lambda = lambdaClient(clientOf(sought));
  const explained = async (error: unknown): Promise<string> => {
    const failure = cloudFailure(error, await cloudTarget(sqs, sought, false));
    return failure instanceof Error ? failure.message : String(failure);
  };
  const functionName = `${deployment}-${READERS.work}`;
  const mappingOf = async (queue: string): Promise<EventSourceMapping | undefined> =>
    (await eventSourceMappings(lambda, functionName)).find((mapping) => mapping.queue === queue);
  try {
    const queue = `${deployment}-${workQueueName(appliance)}`;
    const counts = await queueCounts(sqs, await queueUrl(sqs, queue));
    const parked = await queueCounts(sqs, await queueUrl(sqs, `${deployment}-${PARKING}`));
    return {
      appliance,
      deployment,
      functionName,
      awsOptions: region === undefined ? '' : ` --region ${region}`,
      counts,
      mapping: await mappingOf(queue).catch(explained),
      parked: parked.waiting + parked.inFlight,
    };
  } catch (error) {
    return `the queue cannot be read: ${await explained(error)}`;
  } finally {
    sqs.destroy();
    lambda.destroy();
  }
}
