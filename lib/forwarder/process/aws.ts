import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsClientOptions, clientConfig } from '../../aws/client-config.ts';

/**
 * The clients of the forwarder. Credentials come from the SDK's own chain: IRSA, EKS Pod Identity, the environment.
 * `HTTPS_PROXY` and `NO_PROXY` are heeded, which the SDK does not do by itself.
 */
export function eventBridge(options: AwsClientOptions): EventBridgeClient {
  // One attempt: the forwarder makes an event anew from the state as it is then, under a term that is asked again.
  return new EventBridgeClient(withProxy(clientConfig(options, 'EVENTBRIDGE', 10_000, 1), options.env));
}

/** Its socket outlasts the longest poll, 20 s. */
export function sqs(options: AwsClientOptions): SQSClient {
  return new SQSClient(withProxy(clientConfig(options, 'SQS', 30_000, 3), options.env));
}

function withProxy<T extends { requestHandler: object }>(config: T, env: NodeJS.ProcessEnv = process.env) {
  const agent = { keepAlive: true, maxSockets: 4, proxyEnv: env };
  return { ...config, requestHandler: { ...config.requestHandler, httpAgent: agent, httpsAgent: agent } };
}
