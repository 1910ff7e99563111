import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { QueueClient } from '../../../lib/aws/queue.ts';
import { EventSource } from '../../../lib/local-aws/event-source.ts';
import { GroupBatches, type QueueBatch, QueueCalls, standardBatch } from '../../../lib/local-aws/group-window.ts';
import { type Log, silentLog } from '../../../lib/telemetry/index.ts';

/** Messages `a1`, `b1` …: their letter is their group. As fauxqs: the first of each group that is not locked. */
class FakeQueue {
  ready: string[];
  readonly inFlight = new Set<string>();
  readonly calls: string[] = [];
  /** Group that is served first. */
  first: string | undefined;

  constructor(...ids: string[]) {
    this.ready = ids;
  }

  readonly client = {
    send: async (command: unknown) => {
      if (command instanceof ReceiveMessageCommand)
        return { Messages: this.#receive(command.input.MaxNumberOfMessages) };
      if (command instanceof DeleteMessageCommand) {
        this.inFlight.delete(command.input.ReceiptHandle ?? '');
        this.calls.push(`delete ${command.input.ReceiptHandle}`);
        return {};
      }
      if (command instanceof ChangeMessageVisibilityCommand) {
        const id = command.input.ReceiptHandle ?? '';
        if (!this.inFlight.delete(id)) throw Object.assign(new Error('late'), { name: 'MessageNotInflight' });
        this.ready.unshift(id);
        this.calls.push(`release ${id}`);
        return {};
      }
      throw new Error('unexpected call');
    },
  } as QueueClient;

  #receive(max = 1): Message[] {
    const groups = new Set([...this.inFlight].map((id) => id.charAt(0)));
    const order = this.ready.toSorted(
      (a, b) => Number(!a.startsWith(this.first ?? '-')) - Number(!b.startsWith(this.first ?? '-')),
    );
    const heads: string[] = [];
    for (const id of order) {
      if (heads.length === max || groups.has(id.charAt(0))) continue;
      groups.add(id.charAt(0));
      heads.push(id);
    }
    this.ready = this.ready.filter((id) => !heads.includes(id));
    for (const id of heads) this.inFlight.add(id);
    return heads.map((id) => this.message(id));
  }

  message(id: string): Message {
    return {
      MessageId: id,
      ReceiptHandle: id,
      Attributes: { MessageGroupId: id.charAt(0), ApproximateReceiveCount: '1' },
    };
  }

  batches(retrySeconds?: number): GroupBatches {
    const options = { client: this.client, queueUrl: 'u', batchSize: 10, waitSeconds: 0 };
    const calls = new QueueCalls(retrySeconds === undefined ? options : { ...options, retrySeconds });
    return new GroupBatches(calls, {
      behind: async ({ MessageId = '' }, count) =>
        this.ready
          .filter((id) => id.startsWith(MessageId.charAt(0)))
          .slice(0, count)
          .map((id) => this.message(id)),
      passed: () => undefined,
    });
  }
}

const ids = (batch: QueueBatch | undefined) => batch?.messages.map(({ MessageId }) => MessageId);
const none = new Set<string>();

