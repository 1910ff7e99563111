import { describe, expect, it } from 'vitest';
import { DeploymentMissing } from '../../../lib/cli/cloud-failure.ts';
import { replaySummary } from '../../../lib/cli/replay.ts';
import { type QueueCounts, waitUntilEmpty } from '../../../lib/cli/replay-drained.ts';
import { duration, Pace } from '../../../lib/cli/replay-pace.ts';
import { planReplay, type ReplayPlan, selectRules } from '../../../lib/cli/replay-plan.ts';
import { createReplayProgress } from '../../../lib/cli/replay-progress.ts';
import { type ReplayResult, runReplay } from '../../../lib/cli/replay-run.ts';
import type { ApplianceAudit } from '../../../lib/cli/replay-verify.ts';
import { nextWindow, type Window } from '../../../lib/cli/replay-windows.ts';
import { parseTime } from '../../../lib/cli/time-option.ts';

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
    expect(selectRules(RULES, wish).map(({ appliance }) => appliance)).toEqual(expected);
  });

  it('names what is not there', () => {
    expect(() => selectRules(RULES, { appliances: ['egde'], clusters: [] })).toThrow(
      'no appliance "egde": did you mean edge?',
    );
    expect(() => selectRules(RULES, { appliances: [], clusters: ['c3'] })).toThrow(
      'no appliance serves the cluster "c3"',
    );
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

const cloud = (archive: object = {}) =>
  client({
    DescribeArchive: () => ({
      ArchiveArn: 'arn:archive',
      CreationTime: new Date('2026-11-01T00:00:00.700Z'),
      EventCount: 5_000,
      ...archive,
    }),
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

  it('knows where the archive begins, in whole seconds, and finds every page of rules', async () => {
    const plan = await planReplay(cloud().client, { ...wish, to: new Date(NOW + 1) });
    expect(plan.from).toBeUndefined();
    expect(plan.to.toISOString()).toBe('2026-11-24T08:00:01.000Z');
    expect(plan.archive).toEqual({ since: Date.parse('2026-11-01T00:00:00.000Z'), events: 5_000 });
    expect(plan.rules).toEqual(RULES);
  });

  it('knows that an archive forgets', async () => {
    const { archive } = await planReplay(cloud({ RetentionDays: 2 }).client, wish);
    expect(new Date(archive.since).toISOString()).toBe('2026-11-22T08:00:00.000Z');
  });

  it('says that there is no such deployment', async () => {
    const { client: none } = client({
      DescribeArchive: () => {
        throw Object.assign(new Error('x'), { name: 'ResourceNotFoundException' });
      },
    });
    await expect(planReplay(none, wish)).rejects.toThrow(new DeploymentMissing('nspass-dev'));
  });

  it('refuses an empty range', async () => {
    await expect(planReplay(cloud().client, { ...wish, from: new Date(NOW) })).rejects.toThrow(
      'the time range is empty',
    );
  });
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('windows of a replay', () => {
  const hours = (beginning: number): string[] => {
    const done: Window[] = [];
    for (let next = nextWindow(done, NOW, beginning); next !== undefined; next = nextWindow(done, NOW, beginning)) {
      done.push(next);
    }
    return done.map(({ from, to }) => `${(from - NOW) / HOUR} to ${(to - NOW) / HOUR}`);
  };

  it.each([
    ['a long archive', 300, ['-1 to 0', '-26 to -1', '-52 to -26', '-104 to -52', '-208 to -104', '-300 to -208']],
    ['one that began just now', 0.5, ['-0.5 to 0']],
    ['one that begins with a window', 26, ['-1 to 0', '-26 to -1']],
  ])('%s: newest first, each event in one, until its beginning', (_case, age, expected) => {
    expect(hours(NOW - age * HOUR)).toEqual(expected);
  });
});

describe('runReplay', () => {
  const plan: ReplayPlan = {
    archiveArn: 'arn:archive',
    busArn: 'arn:bus',
    to: new Date(NOW),
    archive: { since: NOW - 1000 * HOUR, events: 100_000 },
    rules: RULES,
    clusters: [],
  };

  interface WorldOptions {
    readonly states?: string[];
    readonly lengths?: Record<string, readonly (number | readonly [number, number])[]>;
    /** Milliseconds from one look to the next. */
    readonly step?: number;
  }

  function world({ states = ['COMPLETED'], lengths = {}, step = 2_000 }: WorldOptions = {}) {
    let now = NOW;
    const left = Object.fromEntries(Object.entries(lengths).map(([name, list]) => [`nspass-dev-${name}`, [...list]]));
    const events = client({
      StartReplay: () => ({}),
      DescribeReplay: () => ({ State: states.length > 1 ? states.shift() : states[0] }),
      CancelReplay: () => ({}),
    });
    const queues = client({
      GetQueueUrl: ({ QueueName }) => ({ QueueUrl: QueueName }),
      GetQueueAttributes: ({ QueueUrl }) => {
        const list = left[String(QueueUrl)] ?? [0];
        const value = (list.length > 1 ? list.shift() : list[0]) ?? 0;
        const [waiting, taken] = typeof value === 'number' ? [value, 0] : value;
        return {
          Attributes: {
            ApproximateNumberOfMessages: String(waiting),
            ApproximateNumberOfMessagesNotVisible: String(taken),
          },
        };
      },
    });
    const stopping = new AbortController();
    const shown: string[] = [];
    const said: string[] = [];
    const run = (auditAppliance?: (appliance: string) => Promise<ApplianceAudit>, more: Partial<ReplayPlan> = {}) =>
      runReplay(
        { ...plan, ...more },
        {
          eventBridge: events.client,
          sqs: queues.client,
          deployment: 'nspass-dev',
          name: 'nspass-dev-1',
          progress: { show: (share, label, detail) => void shown.push(`${share} ${label}: ${detail}`), end() {} },
          say: (line) => void said.push(line),
          signal: stopping.signal,
          stallMs: 30 * MINUTE,
          now: () => now,
          sleep: async () => {
            now += step;
          },
          ...(auditAppliance === undefined ? {} : { auditAppliance }),
        },
      );
    const replayed = (): string[] =>
      events.calls
        .filter(([name]) => name === 'StartReplay')
        .map(([, { ReplayName, EventStartTime, EventEndTime, Destination }]) => {
          const hour = (time: unknown): number => ((time as Date).getTime() - NOW) / HOUR;
          const { FilterArns } = Destination as { FilterArns: string[] };
          return `${ReplayName}: ${hour(EventStartTime)} to ${hour(EventEndTime)} to ${FilterArns.join(' ')}`;
        });
    return { events, stopping, shown, said, run, replayed };
  }

  const seen = (clusters: Record<string, number>): ApplianceAudit => ({
    complaints: [],
    seen: new Map(Object.entries(clusters).map(([cluster, ago]) => [cluster, NOW - ago])),
  });

  it('the appliances saw their clusters in the last hour → nothing older is replayed', async () => {
    const { run, replayed } = world();
    const result = await run(async () => seen({ c1: 10 * MINUTE, c2: 50 * MINUTE }));
    expect(replayed()).toEqual(['nspass-dev-1: -1 to 0 to arn:a arn:b']);
    expect(result).toEqual({ end: 'taken', complaints: [], parked: 0 });
  });

  it('a cluster ended three days ago → back by windows until it is seen, for its appliances only', async () => {
    const { run, replayed, said, events } = world();
    const last = 75 * HOUR;
    const look = async (appliance: string): Promise<ApplianceAudit> => {
      const starts = events.calls.filter(([name]) => name === 'StartReplay').map(([, input]) => input.EventStartTime);
      const reached = starts.some((time) => NOW - (time as Date).getTime() >= last);
      return appliance === 'dc' ? seen({ c2: MINUTE }) : seen({ c2: MINUTE, ...(reached ? { c1: last } : {}) });
    };
    await run(look);
    expect(replayed()).toEqual([
      'nspass-dev-1: -1 to 0 to arn:a arn:b',
      'nspass-dev-1-2: -26 to -1 to arn:a',
      'nspass-dev-1-3: -52 to -26 to arn:a',
      'nspass-dev-1-4: -104 to -52 to arn:a',
    ]);
    expect(said).toContain('no full snapshot of c1 has reached edge yet');
    expect(said.find((line) => line.startsWith('replaying from '))).toMatch(
      /, about 100 events, to edge \(c1, c2\), dc \(c2\)$/,
    );
  });

  it('a record from before a restore → it does not count: the window must bring a newer one', async () => {
    const { run, replayed } = world();
    await run(async () => seen({ c1: 2 * HOUR, c2: 2 * HOUR }));
    expect(replayed()).toHaveLength(2);
  });

  it('a cluster that was never there → the whole archive, once, and not where another one is asked for', async () => {
    const look = async (): Promise<ApplianceAudit> => seen({ c2: MINUTE });
    const all = world();
    await all.run(look);
    expect(all.replayed().at(-1)).toMatch(/: -1000 to -832 to arn:a$/);
    const one = world();
    await one.run(look, { clusters: ['c2'] });
    expect(one.replayed()).toHaveLength(1);
  });

  it.each([
    [
      'an appliance that cannot be read',
      { complaints: ['cannot be read: x'] },
      ['edge: cannot be read: x', 'dc: cannot be read: x'],
    ],
    ['an appliance that is only observed', { complaints: [] }, []],
  ])('%s → one window', async (_case, look, complaints) => {
    const { run, replayed } = world();
    expect((await run(async () => look)).complaints).toEqual(complaints);
    expect(replayed()).toHaveLength(1);
  });

  it('nobody looks → the last 26 hours', async () => {
    const { run, replayed } = world();
    await run();
    expect(replayed()).toEqual(['nspass-dev-1: -26 to 0 to arn:a arn:b']);
  });

  it('a time is named → from there, whatever the appliances saw', async () => {
    const { run, replayed } = world();
    await run(async () => seen({}), { from: new Date(NOW - 7 * HOUR) });
    expect(replayed()).toEqual(['nspass-dev-1: -7 to 0 to arn:a arn:b']);
  });

  it('says queues, time, rate and the rest while it waits', async () => {
    const { run, shown } = world({ lengths: { 'edge.fifo': [100, 60, 20, 0], 'dc.fifo': [4, 0] } });
    await run();
    expect(shown.filter((line) => line.includes('queued for the appliances')).slice(0, 3)).toEqual([
      '0 step 2 of 2, queued for the appliances: edge.fifo 100, dc.fifo 4; 0s so far',
      `${1 - 60 / 104} step 2 of 2, queued for the appliances: edge.fifo 60; 2s so far, 22 events a second, about 3s left`,
      `${1 - 20 / 104} step 2 of 2, queued for the appliances: edge.fifo 20; 4s so far, 21 events a second, about 1s left`,
    ]);
  });

  it('nothing receives the events → it reports the cause after three minutes, and stops waiting at the limit', async () => {
    const { run, said } = world({ lengths: { 'edge.fifo': [12] }, step: MINUTE });
    expect(await run(async () => seen({}))).toEqual({ end: 'stalled', complaints: [], parked: 0 });
    const why = said.filter((line) => line.startsWith('edge.fifo: nothing receives its 12 events.'));
    expect(why[0]).toContain('event source mapping is disabled');
    expect(why).toHaveLength(10);
    expect(said.at(-1)).toMatch(/^12 events are still queued for the appliances\./);
  });

  it('batches are returned → it reports that, and the query that names the cause', async () => {
    const { run, said } = world({ lengths: { 'edge.fifo': [[2, 10], 12] }, step: MINUTE });
    await run();
    expect(said.find((line) => line.startsWith('edge.fifo: '))).toContain('"Why batches are returned"');
  });

  it('slow progress → it keeps waiting, beyond the limit', async () => {
    const slow = Array.from({ length: 20 }, (_, index) => 20 - index);
    const { run } = world({ lengths: { 'edge.fifo': [...slow, 0] }, step: 10 * MINUTE });
    expect((await run()).end).toBe('taken');
  });

  it('EventBridge replays nothing → it reports that, and how to show the replay', async () => {
    const { run, said } = world({ states: ['STARTING'], step: MINUTE });
    expect((await run()).end).toBe('stalled');
    expect(said).toContain('EventBridge has replayed nothing for 3m; the replay nspass-dev-1 is STARTING.');
    expect(said).toContain('  show it:    aws events describe-replay --replay-name nspass-dev-1');
  });

  it('Ctrl-C → the replay continues, and it prints how to show and cancel it', async () => {
    const { run, said, stopping, events } = world({ states: ['RUNNING'] });
    stopping.abort();
    expect((await run()).end).toBe('interrupted');
    expect(said.slice(-3)).toEqual([
      'The replay nspass-dev-1 continues in EventBridge.',
      '  show it:    aws events describe-replay --replay-name nspass-dev-1',
      '  cancel it:  aws events cancel-replay --replay-name nspass-dev-1',
    ]);
    expect(events.calls.map(([name]) => name)).not.toContain('CancelReplay');
  });

  it('events cannot be read → they are counted, once the dead letters are parked', async () => {
    const { run } = world({ lengths: { 'parked_letters.fifo': [1, 3], 'dead_letters.fifo': [2, 0] } });
    expect(await run()).toEqual({ end: 'taken', complaints: [], parked: 2 });
  });

  it('fails with the state of a replay that failed', async () => {
    await expect(world({ states: ['RUNNING', 'FAILED'] }).run()).rejects.toThrow('replay nspass-dev-1 is FAILED');
  });
});

describe('the end of a replay', () => {
  const end = (result: Partial<ReplayResult>, audited = true) =>
    replaySummary({ end: 'taken', complaints: [], parked: 0, ...result }, { audited, bounded: false, wait: 30 });

  it.each([
    ['everything was applied', end({}), 0, 'all events were applied, and the appliances are as recorded'],
    ['no audit', end({}, false), 0, 'all events were applied'],
    ['some cannot be read', end({ parked: 2 }), 3, 'all other events were applied, and the appliances are as recorded'],
    ['something differs', end({ complaints: ['edge: x'], parked: 2 }), 1, /^2 archived events cannot be read/],
    ['no progress', end({ end: 'stalled' }), 1, 'no progress for 30 minutes: stopped waiting'],
    ['Ctrl-C', end({ end: 'interrupted' }), 130, 'interrupted'],
  ])('%s', (_case, { lines, status }, expected, last) => {
    expect(status).toBe(expected);
    expect(lines.at(-1)).toMatch(last);
  });

  it('names the limit of 26 hours without an audit', () => {
    expect(end({}, false).lines[0]).toContain('lost more than 26 hours ago');
    expect(end({}).lines).toHaveLength(1);
  });
});

describe('times and rates', () => {
  it.each([
    [0, '0s'],
    [59_400, '59s'],
    [65_000, '1m 5s'],
    [3_600_000, '1h'],
    [93_600_000, '1d 2h'],
  ])('%i ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('forgets a rate of long ago', () => {
    const pace = new Pace(0);
    pace.note(0, 1000);
    pace.note(10_000, 0);
    expect(pace.perSecond).toBe(100);
    for (const second of [80, 90, 100]) pace.note(second * 1000, 500);
    expect([pace.perSecond, pace.remainingMs, pace.stalledMs(100_000)]).toEqual([0, undefined, 90_000]);
  });
});

describe('waitUntilEmpty', () => {
  it('takes a queue for empty only after three polls', async () => {
    const lengths = [0, 3, 0, 0, 0];
    const { client: sqs } = client({
      GetQueueAttributes: () => ({ Attributes: { ApproximateNumberOfMessages: String(lengths.shift()) } }),
    });
    const polls: number[] = [];
    const onPoll = (queues: readonly QueueCounts[]): undefined => void polls.push(queues[0]?.waiting ?? -1);
    const signal = new AbortController().signal;
    await waitUntilEmpty(sqs, ['q'], { signal, sleep: async () => {}, onPoll });
    expect(polls).toEqual([0, 3, 0, 0, 0]);
  });
});

describe('the progress bar', () => {
  it('is drawn over on a terminal, and ends its line', () => {
    let text = '';
    const progress = createReplayProgress({ isTTY: true, write: (part) => (text += part) });
    progress.show(0.5, 'half');
    progress.show(2, 'full');
    progress.end();
    expect(text.split('\r').at(-1)).toBe(`\u001b[2K${'█'.repeat(30)} 100 %  full\n`);
  });

  it('is a line for each tenth where nobody watches', () => {
    const lines: string[] = [];
    const progress = createReplayProgress({ write: (part) => lines.push(part) });
    for (const share of [0, 0.01, 0.11, 0.12, 1]) progress.show(share, 'x', `at ${share}`);
    expect(lines).toEqual(['  0 %  x: at 0\n', ' 10 %  x: at 0.11\n', '100 %  x: at 1\n']);
  });
});
