import type { AddressInfo } from 'node:net';
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { LOCAL_ACCOUNT, queueArn } from './arn.ts';
import type { AwsScope } from './envelope.ts';

export interface QueueServer {
  readonly url: string;
  /** Returns the URL of a queue. */
  queueUrl(name: string): string;
  stop(): Promise<void>;
}

/**
 * Starts `fauxqs`, an SQS server in this process, on loopback. Its queues are in memory.
 *
 * `startFauxqs` would listen on all addresses of the machine, so the server is built and bound here.
 */
export async function startQueueServer(port = 0): Promise<QueueServer> {
  const app = buildApp({ logger: false });
  // Node closes idle connections after 5 s, and the next request of the SDK would fail.
  app.server.keepAliveTimeout = 60_000;
  await app.listen({ port, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return {
    url,
    queueUrl: (name) => `${url}/${LOCAL_ACCOUNT}/${name}`,
    stop: async () => void (await app.close()),
  };
}

/** Settings of a queue; see `QueueSpec` of the topology. */
export interface QueueToCreate {
  readonly name: string;
  readonly fifo: boolean;
  readonly visibilitySeconds: number;
  readonly retentionSeconds: number;
  readonly redrive?: { readonly queue: string; readonly maxReceives: number };
}

export interface LocalQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
}

/** Creates queues, dead-letter queues before those that refer to them. */
export async function createQueues(
  client: Pick<SQSClient, 'send'>,
  server: Pick<QueueServer, 'queueUrl'>,
  scope: AwsScope,
  queues: readonly QueueToCreate[],
): Promise<Map<string, LocalQueue>> {
  const created = new Map<string, LocalQueue>();
  const inOrder = [...queues].sort((a, b) => Number(a.redrive !== undefined) - Number(b.redrive !== undefined));
  for (const queue of inOrder) {
    await client.send(new CreateQueueCommand({ QueueName: queue.name, Attributes: attributes(queue, scope) }));
    created.set(queue.name, { name: queue.name, url: server.queueUrl(queue.name), arn: queueArn(scope, queue.name) });
  }
  return created;
}

function attributes(queue: QueueToCreate, scope: AwsScope): Record<string, string> {
  const { redrive } = queue;
  return {
    VisibilityTimeout: String(queue.visibilitySeconds),
    MessageRetentionPeriod: String(queue.retentionSeconds),
    ...(queue.fifo ? { FifoQueue: 'true', ContentBasedDeduplication: 'true' } : {}),
    ...(redrive === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: queueArn(scope, redrive.queue),
            maxReceiveCount: redrive.maxReceives,
          }),
        }),
  };
}
