import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import { createReconcileHandler } from '../../functions/reconcile.ts';
import { ApplianceConfig } from '../../lib/config/appliances.ts';
import { memoryMetrics, silentLog } from '../../lib/telemetry/index.ts';

/**
 * One invocation of the reconcile function in a process of its own, which is the sandbox: whoever started it may kill it.
 * The last argument holds a {@link OneInvocation} as JSON.
 */
export interface OneInvocation {
  readonly event: SQSEvent;
  readonly appliance: string;
  readonly nitroUrl: string;
  readonly sqsUrl: string;
  readonly queueUrl: string;
  /** Milliseconds that the invocation says it has left, whenever it is asked: only a kill ends it. */
  readonly remainingMs: number;
  /** Milliseconds. */
  readonly callTimeoutMs: number;
}

const given = JSON.parse(process.argv.at(-1) as string) as OneInvocation;
const handler = createReconcileHandler({
  appliances: [
    ApplianceConfig.parse({
      name: given.appliance,
      clusters: ['test'],
      endpoints: [given.nitroUrl],
      credentials: { secret: 'edge' },
    }),
  ],
  credentials: { get: async () => ({ username: 'nsroot', password: 'nsroot' }) } as never,
  publisher: { publish: async (events) => ({ published: events.length, retried: 0, failed: [] }) },
  sqs: new SQSClient({
    endpoint: given.sqsUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }),
  queueUrl: () => given.queueUrl,
  deadLetterQueueUrl: '',
  log: silentLog,
  metrics: memoryMetrics(),
  callTimeoutMs: given.callTimeoutMs,
  now: Date.now,
  random: Math.random,
});
await handler(given.event, { getRemainingTimeInMillis: () => given.remainingMs } as Context);
