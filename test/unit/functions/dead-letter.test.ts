import type { Context, SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDeadLetterHandler } from '../../../functions/dead-letter.ts';
import { describeDeadLetter } from '../../../functions/dead-letter-event.ts';
import type { BusEvent } from '../../../lib/contract/index.ts';
import { memoryMetrics, silentLog } from '../../../lib/telemetry/index.ts';

const context = {} as Context;

function record(body: string, extra: { id?: string; group?: string; attributes?: Record<string, string> } = {}) {
  return {
    messageId: extra.id ?? 'm1',
    body,
    attributes: { MessageGroupId: extra.group ?? 'edge' },
    messageAttributes: Object.fromEntries(
      Object.entries(extra.attributes ?? {}).map(([name, stringValue]) => [name, { dataType: 'String', stringValue }]),
    ),
  } as unknown as SQSRecord;
}

const envelope = (detailType: string, data: unknown) =>
  JSON.stringify({ 'detail-type': detailType, detail: { type: 'nspass.of.the.future.v9', data } });

const changed = envelope('Ingress Changed', {
  cluster: 'c1',
  sequence: 5,
  ingress: { namespace: 'shop', name: 'web', colour: 'of a later version' },
});
const withdrawn = envelope('Ingress Withdrawn', { cluster: 'c1', sequence: 6, namespace: 'shop', name: 'web' });
const snapshot = envelope('Cluster Snapshot', { cluster: 'c1', sequence: 7, from: 'aa', to: 'cc', ingresses: 3 });

describe('what a dead letter is about', () => {
  it.each([
    ['a changed Ingress of another version', changed, 'Ingress Failed', 'shop/web'],
    ['a withdrawn Ingress', withdrawn, 'Ingress Failed', 'shop/web'],
    ['a snapshot', snapshot, 'Prune Refused', 'aa-cc'],
    ['no JSON', '{', undefined, undefined],
    ['another JSON', '[1]', undefined, undefined],
    ['an event without a cluster', envelope('Ingress Withdrawn', { namespace: 'a', name: 'b' }), undefined, undefined],
    ['a snapshot without a range', envelope('Cluster Snapshot', { cluster: 'c1', sequence: 7 }), undefined, undefined],
    ['work', envelope('Work Requested', { appliance: 'edge', work: 'save', reason: 'x' }), undefined, undefined],
  ])('%s', (_case, body, detailType, subject) => {
    const letter = describeDeadLetter(record(body));
    expect([letter.outcome?.detailType, letter.subject]).toEqual([detailType, subject]);
  });

  it('says the reason that stands beside it, and that the queue brings it no more', () => {
    const letter = describeDeadLetter(
      record(changed, { attributes: { reason: 'unknown key colour', appliance: 'dc' } }),
    );
    expect(letter.outcome?.data).toMatchObject({
      appliance: 'dc',
      cluster: 'c1',
      sequence: 5,
      reason: 'the event became a dead letter: unknown key colour',
      retry: false,
    });
  });

  it('has a reason and an appliance where SQS itself moved the message, which says none', () => {
    expect(describeDeadLetter(record(changed, { group: 'dc' }))).toMatchObject({
      appliance: 'dc',
      reason: 'it was received too often without success',
    });
  });

  it('never throws, whatever stands in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((data) => envelope('Ingress Changed', data)),
        ),
        (body) => {
          expect(describeDeadLetter(record(body)).body).toBe(body);
        },
      ),
    );
  });
});

describe('the function behind the dead letters', () => {
  function world(refuse: (body: string) => boolean = () => false, busFails = false) {
    const published: BusEvent[] = [];
    const parked: { body: string; group: string; id: string; reason: string | undefined }[] = [];
    const metrics = memoryMetrics();
    const handler = createDeadLetterHandler({
      publisher: {
        publish: async (events) => {
          if (busFails) {
            return {
              published: 0,
              retried: 0,
              failed: events.map((event) => ({ event, error: new Error('the bus is away') as never })),
            };
          }
          published.push(...events);
          return { published: events.length, retried: 0, failed: [] };
        },
      },
      sqs: {
        send: async (command: { input: Record<string, unknown> }) => {
          const { MessageBody, MessageGroupId, MessageDeduplicationId, MessageAttributes } = command.input;
          if (refuse(String(MessageBody))) throw new Error('the queue is away');
          const attributes = MessageAttributes as Record<string, { StringValue: string }>;
          parked.push({
            body: String(MessageBody),
            group: String(MessageGroupId),
            id: String(MessageDeduplicationId),
            reason: attributes.reason?.StringValue,
          });
        },
      } as never,
      parkingQueueUrl: 'http://127.0.0.1/0/parking',
      log: silentLog,
      metrics,
      now: () => 1_000,
    });
    return { published, parked, metrics, run: (...records: SQSRecord[]) => handler({ Records: records }, context) };
  }

  it('tells the forwarder, parks the message as it came, and counts it', async () => {
    const { published, parked, metrics, run } = world();
    const answer = await run(record(changed, { attributes: { reason: 'why' } }), record('{', { id: 'm2' }));
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(published.map(({ source, detailType, detail }) => [source, detailType, detail.subject])).toEqual([
      ['nspass.functions', 'Ingress Failed', 'shop/web'],
    ]);
    expect(parked).toEqual([
      { body: changed, group: 'm1', id: 'm1', reason: 'why' },
      { body: '{', group: 'm2', id: 'm2', reason: 'it was received too often without success' },
    ]);
    expect(metrics.sum('DeadLetters', { appliance: 'edge' })).toBe(2);
  });

  it('keeps the order of a group where one cannot be parked, and lets other groups go on', async () => {
    const { parked, run } = world((body) => body === 'bad');
    const answer = await run(
      record('bad', { id: 'm1' }),
      record('later', { id: 'm2' }),
      record('other', { id: 'm3', group: 'dc' }),
    );
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }]);
    expect(parked.map(({ id }) => id)).toEqual(['m3']);
  });

  it('parks nothing that it could not report', async () => {
    const { parked, run } = world(() => false, true);
    expect((await run(record(withdrawn))).batchItemFailures).toEqual([{ itemIdentifier: 'm1' }]);
    expect(parked).toEqual([]);
  });
});
