import { describe, expect, it } from 'vitest';
import { DeploymentMissing } from '../../../lib/cli/cloud-failure.ts';
import { redriveReport } from '../../../lib/cli/redrive.ts';
import { type RedriveRequest, redrive } from '../../../lib/cli/redrive-queue.ts';
import { UsageError } from '../../../lib/cli/usage.ts';

interface Letter {
  readonly id: string;
  readonly attributes?: Record<string, string>;
  readonly system?: Record<string, string>;
}

/** A queue of letters, and what was done to them. */
function world(letters: readonly Letter[]) {
  let given = 0;
  const done: string[] = [];
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const { input } = command;
    switch (command.constructor.name) {
      case 'GetQueueUrlCommand':
        return { QueueUrl: `url:${input.QueueName}` };
      case 'ReceiveMessageCommand': {
        const batch = letters.slice(given, given + 2);
        given += batch.length;
        return {
          Messages: batch.map(({ id, attributes = {}, system = {} }) => ({
            MessageId: id,
            ReceiptHandle: `handle:${id}`,
            Body: `body of ${id}`,
            Attributes: { SentTimestamp: '1000', ...system },
            MessageAttributes: Object.fromEntries(
              Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
            ),
          })),
        };
      }
      case 'SendMessageCommand':
        done.push(
          `send ${input.QueueUrl} ${input.MessageGroupId} ${input.MessageDeduplicationId} ${input.MessageBody}`,
        );
        return {};
      case 'DeleteMessageCommand':
        done.push(`delete ${input.ReceiptHandle}`);
        return {};
      case 'ChangeMessageVisibilityCommand':
        done.push(`show ${input.ReceiptHandle} ${input.VisibilityTimeout}`);
        return {};
      default:
        throw new Error(`unexpected ${command.constructor.name}`);
    }
  };
  return { done, sqs: { send } as never };
}

const wish = (more: Partial<RedriveRequest> = {}): RedriveRequest => ({
  deployment: 'nspass-dev',
  queue: 'parked',
  appliances: [],
  dryRun: false,
  startedAt: 1000,
  polls: 0,
  ...more,
});

const PARKED: Letter[] = [
  { id: 'm1', attributes: { appliance: 'edge', reason: 'unknown key colour' }, system: { MessageGroupId: 'm1' } },
  { id: 'm2', attributes: { appliance: 'dc', reason: 'not JSON' }, system: { MessageGroupId: 'm2' } },
  // SQS moved it on from the dead letters: it says nothing, and has its appliance's group.
  {
    id: 'm3',
    system: { MessageGroupId: 'edge', DeadLetterQueueSourceArn: 'arn:aws:sqs:r:0:nspass-dev-dead_letters.fifo' },
  },
];

