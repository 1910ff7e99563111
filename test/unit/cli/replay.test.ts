import { describe, expect, it } from 'vitest';
import { drained } from '../../../lib/cli/replay-drained.ts';
import { choose, parseTime, planReplay, type ReplayPlan } from '../../../lib/cli/replay-plan.ts';
import { createProgress } from '../../../lib/cli/replay-progress.ts';
import { runReplay } from '../../../lib/cli/replay-run.ts';
import { UsageError } from '../../../lib/cli/usage.ts';

const NOW = Date.parse('2026-11-24T08:00:00Z');

describe('times of a replay', () => {
  it.each([
    ['2026-11-24T07:00:00Z', '2026-11-24T07:00:00.000Z'],
    ['2026-11-24T07:00+01:00', '2026-11-24T06:00:00.000Z'],
    ['2026-11-24', '2026-11-24T00:00:00.000Z'],
    ['90m', '2026-11-24T06:30:00.000Z'],
    ['12h', '2026-11-23T20:00:00.000Z'],
    ['7d', '2026-11-17T08:00:00.000Z'],
    ['4w', '2026-10-27T08:00:00.000Z'],
  ])('%s', (text, expected) => {
    expect(parseTime(text, NOW)?.toISOString()).toBe(expected);
  });

  it.each(['yesterday', '0h', '-1h', '7', '2026-13-01', '2026-11-24 07:00', '2026-11-24T07:00:00', ''])(
    'refuses %j',
    (text) => {
      expect(parseTime(text, NOW)).toBeUndefined();
    },
  );
});

const RULES = [
  { arn: 'arn:a', appliance: 'edge', clusters: ['c1', 'c2'] },
  { arn: 'arn:b', appliance: 'dc', clusters: ['c2'] },
];

describe('rules of a replay', () => {
  it.each([
    ['everything', { appliances: [], clusters: [] }, ['edge', 'dc']],
    ['an appliance', { appliances: ['dc'], clusters: [] }, ['dc']],
    ['appliances of a cluster', { appliances: [], clusters: ['c1'] }, ['edge']],
    ['both', { appliances: ['dc'], clusters: ['c1'] }, []],
  ])('%s', (_case, wish, expected) => {
    expect(choose(RULES, wish).map(({ appliance }) => appliance)).toEqual(expected);
  });

  it('names what is not there', () => {
    expect(() => choose(RULES, { appliances: ['egde'], clusters: [] })).toThrow('no appliance "egde" (edge, dc)');
    expect(() => choose(RULES, { appliances: [], clusters: ['c3'] })).toThrow('no appliance serves a cluster "c3"');
  });
});

/** Answers by the name of the command. */
function client(answers: Record<string, (input: Record<string, unknown>) => unknown>) {
  const calls: [string, Record<string, unknown>][] = [];
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    calls.push([name, command.input]);
    const answer = answers[name];
    if (answer === undefined) throw new Error(`unexpected ${name}`);
    return answer(command.input);
  };
  return { calls, client: { send } as never };
}

const cloud = () =>
  client({
    DescribeArchive: () => ({ ArchiveArn: 'arn:archive', CreationTime: new Date('2026-11-01T00:00:00.700Z') }),
    DescribeEventBus: () => ({ Arn: 'arn:bus' }),
    ListRules: ({ NextToken }) =>
      NextToken === undefined
        ? {
            Rules: [
              { Name: 'desired_edge', Arn: 'arn:a', EventPattern: '{"detail":{"data":{"cluster":["c1","c2"]}}}' },
            ],
            NextToken: 'more',
          }
        : { Rules: [{ Name: 'desired_dc', Arn: 'arn:b', EventPattern: '{"detail":{"data":{"cluster":["c2"]}}}' }] },
  });

describe('planReplay', () => {
  const wish = { deployment: 'nspass-dev', to: new Date(NOW), appliances: [], clusters: [] };

  it('begins with the archive where no time is given, in whole seconds, and finds every page of rules', async () => {
    const plan = await planReplay(cloud().client, { ...wish, to: new Date(NOW + 1) });
    expect([plan.from.toISOString(), plan.to.toISOString()]).toEqual([
      '2026-11-01T00:00:00.000Z',
      '2026-11-24T08:00:01.000Z',
    ]);
    expect(plan.rules).toEqual(RULES);
  });

  it('says that there is no such deployment', async () => {
    const { client: none } = client({
      DescribeArchive: () => {
        throw Object.assign(new Error('x'), { name: 'ResourceNotFoundException' });
      },
    });
    await expect(planReplay(none, wish)).rejects.toThrow(
      new UsageError('there is no deployment "nspass-dev" in this account and region.'),
    );
  });

  it('refuses an empty range', async () => {
    await expect(planReplay(cloud().client, { ...wish, from: new Date(NOW) })).rejects.toThrow('nothing lies between');
  });
});

