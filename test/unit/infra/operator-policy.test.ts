import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { local, type PolicyStatement } from '../../../infra/cloudformation.ts';
import { resources } from '../../../infra/template.ts';
import { cloudSources } from '../../../lib/cli/console/cloud-sources.ts';
import { type RedriveRequest, redrive } from '../../../lib/cli/redrive-queue.ts';
import { planReplay } from '../../../lib/cli/replay-plan.ts';
import { runReplay } from '../../../lib/cli/replay-run.ts';
import { deploy } from './support.ts';

const REGION = 'arn:aws';
const all = resources(deploy());

/** Name of a queue → its logical id. */
const queues = new Map(
  Object.entries(all).flatMap(([id, { Type, Properties }]) =>
    Type === 'AWS::SQS::Queue' ? [[String(Properties.QueueName), id] as const] : [],
  ),
);

/** Returns the meaning of a value of the template: `Id` of a resource, or a string. */
function resolved(value: unknown): string {
  if (typeof value === 'string') return value;
  const intrinsic = value as { Ref?: string; 'Fn::GetAtt'?: string[]; 'Fn::Sub'?: string };
  return intrinsic.Ref ?? intrinsic['Fn::GetAtt']?.[0] ?? intrinsic['Fn::Sub'] ?? '';
}

const document = all.OperatorPolicy?.Properties.PolicyDocument as { Statement: PolicyStatement[] } | undefined;
const statements = document?.Statement ?? [];

/** Returns whether the policy allows an action on a resource. */
const allows = (action: string, target: string): boolean =>
  statements.some(({ Action, Resource }) => {
    if (!Action.includes(action)) return false;
    return [Resource].flat().some((value) => {
      const name = resolved(value);
      return name === '*' || name === target || (name.endsWith('*') && target.startsWith(name.slice(0, -1)));
    });
  });

/** Client that accepts every command and records its action and resource. */
function recorder(service: 'sqs' | 'events', answer: (command: string, input: Record<string, unknown>) => object) {
  const used = new Set<string>();
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    const { input } = command;
    const target = service === 'sqs' ? (queues.get(String(input.QueueUrl ?? input.QueueName)) ?? 'none') : '';
    used.add(`${service}:${name} ${target}`);
    return answer(name, input);
  };
  return { used, client: { send } as never };
}

const sqs = (letters: object[]) =>
  recorder('sqs', (name, { QueueName }) => {
    if (name === 'GetQueueUrl') return { QueueUrl: QueueName };
    if (name === 'ReceiveMessage') return { Messages: letters.splice(0) };
    return { Attributes: { ApproximateNumberOfMessages: '0' } };
  });

const letter = (id: string, appliance: string) => ({
  MessageId: id,
  ReceiptHandle: id,
  Body: id,
  Attributes: { SentTimestamp: '1' },
  MessageAttributes: { appliance: { StringValue: appliance } },
});

