import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { type AwsClientOptions, clientConfig } from './client-config.ts';

/** Lambda's connection between a queue and a function. To pause an appliance is to disable it. */
export interface EventSourceMapping {
  readonly uuid: string;
  /** `Enabled`, `Disabled`, or on the way to one of them. */
  readonly state: string;
  /** Name of the function that it invokes. */
  readonly functionName: string;
}

export function lambdaClient(options: AwsClientOptions = {}): LambdaClient {
  return new LambdaClient(clientConfig(options, 'LAMBDA', 10_000, 3));
}

/** Returns the mapping that reads a queue; undefined if no function does. */
export async function mappingOf(
  client: Pick<LambdaClient, 'send'>,
  queueArn: string,
): Promise<EventSourceMapping | undefined> {
  const { EventSourceMappings = [] } = await client.send(
    new ListEventSourceMappingsCommand({ EventSourceArn: queueArn }),
  );
  const [found] = EventSourceMappings;
  if (found === undefined) return undefined;
  return {
    uuid: found.UUID ?? '',
    state: found.State ?? 'unknown',
    functionName: found.FunctionArn?.split(':function:')[1]?.split(':')[0] ?? '',
  };
}

/** Returns whether a mapping receives nothing, or soon will not. */
export const isPaused = ({ state }: EventSourceMapping): boolean => state === 'Disabled' || state === 'Disabling';