describe('GroupBatches', () => {
  it('has nothing of an empty queue', async () => {
    expect(await new FakeQueue().batches().next()).toBeUndefined();
  });

  it('finds the rest of its group although another group is served first, which comes next', async () => {
    const queue = new FakeQueue('a1', 'a2', 'b1');
    const batches = queue.batches();
    const batch = await batches.next();
    queue.first = 'b';
    await batch?.settle(none);
    expect(queue.calls).toEqual(['delete a1', 'delete a2']);
    expect([...queue.inFlight]).toEqual(['b1']);
    const next = await batches.next();
    expect(ids(next)).toEqual(['b1']);
    await next?.settle(none);
    expect([queue.ready, [...queue.inFlight]]).toEqual([[], []]);
  });

  it('gives back what it received in search, when it ends', async () => {
    const queue = new FakeQueue('a1', 'a2', 'b1');
    const batches = queue.batches();
    const batch = await batches.next();
    queue.first = 'b';
    await batch?.settle(none);
    await batches.release();
    expect([queue.ready, queue.calls.at(-1)]).toEqual([['b1'], 'release b1']);
  });

  it('does not repeat what is done when the rest of its group is gone meanwhile', async () => {
    const queue = new FakeQueue('a1', 'a2', 'a3');
    const batches = queue.batches();
    const batch = await batches.next();
    queue.ready = [];
    await batch?.settle(none);
    queue.ready = ['a2', 'a3', 'a4'];
    const next = await batches.next();
    expect(ids(next)).toEqual(['a4']);
    await next?.settle(none);
    expect(queue.calls).toEqual(['delete a1', 'delete a2', 'delete a3', 'delete a4']);
  });

  it('stops where its group has another head than it saw, and deals with that next', async () => {
    const queue = new FakeQueue('a1', 'a2');
    const batches = queue.batches();
    const batch = await batches.next();
    queue.ready = ['a0', 'a2'];
    await batch?.settle(none);
    expect(ids(await batches.next())).toEqual(['a0']);
  });

  it('holds the first message given back in flight, so that its group waits', async () => {
    const queue = new FakeQueue('a1', 'a2', 'a3');
    const batch = await queue.batches().next();
    await batch?.settle(new Set(['a2', 'a3']));
    expect([queue.calls, [...queue.inFlight], queue.ready]).toEqual([['delete a1'], ['a2'], ['a3']]);
  });

  it('makes what is given back visible when it is told, and takes it well that it is already', async () => {
    const queue = new FakeQueue('a1');
    const batch = await queue.batches(0).next();
    await batch?.settle(new Set(['a1']));
    expect(queue.ready).toEqual(['a1']);
    await expect(batch?.settle(new Set(['a1']))).resolves.toBeUndefined();
  });

  it('releases a batch that nobody has seen', async () => {
    const queue = new FakeQueue('a1', 'a2');
    await (await queue.batches().next())?.release();
    expect(queue.ready).toEqual(['a1', 'a2']);
  });
});

describe('standardBatch', () => {
  it('releases a batch that nobody has seen', async () => {
    const queue = new FakeQueue('a1', 'b1');
    const calls = new QueueCalls({ client: queue.client, queueUrl: 'u', batchSize: 10, waitSeconds: 0 });
    const batch = await standardBatch(calls);
    expect(ids(batch)).toEqual(['a1', 'b1']);
    await batch?.release();
    expect(queue.ready.toSorted()).toEqual(['a1', 'b1']);
    expect(await standardBatch(calls)).toBeDefined();
    expect(await standardBatch(calls)).toBeUndefined();
  });
});

describe('EventSource', () => {
  it('lives through an outage of the queue, and logs it once', async () => {
    const queue = new FakeQueue('a1');
    let outage = 3;
    const client = {
      send: async (command: never) => {
        outage -= 1;
        if (outage >= 0) throw new Error('ECONNREFUSED');
        return queue.client.send(command);
      },
    } as unknown as QueueClient;
    const logged: string[] = [];
    const log: Log = { ...silentLog, warn: (message) => void logged.push(message) };
    const scope = { account: '1', region: 'r' };
    const waits: number[] = [];
    const seen = await new Promise<string[]>((resolve) => {
      const source = new EventSource({
        queue: { name: 'standard', url: 'u', arn: 'arn' },
        functionName: 'f',
        client,
        serverUrl: '',
        scope,
        log,
        random: () => 0.5,
        sleep: async (ms) => void waits.push(ms),
        handler: async ({ Records }) => {
          void source.pause().then(() => resolve(Records.map(({ messageId }) => messageId)));
        },
      });
      source.resume();
    });
    expect(seen).toEqual(['a1']);
    expect(waits).toEqual([25, 50, 100]);
    expect(logged).toEqual(['queue unreachable, retrying']);
  });
});
