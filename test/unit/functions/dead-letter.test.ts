import type { Context, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createDeadLetterHandler } from '../../../functions/dead-letter.ts';
import type { BusEvent } from '../../../lib/contract/index.ts';
import { parseTraceparent } from '../../../lib/contract/index.ts';
import { memoryMetrics, silentLog } from '../../../lib/telemetry/index.ts';
import { memoryTracing } from '../../../lib/tracing/index.ts';
import { changed, record, withdrawn } from '../../support/dead-letters.ts';

const context = {} as Context;

describe('the function behind the dead letters', () => {
  function world(refuse: (body: string) => boolean = () => false, busFails = false) {
    const published: BusEvent[] = [];
    const parked: { body: string; group: string; id: string; reason: string | undefined }[] = [];
    const metrics = memoryMetrics();
    const tracing = memoryTracing();
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
      tracing,
      now: () => 1_000,
    });
    return {
      published,
      parked,
      metrics,
      tracing,
      run: (...records: SQSRecord[]) => handler({ Records: records }, context),
    };
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

  it('is a step of the trace of the event, and its outcome a step of it', async () => {
    const { tracing, published, run } = world();
    const detail = { ...JSON.parse(changed).detail, traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    await run(record(JSON.stringify({ ...JSON.parse(changed), detail })));
    const [answer, step] = tracing.spans;
    expect(step).toMatchObject({ name: 'process dead letter', kind: 'consumer', parent: { spanId: 'b'.repeat(16) } });
    expect(answer).toMatchObject({ name: 'publish Ingress Failed', parent: step?.context });
    expect(answer?.context).toEqual(parseTraceparent(published[0]?.detail.traceparent));
    expect(new Set(tracing.spans.map(({ context }) => context.traceId))).toEqual(new Set(['a'.repeat(32)]));
  });

  it('records why a dead letter could not be parked, in a trace of its own where it has none', async () => {
    const { tracing, run } = world(() => true);
    await run(record('{'));
    expect(tracing.spans).toMatchObject([{ name: 'process dead letter', error: 'the queue is away' }]);
    expect(tracing.spans[0]?.parent).toBeUndefined();
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
