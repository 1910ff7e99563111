import { LambdaClient, paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import { type AwsClientOptions, clientConfig } from './client-config.ts';

/** A queue that Lambda polls for a function. */
export interface EventSourceMapping {
  readonly uuid: string;
  /** Name of the queue. */
  readonly queue: string;
  /** `Enabled`, `Disabled`, or a transition such as `Disabling`. */
  readonly state: string;
}

export function lambdaClient(options: AwsClientOptions = {}): LambdaClient {
  return new LambdaClient(clientConfig(options, 'LAMBDA', 10_000, 3));
}

/** Lists the queues that Lambda polls for a function. @throws the error of the service. */
export async function eventSourceMappings(client: LambdaClient, functionName: string): Promise<EventSourceMapping[]> {
  const found: EventSourceMapping[] = [];
  for await (const page of paginateListEventSourceMappings({ client }, { FunctionName: functionName })) {
    for (const { UUID = '', EventSourceArn = '', State = 'unknown' } of page.EventSourceMappings ?? []) {
      found.push({ uuid: UUID, queue: EventSourceArn.slice(EventSourceArn.lastIndexOf(':') + 1), state: State });
    }
  }
  return found;
}
