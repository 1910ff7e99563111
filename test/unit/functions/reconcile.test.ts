import type { Context, SQSEvent } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { createReconcileHandler } from '../../../functions/reconcile.ts';
import { type Appliance as Simulator, startAppliance } from '../../../lib/appliance/index.ts';
import { Appliance } from '../../../lib/config/appliances.ts';
import { workQueueName } from '../../../lib/config/topology.ts';
import { type BusEvent, type ReceivedEvent, SOURCES, toEvent } from '../../../lib/contract/index.ts';
import { memoryMetrics } from '../../../lib/telemetry/index.ts';
import { changed, state, withdrawn } from '../../support/events.ts';
import { memoryLog } from '../../support/memory-log.ts';

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
const HOST = 'h.example.com';
const [OLD, YOUNG] = [100, 200].map((created) => state(`since-${created}`, { created, hosts: [HOST] }));

let appliance: Simulator | undefined;
afterEach(async () => {
  await appliance?.stop();
  appliance = undefined;
});

/** The function on a simulator; `refuses` says which events the bus does not take. */
async function start() {
  const simulator = await startAppliance({ username: 'nsroot', password: 'nsroot' });
  appliance = simulator;
  const published: BusEvent[] = [];
  const bus = { refuses: (_event: BusEvent): boolean => false };
  const handler = createReconcileHandler({
    appliances: [
      Appliance.parse({
        name: 'edge',
        clusters: ['test'],
        endpoints: [simulator.url],
        credentials: { secret: 'edge' },
        drainSeconds: 0,
      }),
    ],
    credentials: { get: async () => ({ username: 'nsroot', password: 'nsroot' }) } as never,
    publisher: {
      publish: async (events) => {
        const error = new Error('the bus is full') as never;
        const failed = events.filter((event) => bus.refuses(event)).map((event) => ({ event, error }));
        published.push(...events.filter((event) => !bus.refuses(event)));
        return { published: events.length - failed.length, retried: 0, failed };
      },
    },
    sqs: { send: async () => ({}) } as never,
    queueUrl: (arn) => arn,
    deadLetterQueueUrl: '',
    log: memoryLog(),
    metrics: memoryMetrics(),
    now: () => 1_000_000,
    random: () => 0,
  });
  /** @returns how many messages go back. */
  const deliver = async (...events: ReceivedEvent[]): Promise<number> => {
    const answer = await handler(messages(events), context);
    return answer.batchItemFailures.length;
  };
  const holder = (): string =>
    /^bind policy stringmap nsp_f_\S+ h\.example\.com \S+ -comment "?([^"\n]*)/m.exec(simulator.runningConfig())?.[1] ??
    '';
  return { deliver, published, bus, holder };
}

function messages(events: readonly ReceivedEvent[]): SQSEvent {
  const records = events.map((event, index) => {
    const { source, detailType, detail } = toEvent(SOURCES.forwarder, event.detailType, event.data as never, {
      now: () => event.time,
    });
    return {
      messageId: String(index),
      receiptHandle: String(index),
      eventSourceARN: `arn:aws:sqs:eu-central-1:1:${workQueueName('edge')}`,
      attributes: { ApproximateReceiveCount: '1' },
      body: JSON.stringify({ id: String(index), source, 'detail-type': detailType, time: detail.time, detail }),
    };
  });
  return { Records: records } as unknown as SQSEvent;
}

const summary = (events: readonly BusEvent[]): string[] =>
  events.map(({ detailType, detail: { data } }) => {
    const named = 'ingresses' in data && 'reason' in data ? (data.ingresses ?? []) : 'name' in data ? [data] : [];
    return [detailType, ...named.map(({ name }) => name)].join(' ');
  });

describe('CON-2, REP-2: whoever gets a host that nothing was said of', () => {
  it('is asked for before the outcome of the one who left it', async () => {
    const { deliver, published, holder } = await start();
    expect(await deliver(changed(10, OLD!), changed(11, YOUNG!))).toBe(0);
    expect(holder()).toBe('test default/since-100');
    published.length = 0;
    expect(await deliver(withdrawn(20, 'since-100'))).toBe(0);
    expect(holder()).toBe('test default/since-200');
    expect(summary(published)).toEqual(['Resync Requested since-200', 'Ingress Removed since-100']);
  });

  it('is asked for, though the outcome could not be said: the batch comes again', async () => {
    const { deliver, published, bus, holder } = await start();
    await deliver(changed(10, OLD!), changed(11, YOUNG!));
    published.length = 0;
    bus.refuses = ({ detailType }) => detailType === 'Ingress Removed';
    expect(await deliver(withdrawn(20, 'since-100'))).toBe(1);
    bus.refuses = () => false;
    expect(await deliver(withdrawn(20, 'since-100'))).toBe(0);
    expect(holder()).toBe('test default/since-200');
    expect(summary(published)).toEqual(['Resync Requested since-200', 'Ingress Removed since-100']);
  });

  it('keeps what it has while nobody can be asked: nothing is written, and the batch comes again', async () => {
    const { deliver, published, bus, holder } = await start();
    await deliver(changed(10, OLD!), changed(11, YOUNG!));
    published.length = 0;
    bus.refuses = ({ detailType }) => detailType === 'Resync Requested';
    expect(await deliver(withdrawn(20, 'since-100'))).toBe(1);
    expect(holder()).toBe('test default/since-100');
    expect(published).toEqual([]);
  });
});
