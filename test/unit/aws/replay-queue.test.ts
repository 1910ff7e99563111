import { describe, expect, it } from 'vitest';
import { ReplayQueue } from '../../../lib/aws/replay-queue.ts';

const BUS = 'arn:aws-cn:events:cn-north-1:111111111111:event-bus/nspass-prod';
const NAME = 'nspass-prod-history-1';

interface Sent {
  readonly command: string;
  readonly input: Record<string, unknown>;
}

/** Services that answer everything, but for the commands that `fail` names. */
function services(fail: Readonly<Record<string, { name: string; message?: string } | undefined>> = {}) {
  const sent: Sent[] = [];
  const send = async (command: object): Promise<object> => {
    const name = command.constructor.name.replace('Command', '');
    sent.push({ command: name, input: (command as { input: Record<string, unknown> }).input });
    const failure = fail[name];
    if (failure !== undefined) throw Object.assign(new Error(failure.message ?? 'no'), failure);
    return { QueueUrl: 'https://sqs/1' };
  };
  const client = { send } as never;
  const queue = new ReplayQueue({ eventBridge: client, sqs: client, busArn: BUS, name: NAME });
  return { queue, sent, kinds: () => sent.map(({ command }) => command) };
}

describe('ReplayQueue', () => {
  it('open → a queue that admits its rule alone, and a rule that matches its replay alone', async () => {
    const { queue, sent } = services();
    await queue.open();
    const [created, rule, targets] = sent;
    const { Policy, FifoQueue } = (created?.input.Attributes ?? {}) as Record<string, string>;
    expect(JSON.parse(Policy ?? '').Statement).toMatchObject([
      {
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: `arn:aws-cn:sqs:cn-north-1:111111111111:${NAME}`,
        Condition: { ArnEquals: { 'aws:SourceArn': queue.ruleArn } },
      },
    ]);
    expect(FifoQueue).toBeUndefined();
    expect(queue.ruleArn).toBe(`arn:aws-cn:events:cn-north-1:111111111111:rule/nspass-prod/${NAME}`);
    expect(JSON.parse(rule?.input.EventPattern as string)).toEqual({ 'replay-name': [NAME] });
    expect(targets?.input).toMatchObject({ EventBusName: 'nspass-prod', Rule: NAME });
    expect(queue.url).toBe('https://sqs/1');
  });

  it('close → target, rule and queue are removed, in this order; a second close does nothing', async () => {
    const { queue, kinds } = services();
    await queue.open();
    expect(queue.leftovers()).toHaveLength(3);
    expect(await queue.close()).toEqual([]);
    expect(kinds().slice(3)).toEqual(['RemoveTargets', 'DeleteRule', 'DeleteQueue']);
    expect(await queue.close()).toEqual([]);
    expect(kinds()).toHaveLength(6);
  });

  it.each([
    ['PutRule', ['CreateQueue', 'PutRule', 'DeleteRule', 'DeleteQueue']],
    ['PutTargets', ['CreateQueue', 'PutRule', 'PutTargets', 'RemoveTargets', 'DeleteRule', 'DeleteQueue']],
  ])('%s fails, perhaps behind the service → what may exist is removed', async (command, expected) => {
    const { queue, kinds } = services({ [command]: { name: 'TimeoutError' } });
    await expect(queue.open()).rejects.toThrow();
    expect(await queue.close()).toEqual([]);
    expect(kinds()).toEqual(expected);
  });

  it('no answer to CreateQueue → the queue may exist, and the command that removes it is named', async () => {
    const { queue } = services({ CreateQueue: { name: 'TimeoutError' } });
    await expect(queue.open()).rejects.toThrow();
    expect(await queue.close()).toMatchObject([{ remove: expect.stringContaining(`--queue-name ${NAME}`) }]);
    expect(() => queue.url).toThrow('is not open');
  });

  it('CreateQueue is refused → nothing was made', async () => {
    const { queue } = services({ CreateQueue: { name: 'AccessDenied' } });
    await expect(queue.open()).rejects.toThrow();
    expect(await queue.close()).toEqual([]);
  });

  it('one removal fails → the others are tried, and it is told; what is gone already is no failure', async () => {
    const { queue } = services({
      RemoveTargets: { name: 'ResourceNotFoundException' },
      DeleteRule: { name: 'AccessDeniedException', message: 'not yours' },
    });
    await queue.open();
    expect(await queue.close()).toEqual([
      {
        what: `the rule ${NAME}`,
        remove: `aws events delete-rule --event-bus-name nspass-prod --name ${NAME}`,
        reason: 'AccessDeniedException: not yours',
      },
    ]);
  });
});
