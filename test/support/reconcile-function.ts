import {
  ChangeMessageVisibilityBatchCommand,
  type ChangeMessageVisibilityBatchCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import { createReconcileHandler } from '../../functions/reconcile.ts';
import type { EventBridgePublisher } from '../../lib/aws/event-bridge.ts';
import { ApplianceConfig } from '../../lib/config/appliances.ts';
import { workQueueName } from '../../lib/config/topology.ts';
import { type BusEvent, type ReceivedEvent, SOURCES, toEvent } from '../../lib/contract/index.ts';
import { startSimulator } from '../../lib/simulator/index.ts';
import { memoryMetrics } from '../../lib/telemetry/index.ts';
import { memoryLog } from './memory-log.ts';

export interface FunctionOptions {
  readonly clusters?: readonly string[];
  readonly publisher?: EventBridgePublisher;
  readonly callTimeoutMs?: number;
  readonly nitroUrl?: string;
  /** Milliseconds since the epoch (default: the clock of the machine). */
  readonly clock?: () => number;
  /** Called before outcomes are published. */
  readonly publishing?: () => void;
}

/** The reconcile function on a simulated appliance. An Ingress named `poison` brings out a bug in it. */
export async function startFunction({
  callTimeoutMs,
  nitroUrl,
  clusters = ['test'],
  publisher,
  clock = Date.now,
  publishing = () => {},
}: FunctionOptions = {}) {
  const simulator = await startSimulator({ username: 'nsroot', password: 'nsroot' });
  const published: BusEvent[] = [];
  const visibility: ChangeMessageVisibilityBatchCommandInput[] = [];
  const asideOf: SendMessageCommandInput[] = [];
  const log = memoryLog();
  const metrics = memoryMetrics();
  const handler = createReconcileHandler({
    appliances: [
      ApplianceConfig.parse({
        name: 'edge',
        clusters: [...clusters],
        endpoints: [nitroUrl ?? simulator.url],
        credentials: { secret: 'edge' },
        drainSeconds: 0,
      }),
    ],
    credentials: { get: async () => ({ username: 'nsroot', password: 'nsroot' }) } as never,
    publisher: publisher ?? {
      publish: async (events) => {
        publishing();
        // A bug that one Ingress brings out.
        if (events.some(({ detail }) => 'name' in detail.data && detail.data.name === 'poison')) {
          throw new TypeError('cannot read properties of undefined');
        }
        published.push(...events);
        return { published: events.length, retried: 0, failed: [] };
      },
    },
    sqs: {
      send: async (command: unknown) => {
        if (command instanceof ChangeMessageVisibilityBatchCommand) visibility.push(command.input);
        if (command instanceof SendMessageCommand) asideOf.push(command.input);
        return {};
      },
    } as never,
    queueUrl: (arn) => arn,
    deadLetterQueueUrl: 'dead-letters',
    log,
    metrics,
    ...(callTimeoutMs === undefined ? {} : { callTimeoutMs }),
    now: clock,
    random: () => 0,
  });
  /** @returns the ids of the messages that go back. */
  const deliver = async (
    events: readonly ReceivedEvent[],
    { received = 1, remainingMs = 60_000 }: { received?: number; remainingMs?: number } = {},
  ): Promise<string[]> => {
    const end = clock() + remainingMs;
    // Looked at twice at the start: what is said first is exact.
    let first = true;
    const getRemainingTimeInMillis = (): number => {
      if (!first) return end - clock();
      first = false;
      return remainingMs;
    };
    const answer = await handler(messages(events, received), { getRemainingTimeInMillis } as Context);
    return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { simulator, handler, deliver, published, visibility, asideOf, log, metrics };
}

function messages(events: readonly ReceivedEvent[], received: number): SQSEvent {
  const Records = events.map((event, index) => {
    const from = event.detailType === 'Work Requested' ? SOURCES.functions : SOURCES.forwarder;
    const data = 'appliance' in event.data ? { ...event.data, appliance: 'edge' } : event.data;
    const { source, detailType, detail } = toEvent(from, event.detailType, data as never, { now: () => event.time });
    return {
      messageId: `m-${index}`,
      receiptHandle: `r-${index}`,
      eventSourceARN: `arn:aws:sqs:eu-central-1:1:${workQueueName('edge')}`,
      attributes: { ApproximateReceiveCount: String(received), MessageGroupId: 'edge' },
      body: JSON.stringify({
        id: String(index),
        account: '1',
        source,
        'detail-type': detailType,
        time: detail.time,
        detail,
      }),
    };
  });
  return { Records } as unknown as SQSEvent;
}
