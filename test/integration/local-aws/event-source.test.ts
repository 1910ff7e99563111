import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { changeVisibility, createQueueConsumer, type QueueMessage, sendToQueue } from '../../../lib/aws/queue.ts';
import { DEAD_LETTERS, PARKING, UNDELIVERED } from '../../../lib/config/topology.ts';
import type { Invocation, LocalCloud } from '../../../lib/local-aws/index.ts';
import { publish, queued, receivable, recorder, sequenceOf, until, withCloud, withdrawn } from './support.ts';

const series = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function fill(cloud: LocalCloud, to: number) {
  await publish(
    cloud,
    series(1, to).map((sequence) => withdrawn(sequence)),
  );
  await cloud.idle();
}

describe('the event source of a FIFO queue', () => {
  it('hands over batches of ten of one group, in order, with every field of an SQS event, and deletes them', async () => {
    await withCloud({}, async (cloud) => {
      await fill(cloud, 23);
      const { handler, batches } = recorder();
      const seen: Invocation[] = [];
      const options = { functionName: 'reconcile', onInvocation: (one: Invocation) => void seen.push(one) };
      cloud.eventSource('alpha.fifo', handler, options).resume();
      await until('the queue is empty', async () => (await queued(cloud, 'alpha.fifo')) === 0);
      expect(batches.map((records) => records.map(sequenceOf))).toEqual([
        series(1, 10),
        series(11, 20),
        series(21, 23),
      ]);
      expect(batches[0]?.[3]).toEqual({
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        receiptHandle: batches[0]?.[0]?.receiptHandle,
        body: expect.any(String),
        md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
        messageAttributes: {},
        attributes: {
          SenderId: expect.any(String),
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          ApproximateReceiveCount: '1',
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          MessageGroupId: 'alpha',
          MessageDeduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/),
          SequenceNumber: expect.stringMatching(/^\d{20}$/),
        },
        eventSource: 'aws:sqs',
        eventSourceARN: cloud.queue('alpha.fifo').arn,
        awsRegion: cloud.region,
      });
      await until('the last invocation is told', () => seen.length === 3);
      expect(seen[0]).toMatchObject({ function: 'reconcile', records: 10, returned: 0 });
    });
  });

  it('keeps to the batch size', async () => {
    await withCloud({}, async (cloud) => {
      await fill(cloud, 5);
      const { handler, batches } = recorder();
      cloud.eventSource('alpha.fifo', handler, { batchSize: 2 }).resume();
      await until('all are handled', () => batches.flat().length === 5);
      expect(batches.map((records) => records.length)).toEqual([2, 2, 1]);
    });
  });

  it.each<[string, (ids: string[]) => string[] | Error]>([
    ['names the whole batch', (ids) => ids],
    ['answers an empty identifier', () => ['']],
    ['throws', () => new Error('no')],
  ])('brings the whole batch again, in order, when the function %s', async (_name, answer) => {
    await withCloud({}, async (cloud) => {
      await fill(cloud, 4);
      const log = recorder((records, call) => {
        if (call > 2) return [];
        const back = answer(records.map((record) => record.messageId));
        if (back instanceof Error) throw back;
        return back;
      });
      cloud.eventSource('alpha.fifo', log.handler, { retrySeconds: 0 }).resume();
      await until('the queue is empty', async () => (await queued(cloud, 'alpha.fifo')) === 0);
      expect(log.sequences).toEqual([series(1, 4), series(1, 4), series(1, 4)]);
      const counts = log.batches.map((records) => records.map((record) => record.attributes.ApproximateReceiveCount));
      expect(counts).toEqual([Array(4).fill('1'), Array(4).fill('2'), Array(4).fill('3')]);
    });
  });

  it('brings what was named and what follows it again, after the rest is deleted', async () => {
    await withCloud({}, async (cloud) => {
      await fill(cloud, 12);
      const log = recorder((records, call) => (call === 1 ? records.slice(4).map(({ messageId }) => messageId) : []));
      cloud.eventSource('alpha.fifo', log.handler, { retrySeconds: 0 }).resume();
      await until('the queue is empty', async () => (await queued(cloud, 'alpha.fifo')) === 0);
      expect(log.sequences).toEqual([series(1, 10), series(5, 12)]);
    });
  });

  it('takes for done what the function did not name, as Lambda does, though it lies behind', async () => {
    await withCloud({}, async (cloud) => {
      await fill(cloud, 6);
      const log = recorder((records, call) => (call === 1 ? [2, 4].map((at) => records[at]?.messageId ?? '') : []));
      cloud.eventSource('alpha.fifo', log.handler, { retrySeconds: 0 }).resume();
      await until('the queue is empty', async () => (await queued(cloud, 'alpha.fifo')) === 0);
      expect(log.sequences).toEqual([series(1, 6), [3, 5]]);
    });
  });

  it('leaves the visibility to the function: it holds the whole group back', async () => {
    await withCloud({ visibilitySeconds: 300 }, async (cloud) => {
      await fill(cloud, 3);
      const { url } = cloud.queue('alpha.fifo');
      let held: string[] = [];
      const log = recorder(async (records, call) => {
        if (call > 1) return [];
        held = records.map(({ receiptHandle }) => receiptHandle);
        expect(await changeVisibility(cloud.sqs, url, held, 3_000)).toEqual([]);
        return records.map(({ messageId }) => messageId);
      });
      const source = cloud.eventSource('alpha.fifo', log.handler);
      source.resume();
      await until('the batch came', () => held.length === 3);
      // The poller has stopped after it finished its batch, while the messages are still hidden.
      await source.pause();
      expect(await receivable(cloud, 'alpha.fifo')).toBe(0);
      await changeVisibility(cloud.sqs, url, held, 0);
      source.resume();
      await until('the batch came again', () => log.batches.length === 2);
      expect(log.sequences).toEqual([series(1, 3), series(1, 3)]);
    });
  });

  it('never runs a function twice at the same time', async () => {
    await withCloud({}, async (cloud) => {
      await fill(cloud, 40);
      let running = 0;
      let most = 0;
      const log = recorder(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return [];
      });
      const source = cloud.eventSource('alpha.fifo', log.handler);
      source.resume();
      source.resume();
      await until('all are handled', () => log.batches.flat().length === 40);
      expect(most).toBe(1);
    });
  });

  it('waits for the function when it is switched off, keeps what comes meanwhile, and goes on', async () => {
    await withCloud({}, async (cloud) => {
      await fill(cloud, 1);
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const log = recorder(async (_, call) => {
        if (call === 1) await held;
        return [];
      });
      const source = cloud.eventSource('alpha.fifo', log.handler);
      source.resume();
      await until('the function runs', () => log.batches.length === 1);
      let paused = false;
      const pausing = source.pause().then(() => {
        paused = true;
      });
      await publish(cloud, [withdrawn(2), withdrawn(3)]);
      await cloud.idle();
      expect([paused, source.enabled]).toEqual([false, false]);
      release();
      await pausing;
      expect(await queued(cloud, 'alpha.fifo')).toBe(2);
      expect(log.sequences).toEqual([[1]]);
      source.resume();
      await until('the rest is handled', () => log.batches.flat().length === 3);
      expect(log.sequences).toEqual([[1], [2, 3]]);
    });
  });

  it('hands over one group after the other where a queue has several, each in order', async () => {
    await withCloud({}, async (cloud) => {
      const { url } = cloud.queue(PARKING);
      for (const index of series(0, 29)) {
        const group = ['a', 'b', 'c'][index % 3] ?? '';
        await sendToQueue(cloud.sqs, url, { body: JSON.stringify({ group, index }), group });
      }
      const { handler, batches } = recorder();
      cloud.eventSource(PARKING, handler).resume();
      await until('the queue is empty', async () => (await queued(cloud, PARKING)) === 0);
      for (const records of batches)
        expect(new Set(records.map(({ attributes }) => attributes.MessageGroupId)).size).toBe(1);
      const bodies = batches.flat().map(({ body }) => JSON.parse(body) as { group: string; index: number });
      expect(bodies).toHaveLength(30);
      for (const group of 'abc') {
        const order = bodies.filter((body) => body.group === group).map(({ index }) => index);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      }
    });
  });

  it('moves what was received too often to the dead-letter queue, its group kept, and goes on behind it', async () => {
    await withCloud({}, async (cloud) => {
      const { url } = cloud.queue('alpha.fifo');
      await fill(cloud, 3);
      await lowerMaxReceives(cloud, 'alpha.fifo', 2);
      const log = recorder((records) =>
        sequenceOf(records[0] as never) === 1 ? records.map(({ messageId }) => messageId) : [],
      );
      cloud.eventSource('alpha.fifo', log.handler, { retrySeconds: 0 }).resume();
      await until('the rest is handled', async () => (await queued(cloud, 'alpha.fifo')) === 0);
      expect(log.sequences).toEqual([series(1, 3), series(1, 3), [2, 3]]);
      const dead = await cloud.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: cloud.queue(DEAD_LETTERS).url, MessageSystemAttributeNames: ['All'] }),
      );
      expect(dead.Messages?.map(({ Body = '' }) => sequenceOf({ body: Body }))).toEqual([1]);
      expect(dead.Messages?.[0]?.Attributes?.MessageGroupId).toBe('alpha');
      expect(url).toContain('/alpha.fifo');
    });
  });
});