describe('runReplay', () => {
  const plan: ReplayPlan = {
    archiveArn: 'arn:archive',
    busArn: 'arn:bus',
    from: new Date(NOW - 1000),
    to: new Date(NOW),
    rules: RULES,
  };

  function world(states: string[], lengths: Record<string, number[]>) {
    const events = client({
      StartReplay: () => ({}),
      DescribeReplay: () => ({
        State: states.length > 1 ? states.shift() : states[0],
        EventLastReplayedTime: new Date(NOW - 500),
      }),
      CancelReplay: () => ({}),
    });
    const queues = client({
      GetQueueUrl: ({ QueueName }) => ({ QueueUrl: QueueName }),
      GetQueueAttributes: ({ QueueUrl }) => {
        const left = lengths[String(QueueUrl)] ?? [0];
        return { Attributes: { ApproximateNumberOfMessages: String(left.length > 1 ? left.shift() : left[0]) } };
      },
    });
    const stopping = new AbortController();
    const shown: string[] = [];
    const run = (verify?: (appliance: string) => Promise<string[]>) =>
      runReplay(plan, {
        eventBridge: events.client,
        sqs: queues.client,
        deployment: 'nspass-dev',
        name: 'nspass-dev-1',
        progress: { show: (share, label) => void shown.push(`${share.toFixed(1)} ${label}`), end() {} },
        signal: stopping.signal,
        sleep: async () => {},
        ...(verify === undefined ? {} : { verify }),
      });
    return { events, stopping, shown, run };
  }

  it('replays to the chosen rules only, waits until the queues are empty, and verifies each appliance', async () => {
    const { events, shown, run } = world(['STARTING', 'RUNNING', 'COMPLETED'], { 'nspass-dev-edge.fifo': [4, 2, 0] });
    const verified: string[] = [];
    const { complaints } = await run(async (appliance) => {
      verified.push(appliance);
      return appliance === 'dc' ? ['ObjectMissing: x'] : [];
    });
    expect(events.calls[0]).toMatchObject([
      'StartReplay',
      { EventSourceArn: 'arn:archive', Destination: { Arn: 'arn:bus', FilterArns: ['arn:a', 'arn:b'] } },
    ]);
    expect(shown).toEqual([
      '0.5 replay starting',
      '0.5 replay running',
      '1.0 replay completed',
      '0.0 4 events before the appliances',
      '0.5 2 events before the appliances',
      '1.0 0 events before the appliances',
      '1.0 0 events before the appliances',
      '1.0 0 events before the appliances',
    ]);
    expect(verified).toEqual(['edge', 'dc']);
    expect(complaints).toEqual(['dc: ObjectMissing: x']);
  });

  it('says what came to be parked meanwhile', async () => {
    const { run } = world(['COMPLETED'], { 'nspass-dev-parked_letters.fifo': [1, 3] });
    expect((await run()).complaints).toEqual(['2 events are parked now: see nspass redrive --dry-run']);
  });

  it('verifies nothing while events wait, and says how many', async () => {
    const { run, stopping } = world(['COMPLETED'], { 'nspass-dev-dc.fifo': [5] });
    stopping.abort();
    const { complaints } = await run(async () => ['never looked at']);
    expect(complaints).toEqual(['5 events still wait before the appliances']);
  });

  it('fails with the state of a replay that failed', async () => {
    await expect(world(['RUNNING', 'FAILED'], {}).run()).rejects.toThrow('replay nspass-dev-1 is FAILED');
  });
});

describe('drained', () => {
  it('believes an empty queue only when it looked three times', async () => {
    const lengths = [0, 3, 0, 0, 0];
    const { client: sqs } = client({
      GetQueueAttributes: () => ({ Attributes: { ApproximateNumberOfMessages: String(lengths.shift()) } }),
    });
    const looks: number[] = [];
    const signal = new AbortController().signal;
    await drained(sqs, ['q'], { signal, sleep: async () => {}, onWait: (left) => void looks.push(left) });
    expect(looks).toEqual([0, 3, 0, 0, 0]);
  });
});

describe('the progress bar', () => {
  it('is drawn over on a terminal, and ends its line', () => {
    let text = '';
    const progress = createProgress({ isTTY: true, write: (part) => (text += part) });
    progress.show(0.5, 'half');
    progress.show(2, 'full');
    progress.end();
    expect(text.split('\r').at(-1)).toBe(`\u001b[2K${'█'.repeat(30)} 100 %  full\n`);
  });

  it('is a line for each tenth where nobody watches', () => {
    const lines: string[] = [];
    const progress = createProgress({ write: (part) => lines.push(part) });
    for (const share of [0, 0.01, 0.11, 0.12, 1]) progress.show(share, 'x');
    expect(lines).toEqual(['  0 %  x\n', ' 10 %  x\n', '100 %  x\n']);
  });
});
