import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { createReconcileHandler } from '../../../functions/reconcile.ts';
import { ApplianceConfig } from '../../../lib/config/appliances.ts';
import { workQueueName } from '../../../lib/config/topology.ts';
import { type BusEvent, type ReceivedEvent, SOURCES, toEvent } from '../../../lib/contract/index.ts';
import { type Simulator, startSimulator } from '../../../lib/simulator/index.ts';
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
async function start(policy: 'sync' | 'observe' = 'sync') {
  const simulator = await startSimulator({ username: 'nsroot', password: 'nsroot' });
  appliance = simulator;
  const published: BusEvent[] = [];
  const log = memoryLog();
  const metrics = memoryMetrics();
  const sent: { MessageAttributes?: Record<string, { StringValue?: string }> }[] = [];
  const bus = { refuses: (_event: BusEvent): boolean => false };
  const handler = createReconcileHandler({
    appliances: [
      ApplianceConfig.parse({
        name: 'edge',
        clusters: ['test'],
        endpoints: [simulator.url],
        credentials: { secret: 'edge' },
        drainSeconds: 0,
        policy,
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
    sqs: {
      send: async (command: { input: (typeof sent)[number] }) => {
        // The batch is hidden with each invocation: no message is sent by that.
        if (command instanceof SendMessageCommand) sent.push(command.input as (typeof sent)[number]);
        return {};
      },
    } as never,
    queueUrl: (arn) => arn,
    deadLetterQueueUrl: '',
    log,
    metrics,
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
  const receive = (event: SQSEvent) => handler(event, context);
  return { deliver, receive, published, bus, holder, log, metrics, sent, simulator };
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

describe('what the function says of a batch', () => {
  it('logs a rejection as a warning, with its reason', async () => {
    const { deliver, log } = await start();
    await deliver(changed(10, OLD!), changed(11, YOUNG!));
    const line = log.lines.find(({ message }) => message === 'Ingress Rejected');
    expect(line).toMatchObject({
      level: 'warn',
      fields: { appliance: 'edge', cluster: 'test', ingress: 'default/since-200', findings: ['HostConflict'] },
    });
    expect(line?.fields.reason).toContain(HOST);
  });

  it('on observe: says each command once, counts apart, and writes nothing', async () => {
    const { deliver, log, metrics, simulator } = await start('observe');
    await deliver(changed(10, OLD!));
    const commands = (): number => log.lines.filter(({ message }) => message === 'would change').length;
    const once = commands();
    expect(once).toBeGreaterThan(3);
    await deliver(changed(11, OLD!));
    expect(commands()).toBe(once);
    expect(log.lines.filter(({ message }) => message === 'would change: summary')).toHaveLength(2);
    expect(simulator.runningConfig()).not.toContain(HOST);
    const count = (name: 'ObjectsWritten' | 'ChangesObserved') =>
      metrics.sum(name, { appliance: 'edge', reason: 'add' });
    expect(count('ObjectsWritten')).toBe(0);
    expect(count('ChangesObserved')).toBeGreaterThan(3);
  });
});

describe('events that are not what they seem', () => {
  it.each([
    ['of another account', { account: '2' }, 'from the account 2: only 1 may put events'],
    ['that came over no bus', { account: undefined }, 'from the account (none): only 1 may put events'],
    ['of a source that may not say it', { source: 'nspass.functions' }, 'only nspass.forwarder may say it'],
  ])('%s → set aside with the reason, and nothing is written', async (_case, forged, reason) => {
    const { receive, sent, simulator } = await start();
    const batch = messages([changed(10, OLD!)]);
    const [record] = batch.Records;
    const body = JSON.stringify({ ...JSON.parse(record?.body ?? ''), ...forged });
    const answer = await receive({ Records: [{ ...record, body }] } as SQSEvent);
    expect(answer.batchItemFailures).toEqual([]);
    expect(sent[0]?.MessageAttributes?.reason?.StringValue).toContain(reason);
    expect(simulator.runningConfig()).not.toContain(HOST);
  });

  it('of the account of the queue → taken', async () => {
    const { receive, sent, holder } = await start();
    const batch = messages([changed(10, OLD!)]);
    const [record] = batch.Records;
    await receive({ Records: [record] } as SQSEvent);
    expect(sent).toEqual([]);
    expect(holder()).toBe('test default/since-100');
  });
});