async function lowerMaxReceives(cloud: LocalCloud, name: string, maxReceiveCount: number) {
  const { SetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: cloud.queue(DEAD_LETTERS).arn, maxReceiveCount });
  await cloud.sqs.send(
    new SetQueueAttributesCommand({ QueueUrl: cloud.queue(name).url, Attributes: { RedrivePolicy } }),
  );
}

describe('the event source of a standard queue', () => {
  it('deletes what is done and brings the rest again', async () => {
    await withCloud({}, async (cloud) => {
      const { url } = cloud.queue(UNDELIVERED);
      for (const body of ['a', 'b', 'c'])
        await cloud.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
      const { handler, batches } = recorder((records, call) =>
        call === 1 ? records.filter(({ body }) => body === 'b').map(({ messageId }) => messageId) : [],
      );
      cloud.eventSource(UNDELIVERED, handler, { retrySeconds: 0 }).resume();
      await until('the queue is empty', async () => (await queued(cloud, UNDELIVERED)) === 0);
      expect(batches.map((records) => records.map(({ body }) => body))).toEqual([['a', 'b', 'c'], ['b']]);
    });
  });
});

describe('the queue consumer and sendToQueue', () => {
  it('work over the wire: body, attributes, receive count, deletion', async () => {
    await withCloud({}, async (cloud) => {
      const { url } = cloud.queue('outcomes_c1');
      await sendToQueue(cloud.sqs, url, { body: 'hello', attributes: { reason: 'why not' } });
      const abort = new AbortController();
      const seen: QueueMessage[] = [];
      const consumer = createQueueConsumer({
        endpoint: cloud.sqsUrl,
        region: cloud.region,
        queueUrl: url,
        waitSeconds: 1,
        handler: async (message) => void seen.push(message),
      });
      const running = consumer.run(abort.signal);
      await until('the queue is empty', async () => seen.length === 1 && (await queued(cloud, 'outcomes_c1')) === 0);
      abort.abort();
      await running;
      expect(seen).toMatchObject([{ body: 'hello', receiveCount: 1, attributes: { reason: 'why not' } }]);
    });
  });
});
