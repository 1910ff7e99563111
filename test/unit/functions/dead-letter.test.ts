import type { Context, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createDeadLetterHandler } from '../../../functions/dead-letter.ts';
import type { BusEvent } from '../../../lib/contract/index.ts';
import { memoryMetrics, silentLog } from '../../../lib/telemetry/index.ts';
import { changed, record, withdrawn } from '../../support/dead-letters.ts';

const context = {} as Context;

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
      { body: '{', group: 'm2', id: 'm2', reason: 'it failed at every delivery' },
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