describe('redrive', () => {
  it('sends every parked letter back to its appliance, and deletes it only then', async () => {
    const { sqs, done } = world(PARKED);
    const { redriven, left } = await redrive(sqs, wish());
    expect([redriven.length, left.length]).toEqual([3, 0]);
    expect(done).toEqual([
      'send url:nspass-dev-edge.fifo edge m1 body of m1',
      'delete handle:m1',
      'send url:nspass-dev-dc.fifo dc m2 body of m2',
      'delete handle:m2',
      'send url:nspass-dev-edge.fifo edge m3 body of m3',
      'delete handle:m3',
    ]);
  });

  it.each([
    ['by part of its reason, in any case', { reason: 'NOT json' }, ['m2']],
    ['by the reason of those that say none', { reason: 'too often' }, ['m3']],
    ['by appliance', { appliances: ['edge'] }, ['m1', 'm3']],
    ['by both', { appliances: ['edge'], reason: 'unknown key' }, ['m1']],
  ])('chooses %s, and shows the others again at once', async (_case, more, expected) => {
    const { sqs, done } = world(PARKED);
    const { redriven, left } = await redrive(sqs, wish(more));
    expect(redriven.map(({ id }) => id)).toEqual(expected);
    expect(left).toHaveLength(3 - expected.length);
    const shown = done.filter((line) => line.startsWith('show'));
    expect(shown).toEqual(left.map(({ id }) => `show handle:${id} 0`));
  });

  it('changes nothing in a dry run', async () => {
    const { sqs, done } = world(PARKED);
    const { redriven } = await redrive(sqs, wish({ dryRun: true }));
    expect(redriven).toHaveLength(3);
    expect(done.every((line) => line.startsWith('show'))).toBe(true);
  });

  it('sends what a rule could not deliver to where it was going, and what a forwarder could not read back to it', async () => {
    const { sqs, done } = world([
      {
        id: 'm1',
        attributes: {
          TARGET_ARN: 'arn:aws:sqs:r:0:nspass-dev-edge.fifo',
          ERROR_CODE: 'NO_PERMISSIONS',
          ERROR_MESSAGE: 'x',
        },
      },
      { id: 'm2', system: { DeadLetterQueueSourceArn: 'arn:aws:sqs:r:0:nspass-dev-outcomes_c1' } },
    ]);
    const { redriven } = await redrive(sqs, wish({ queue: 'undelivered' }));
    expect(redriven[0]?.reason).toBe('NO_PERMISSIONS: x');
    expect(done.filter((line) => line.startsWith('send'))).toEqual([
      'send url:nspass-dev-edge.fifo edge m1 body of m1',
      'send url:nspass-dev-outcomes_c1 undefined undefined body of m2',
    ]);
  });

  it('leaves what came from elsewhere: it sends into no queue of somebody else', async () => {
    const { sqs, done } = world([
      { id: 'm1', attributes: { TARGET_ARN: 'arn:aws:sqs:r:0:other-queue' } },
      { id: 'm2' },
    ]);
    const { redriven, left } = await redrive(sqs, wish({ queue: 'undelivered' }));
    expect([redriven.length, left.length]).toEqual([0, 2]);
    expect(done).toEqual(['show handle:m1 0', 'show handle:m2 0']);
  });
});

/** A queue that hides what is received, and an appliance's whose events come back as they are, or are taken. */
function living(letters: readonly Letter[], options: { mended: boolean; meanwhile?: () => Letter[] }) {
  type Message = { id: string; body: string; sentAt: number; hidden: boolean; attributes: Record<string, string> };
  const message = ({ id, attributes = {}, system = {} }: Letter): Message => ({
    id,
    body: `body of ${id}`,
    sentAt: Number(system.SentTimestamp ?? 1000),
    hidden: false,
    attributes,
  });
  let parked = letters.map(message);
  let sends = 0;
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const { input } = command;
    const found = parked.find(({ id }) => `handle:${id}` === input.ReceiptHandle);
    switch (command.constructor.name) {
      case 'GetQueueUrlCommand':
        return { QueueUrl: `url:${input.QueueName}` };
      case 'GetQueueAttributesCommand':
        return { Attributes: { ApproximateNumberOfMessages: '0' } };
      case 'ReceiveMessageCommand': {
        parked.push(...(options.meanwhile?.() ?? []).map(message));
        const batch = parked.filter(({ hidden }) => !hidden).slice(0, 10);
        for (const one of batch) one.hidden = true;
        return {
          Messages: batch.map(({ id, body, sentAt, attributes }) => ({
            MessageId: id,
            ReceiptHandle: `handle:${id}`,
            Body: body,
            Attributes: { SentTimestamp: String(sentAt) },
            MessageAttributes: Object.fromEntries(
              Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
            ),
          })),
        };
      }
      case 'SendMessageCommand':
        sends += 1;
        if (sends > 1000) throw new Error('it never ends');
        if (!options.mended) {
          const attributes = { appliance: 'edge', reason: 'not JSON' };
          const back = { id: `back${sends}`, body: String(input.MessageBody), sentAt: 2000, hidden: false, attributes };
          parked.push(back);
        }
        return {};
      case 'DeleteMessageCommand':
        parked = parked.filter((one) => one !== found);
        return {};
      case 'ChangeMessageVisibilityCommand':
        if (found !== undefined) found.hidden = false;
        return {};
      default:
        throw new Error(`unexpected ${command.constructor.name}`);
    }
  };
  return {
    sqs: { send } as never,
    parked: () => parked,
    sends: () => sends,
  };
}

const letters = (count: number): Letter[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `m${index}`,
    attributes: { appliance: 'edge', reason: 'not JSON' },
  }));

