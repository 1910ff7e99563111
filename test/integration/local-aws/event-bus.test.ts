import { request } from 'node:http';
import {
  CancelReplayCommand,
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeReplayCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  type EventBridgeClient,
  ListArchivesCommand,
  ListEventBusesCommand,
  ListReplaysCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  StartReplayCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPublisher } from '../../../lib/aws/event-bridge.ts';
import { createLocalCloud, type LocalCloud } from '../../../lib/local-aws/index.ts';
import { queued, until, withdrawn } from './support.ts';

let cloud: LocalCloud;
let events: EventBridgeClient;
beforeAll(async () => {
  cloud = await createLocalCloud({ appliances: ['alpha'], clusters: { alpha: ['c1'] }, maxRequestBytes: 200_000 });
  events = cloud.eventBridge;
});
afterAll(async () => void (await cloud.stop()));

const entry = (more: object = {}) => ({
  EventBusName: cloud.busName,
  Source: 'test',
  DetailType: 'Test',
  Detail: '{}',
  ...more,
});

describe('PutEvents', () => {
  it('answers entry by entry: those that are wrong fail, the others are taken', async () => {
    const { FailedEntryCount, Entries } = await events.send(
      new PutEventsCommand({
        Entries: [
          entry(),
          entry({ Detail: 'x' }),
          entry({ EventBusName: 'none' }),
          entry({ EventBusName: cloud.busArn }),
        ],
      }),
    );
    expect(FailedEntryCount).toBe(2);
    expect(Entries?.map(({ EventId, ErrorCode }) => ErrorCode ?? typeof EventId)).toEqual([
      'string',
      'MalformedDetail',
      'ResourceNotFoundException',
      'string',
    ]);
  });

  it.each([
    ['no entry', () => [], 'ValidationException'],
    ['eleven entries', () => Array.from({ length: 11 }, () => entry()), 'ValidationException'],
    [
      'more bytes than a request may have',
      () => [1, 2].map(() => entry({ Detail: `{"a":"${'x'.repeat(100_000)}"}` })),
      'ValidationException',
    ],
  ])('refuses %s whole', async (_name, entries, name) => {
    await expect(events.send(new PutEventsCommand({ Entries: entries() }))).rejects.toMatchObject({ name });
  });

  it('fails the entries that a test wants to fail, and the publisher repeats only these', async () => {
    const before = await queued(cloud, 'alpha.fifo');
    cloud.failEntries((_entry, { call, index }) =>
      call % 2 === 1 && index % 3 === 0 ? { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' } : undefined,
    );
    const publisher = createPublisher({
      busName: cloud.busName,
      endpoint: cloud.eventBridgeUrl,
      retry: { attempts: 20, baseMs: 1, maxMs: 2 },
    });
    const result = await publisher.publish(Array.from({ length: 30 }, (_, index) => withdrawn(index + 1)));
    cloud.failEntries(undefined);
    expect(result).toMatchObject({ published: 30, failed: [] });
    expect(result.retried).toBeGreaterThan(0);
    await cloud.idle();
    expect(await queued(cloud, 'alpha.fifo')).toBe(before + 30);
  });

  it('is told apart from a bus that is not there', async () => {
    const publisher = createPublisher({
      busName: cloud.busName,
      endpoint: 'http://127.0.0.1:1',
      retry: { attempts: 2, baseMs: 1, maxMs: 1 },
    });
    const { published, failed } = await publisher.publish([withdrawn(1)]);
    expect(published).toBe(0);
    expect(failed[0]?.error.message).toContain('after 2 attempts');
  });
});

describe('rules and targets', () => {
  const EventBusName = 'rules';
  const Arn = () => cloud.queue('undelivered').arn;
  beforeAll(async () => void (await events.send(new CreateEventBusCommand({ Name: EventBusName }))));

  it('are made, shown, switched and deleted', async () => {
    const EventPattern = '{"source":["test"]}';
    const { RuleArn } = await events.send(new PutRuleCommand({ Name: 'one', EventBusName, EventPattern }));
    expect(RuleArn).toBe(`arn:aws:events:${cloud.region}:${cloud.account}:rule/rules/one`);
    expect(await events.send(new DescribeRuleCommand({ Name: 'one', EventBusName }))).toMatchObject({
      Name: 'one',
      EventPattern,
      State: 'ENABLED',
      EventBusName,
    });
    await events.send(new PutTargetsCommand({ Rule: 'one', EventBusName, Targets: [{ Id: 'q', Arn: Arn() }] }));
    expect((await events.send(new ListTargetsByRuleCommand({ Rule: 'one', EventBusName }))).Targets).toEqual([
      { Id: 'q', Arn: Arn() },
    ]);
    const sent = async () => {
      await events.send(new PutEventsCommand({ Entries: [entry({ EventBusName })] }));
      await cloud.idle();
      return queued(cloud, 'undelivered');
    };
    const before = await queued(cloud, 'undelivered');
    expect(await sent()).toBe(before + 1);
    await events.send(new DisableRuleCommand({ Name: 'one', EventBusName }));
    expect(await sent()).toBe(before + 1);
    await events.send(new EnableRuleCommand({ Name: 'one', EventBusName }));
    // A rule that is put again keeps its targets.
    await events.send(new PutRuleCommand({ Name: 'one', EventBusName, EventPattern, Description: 'again' }));
    expect(await sent()).toBe(before + 2);
    await expect(events.send(new DeleteRuleCommand({ Name: 'one', EventBusName }))).rejects.toThrow('has targets');
    await events.send(new RemoveTargetsCommand({ Rule: 'one', EventBusName, Ids: ['q'] }));
    await events.send(new DeleteRuleCommand({ Name: 'one', EventBusName }));
    expect((await events.send(new ListRulesCommand({ EventBusName }))).Rules).toEqual([]);
  });

  it('are listed by prefix', async () => {
    const { Rules = [] } = await events.send(
      new ListRulesCommand({ EventBusName: cloud.busName, NamePrefix: 'desired_' }),
    );
    expect(Rules.map(({ Name }) => Name)).toEqual(['desired_alpha']);
  });

  it.each([
    ['an unknown rule', () => new DescribeRuleCommand({ Name: 'none', EventBusName }), 'ResourceNotFoundException'],
    ['an unknown bus', () => new ListRulesCommand({ EventBusName: 'none' }), 'ResourceNotFoundException'],
    ['a bus that is there', () => new CreateEventBusCommand({ Name: EventBusName }), 'ResourceAlreadyExistsException'],
    [
      'a pattern that is none',
      () => new PutRuleCommand({ Name: 'bad', EventBusName, EventPattern: '{"source":"x"}' }),
      'InvalidEventPatternException',
    ],
    [
      'a name that is none',
      () => new PutRuleCommand({ Name: 'a b', EventBusName, EventPattern: '{}' }),
      'ValidationException',
    ],
    [
      'a FIFO target without a group',
      () =>
        new PutTargetsCommand({
          Rule: 'desired_alpha',
          EventBusName: cloud.busName,
          Targets: [{ Id: 'x', Arn: cloud.queue('alpha.fifo').arn }],
        }),
      'ValidationException',
    ],
    [
      'a sixth target',
      () =>
        new PutTargetsCommand({
          Rule: 'desired_alpha',
          EventBusName: cloud.busName,
          Targets: [1, 2, 3, 4, 5].map((id) => ({ Id: String(id), Arn: Arn() })),
        }),
      'LimitExceededException',
    ],
  ])('refuses %s', async (_name, command, name) => {
    await expect(events.send(command() as DescribeRuleCommand)).rejects.toMatchObject({ name });
  });

  it('tests a pattern without a rule', async () => {
    const test = (EventPattern: string) =>
      events.send(new TestEventPatternCommand({ EventPattern, Event: '{"source":"x","detail":{"a":[1,2]}}' }));
    expect((await test('{"detail":{"a":[2]}}')).Result).toBe(true);
    expect((await test('{"detail":{"a":[3]}}')).Result).toBe(false);
    await expect(test('{')).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
    const noEvent = new TestEventPatternCommand({ EventPattern: '{"a":[1]}', Event: '{' });
    await expect(events.send(noEvent)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('shows the buses', async () => {
    expect(await events.send(new DescribeEventBusCommand({ Name: cloud.busName }))).toMatchObject({
      Arn: cloud.busArn,
    });
    const { EventBuses = [] } = await events.send(new ListEventBusesCommand({}));
    expect(EventBuses.map(({ Name }) => Name)).toEqual(['default', cloud.busName, 'rules']);
  });
});

describe('archives and replays', () => {
  const Name = 'kept';
  const EventBusName = 'kept-bus';
  let busArn = '';
  let archiveArn = '';
  beforeAll(async () => {
    busArn = (await events.send(new CreateEventBusCommand({ Name: EventBusName }))).EventBusArn ?? '';
    const archive = { ArchiveName: Name, EventSourceArn: busArn, EventPattern: '{"source":["test"]}' };
    archiveArn = (await events.send(new CreateArchiveCommand(archive))).ArchiveArn ?? '';
    for (const [rule, pattern] of [
      ['live', '{"replay-name":[{"exists":false}]}'],
      ['replayed', '{"replay-name":[{"exists":true}]}'],
    ]) {
      await events.send(new PutRuleCommand({ Name: rule, EventBusName, EventPattern: pattern }));
      const Arn = cloud.queue(rule === 'live' ? 'outcomes_c1' : 'undelivered').arn;
      await events.send(new PutTargetsCommand({ Rule: rule, EventBusName, Targets: [{ Id: 'q', Arn }] }));
    }
    const Time = (second: number) => new Date(1_700_000_000_000 + second * 1000);
    const Entries = [
      ...[0, 1, 2].map((second) => entry({ EventBusName, Time: Time(second) })),
      entry({ EventBusName, Source: 'other' }),
    ];
    await events.send(new PutEventsCommand({ Entries }));
    await cloud.idle();
  });

  const at = (second: number) => new Date(1_700_000_000_000 + second * 1000);
  const replay = (name: string, more: object = {}) =>
    new StartReplayCommand({
      ReplayName: name,
      EventSourceArn: archiveArn,
      EventStartTime: at(1),
      EventEndTime: at(60),
      Destination: { Arn: busArn },
      ...more,
    });

  it('an archive keeps what its pattern matches', async () => {
    const archive = await events.send(new DescribeArchiveCommand({ ArchiveName: Name }));
    expect(archive).toMatchObject({ EventSourceArn: busArn, State: 'ENABLED', RetentionDays: 0, EventCount: 3 });
    expect(archive.SizeBytes).toBeGreaterThan(300);
    expect(archive.CreationTime).toBeInstanceOf(Date);
    const { Archives = [] } = await events.send(new ListArchivesCommand({ EventSourceArn: busArn }));
    expect(Archives.map(({ ArchiveName }) => ArchiveName)).toEqual([Name]);
  });

  it('a replay brings what lies in its range, with its name, and is not archived again', async () => {
    const [live, replayed] = [await queued(cloud, 'outcomes_c1'), await queued(cloud, 'undelivered')];
    expect(await events.send(replay('r1'))).toMatchObject({ State: 'STARTING' });
    const describeReplay = () => events.send(new DescribeReplayCommand({ ReplayName: 'r1' }));
    await until('the replay is completed', async () => (await describeReplay()).State === 'COMPLETED');
    const done = await describeReplay();
    expect(done).toMatchObject({ EventSourceArn: archiveArn, Destination: { Arn: busArn } });
    expect(done.EventLastReplayedTime).toEqual(at(2));
    expect(done.ReplayEndTime).toBeInstanceOf(Date);
    expect([await queued(cloud, 'outcomes_c1'), await queued(cloud, 'undelivered')]).toEqual([live, replayed + 2]);
    expect((await events.send(new DescribeArchiveCommand({ ArchiveName: Name }))).EventCount).toBe(3);
  });

  it('a replay may be limited to rules', async () => {
    const before = await queued(cloud, 'undelivered');
    const FilterArns = [`arn:aws:events:${cloud.region}:${cloud.account}:rule/${EventBusName}/live`];
    await events.send(replay('r2', { Destination: { Arn: busArn, FilterArns } }));
    const state = async () => (await events.send(new DescribeReplayCommand({ ReplayName: 'r2' }))).State;
    await until('the replay is completed', async () => (await state()) === 'COMPLETED');
    expect(await queued(cloud, 'undelivered')).toBe(before);
    await expect(events.send(new CancelReplayCommand({ ReplayName: 'r2' }))).rejects.toMatchObject({
      name: 'IllegalStatusException',
    });
    const { Replays = [] } = await events.send(new ListReplaysCommand({ State: 'COMPLETED', NamePrefix: 'r2' }));
    expect(Replays.map(({ ReplayName }) => ReplayName)).toEqual(['r2']);
  });

  it.each<[string, () => { input: object }, string]>([
    [
      'an archive that is there',
      () => new CreateArchiveCommand({ ArchiveName: Name, EventSourceArn: busArn }),
      'ResourceAlreadyExistsException',
    ],
    [
      'an archive of no bus',
      () => new CreateArchiveCommand({ ArchiveName: 'x', EventSourceArn: `${busArn}x` }),
      'ResourceNotFoundException',
    ],
    [
      'an archive named like a path',
      () => new CreateArchiveCommand({ ArchiveName: '../x', EventSourceArn: busArn }),
      'ValidationException',
    ],
    ['an unknown archive', () => new DescribeArchiveCommand({ ArchiveName: 'none' }), 'ResourceNotFoundException'],
    ['an unknown replay', () => new DescribeReplayCommand({ ReplayName: 'none' }), 'ResourceNotFoundException'],
    ['a replay of no archive', () => replay('r3', { EventSourceArn: `${archiveArn}x` }), 'ResourceNotFoundException'],
    ['a replay to another bus', () => replay('r3', { Destination: { Arn: cloud.busArn } }), 'ValidationException'],
    ['a replay of an empty range', () => replay('r3', { EventEndTime: at(1) }), 'ValidationException'],
    [
      'a replay to no rule',
      () => replay('r3', { Destination: { Arn: busArn, FilterArns: ['x'] } }),
      'ResourceNotFoundException',
    ],
  ])('refuses %s', async (_name, command, name) => {
    await expect(events.send(command() as DescribeReplayCommand)).rejects.toMatchObject({ name });
  });

  it('an archive that is deleted is gone', async () => {
    await events.send(new CreateArchiveCommand({ ArchiveName: 'brief', EventSourceArn: busArn }));
    await events.send(new DeleteArchiveCommand({ ArchiveName: 'brief' }));
    await expect(events.send(new DescribeArchiveCommand({ ArchiveName: 'brief' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('the endpoint', () => {
  function post(headers: Record<string, string>, body: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(cloud.eventBridgeUrl, { method: 'POST', headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  it('listens on loopback', () => {
    expect(cloud.eventBridgeUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(cloud.sqsUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it.each([
    ['an unknown action', { 'x-amz-target': 'AWSEvents.Dance' }, '{}', 'UnknownOperationException'],
    ['an inherited name as action', { 'x-amz-target': 'AWSEvents.constructor' }, '{}', 'UnknownOperationException'],
    ['no action', {}, '{}', 'UnknownOperationException'],
    ['another service', { 'x-amz-target': 'AmazonSQS.SendMessage' }, '{}', 'UnknownOperationException'],
    ['no JSON', { 'x-amz-target': 'AWSEvents.PutEvents' }, '{', 'SerializationException'],
    ['no object', { 'x-amz-target': 'AWSEvents.PutEvents' }, '[]', 'ValidationException'],
  ])('answers %s with an error of the service', async (_name, headers, body, type) => {
    const answer = await post(headers as Record<string, string>, body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ __type: type, message: expect.any(String) });
  });
});