describe('OperatorPolicy', () => {
  it.each(['parked', 'undelivered'] as const)('is enough to redrive what is %s', async (queue) => {
    const outcome = {
      MessageId: 'm3',
      ReceiptHandle: 'm3',
      Body: 'm3',
      Attributes: { DeadLetterQueueSourceArn: `${REGION}:sqs:r:0:nspass-dev-outcomes_c1` },
    };
    const { client, used } = sqs([letter('m1', 'edge'), outcome]);
    const wish: RedriveRequest = {
      deployment: 'nspass-dev',
      queue,
      appliances: [],
      dryRun: false,
      startedAt: 5,
      polls: 3,
      sleep: async () => {},
    };
    expect((await redrive(client, wish)).redriven).toHaveLength(2);
    const wanted = [...used].map((line) => line.split(' ') as [string, string]);
    expect(wanted.length).toBeGreaterThan(6);
    expect(wanted.filter(([action, id]) => !allows(action, id))).toEqual([]);
  });

  it('allows a replay with --config', async () => {
    const events = recorder('events', (name) => {
      if (name === 'DescribeArchive') return { ArchiveArn: 'a', CreationTime: new Date(0) };
      if (name === 'DescribeEventBus') return { Arn: 'b' };
      if (name === 'DescribeReplay') return { State: 'COMPLETED' };
      const EventPattern = '{"detail":{"data":{"cluster":["c1"]}}}';
      return name === 'ListRules' ? { Rules: [{ Name: 'desired_edge', Arn: 'r', EventPattern }] } : {};
    });
    const queue = sqs([]);
    const wish = { deployment: 'nspass-dev', to: new Date(1e12), appliances: [], clusters: [] };
    const plan = await planReplay(events.client, wish);
    const result = await runReplay(plan, {
      eventBridge: events.client,
      sqs: queue.client,
      deployment: 'nspass-dev',
      name: 'nspass-dev-1',
      progress: { show() {}, end() {} },
      say() {},
      signal: new AbortController().signal,
      stallMs: 1,
      now: () => 1e12,
      sleep: async () => {},
    });
    expect(result.end).toBe('taken');
    const onQueues = [...queue.used].map((line) => line.split(' ') as [string, string]);
    expect(onQueues.length).toBeGreaterThan(3);
    expect(onQueues.filter(([action, id]) => !allows(action, id))).toEqual([]);

    // EventBridge checks these resources for each action (Service Authorization Reference).
    const replay = resolved(local('events', 'replay/nspass-dev-1'));
    const targets: Record<string, string[]> = {
      'events:DescribeArchive': ['Archive'],
      'events:DescribeEventBus': ['Bus'],
      'events:ListRules': ['any'],
      'events:StartReplay': ['Archive', replay, 'Bus'],
      'events:DescribeReplay': [replay],
      'events:CancelReplay': [replay],
    };
    for (const line of events.used) expect(targets, line).toHaveProperty([line.trim()]);
    for (const [action, ids] of Object.entries(targets)) {
      for (const id of ids) expect(allows(action, id), `${action} ${id}`).toBe(true);
    }
  });

  it.each([
    ['events:DescribeEventBus', ['Bus']],
    ['events:DescribeArchive', ['Archive']],
    ['events:ListRules', ['any']],
    ['sqs:GetQueueUrl', [...queues.values()]],
    ['sqs:GetQueueAttributes', [...queues.values()]],
    ['lambda:ListEventSourceMappings', ['any']],
  ])('allows nspass doctor: %s', (action, ids) => {
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter((id) => !allows(action, id))).toEqual([]);
  });

  it('allows to look at queues and replays with the console', async () => {
    const events = recorder('events', (name) => (name === 'DescribeArchive' ? { ArchiveArn: 'a' } : {}));
    const queue = sqs([]);
    const { queues, replays } = cloudSources({
      deployment: 'nspass-dev',
      appliance: { name: 'edge', clusters: ['c1'] },
      sqs: queue.client,
      eventBridge: events.client,
      command: new Command(),
    });
    expect((await queues()).map(({ kind }) => kind).sort()).toEqual([
      'dead-letters',
      'outcomes',
      'parking',
      'undelivered',
      'work',
    ]);
    expect(await replays()).toEqual([]);
    const onQueues = [...queue.used].map((line) => line.split(' ') as [string, string]);
    expect(onQueues).toHaveLength(10);
    expect(onQueues.filter(([action, id]) => !allows(action, id))).toEqual([]);
    expect([...events.used].map((line) => line.trim())).toEqual(['events:DescribeArchive', 'events:ListReplays']);
    expect([allows('events:DescribeArchive', 'Archive'), allows('events:ListReplays', 'any')]).toEqual([true, true]);
  });

  it('allows exactly the secrets of the appliances', () => {
    const secret = resolved(local('secretsmanager', 'secret:nspass/edge-??????'));
    expect(allows('secretsmanager:GetSecretValue', secret)).toBe(true);
    expect(allows('secretsmanager:GetSecretValue', secret.replace('edge', 'other'))).toBe(false);
  });

  it('allows nothing else: reads only the two queues of failed messages, publishes no event', () => {
    for (const id of ['WorkQueueEdge', 'OutcomesQueueC1', 'DeadLettersQueue']) {
      expect(allows('sqs:ReceiveMessage', id)).toBe(false);
      expect(allows('sqs:DeleteMessage', id)).toBe(false);
    }
    expect(allows('events:PutEvents', 'Bus')).toBe(false);
  });
});