describe('redrive of an appliance that is configured no more', () => {
  it('leaves its letters, and sends the others', async () => {
    const { sqs } = world(PARKED);
    const { send } = sqs as { send: (command: { input: { QueueName?: string } }) => Promise<unknown> };
    const gone = async (command: { input: { QueueName?: string } }) => {
      if (command.input.QueueName !== 'nspass-dev-dc.fifo') return send(command);
      throw Object.assign(new Error('x'), { name: 'QueueDoesNotExist' });
    };
    const { redriven, left } = await redrive({ send: gone } as never, wish());
    expect([redriven, left].map((list) => list.map(({ id }) => id))).toEqual([['m1', 'm3'], ['m2']]);
  });
});

describe('redrive of what is not there', () => {
  const without = (name: string) => {
    const { sqs } = world(PARKED);
    const { send } = sqs as { send: (command: { input: { QueueName?: string } }) => Promise<unknown> };
    return {
      send: async (command: { input: { QueueName?: string } }) => {
        if (command.input.QueueName !== name) return send(command);
        throw Object.assign(new Error('The specified queue does not exist.'), { name: 'QueueDoesNotExist' });
      },
    } as never;
  };

  it('an appliance without a queue is refused, before anything is sent', async () => {
    await expect(redrive(without('nspass-dev-nope.fifo'), wish({ appliances: ['nope'] }))).rejects.toThrow(
      new UsageError('deployment "nspass-dev" has no appliance "nope": queue nspass-dev-nope.fifo does not exist.'),
    );
  });

  it('a deployment without parked letters is none', async () => {
    await expect(redrive(without('nspass-dev-parked_letters.fifo'), wish())).rejects.toThrow(
      new DeploymentMissing('nspass-dev'),
    );
  });
});

describe('redrive, each letter once', () => {
  const patient = { polls: 5, sleep: async () => {} };

  it.each([1, 2, 25])('the cause of %i letters is not mended → it ends, and says how many came back', async (count) => {
    const { sqs, parked, sends } = living(letters(count), { mended: false });
    const result = await redrive(sqs, wish(patient));
    expect(sends()).toBe(count);
    expect([result.redriven.length, result.left.length, result.bounced.length]).toEqual([count, 0, count]);
    expect(parked().map(({ hidden }) => hidden)).toEqual(Array(count).fill(false));
    expect(redriveReport(result, { dryRun: false, json: false }).slice(-2)).toEqual([
      `${count} redriven, 0 left, ${count} came back`,
      'The cause persists: see the reasons of the letters that came back.',
    ]);
  });

  it('the cause is mended → nothing is left', async () => {
    const { sqs, parked } = living(letters(25), { mended: true });
    const result = await redrive(sqs, wish(patient));
    expect([result.redriven.length, result.bounced.length, result.pending]).toEqual([25, 0, 0]);
    expect(parked()).toEqual([]);
    expect(redriveReport(result, { dryRun: false, json: false }).at(-1)).toBe('25 redriven, 0 left');
  });

  it('other letters come all the time → it ends, and shows them again', async () => {
    let next = 0;
    const { sqs, parked } = living(letters(2), {
      mended: true,
      meanwhile: () => [{ id: `new${next++}`, system: { SentTimestamp: '900000' }, attributes: { appliance: 'edge' } }],
    });
    const result = await redrive(sqs, wish({ ...patient, polls: 0 }));
    expect(result.redriven.map(({ id }) => id)).toEqual(['m0', 'm1']);
    expect(result.meanwhile).toBe(parked().length);
    expect(parked().filter(({ hidden }) => hidden)).toEqual([]);
  });

  it('a queue refuses → what was received is shown again at once', async () => {
    const { sqs, parked } = living(letters(3), { mended: true });
    const { send } = sqs as { send: (command: { constructor: { name: string } }) => Promise<unknown> };
    const refusing = async (command: { constructor: { name: string } }) => {
      if (command.constructor.name === 'SendMessageCommand') throw new Error('AccessDenied');
      return send(command);
    };
    await expect(redrive({ send: refusing } as never, wish(patient))).rejects.toThrow('AccessDenied');
    expect(parked().map(({ hidden }) => hidden)).toEqual([false, false, false]);
  });
});
