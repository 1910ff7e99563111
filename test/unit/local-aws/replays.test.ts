import { describe, expect, it } from 'vitest';
import { memoryArchive } from '../../../lib/local-aws/archive-store.ts';
import { Archives } from '../../../lib/local-aws/archives.ts';
import type { Envelope } from '../../../lib/local-aws/envelope.ts';
import { FaultInjector, NO_FAULTS } from '../../../lib/local-aws/fault-injector.ts';
import { seededRandom } from '../../../lib/local-aws/random.ts';
import { type Replay, type ReplayRequest, Replays, replayOrder } from '../../../lib/local-aws/replays.ts';
import { envelope } from './envelopes.ts';

const ordered = new FaultInjector(NO_FAULTS, seededRandom(1));
const unordered = new FaultInjector({ ...NO_FAULTS, unordered: true }, seededRandom(1));

describe('replayOrder', () => {
  const events = [envelope('c', 61), envelope('a', 5), envelope('b', 5), envelope('d', 125), envelope('z', 1)];

  it('is by time, those of one second as they came', () => {
    expect(replayOrder(events, ordered).map(({ id }) => id)).toEqual(['z', 'a', 'b', 'c', 'd']);
  });

  it('is minute after minute, without order inside, where that is switched on', () => {
    const many = Array.from({ length: 60 }, (_, index) => envelope(String(index), index * 2));
    const minutes = replayOrder(many, unordered).map(({ time }) => Math.floor(Date.parse(time) / 60_000));
    expect(minutes).toEqual(minutes.toSorted((a, b) => a - b));
    expect(replayOrder(many, unordered)).not.toEqual(many);
    expect(new Set(replayOrder(many, unordered))).toEqual(new Set(many));
  });
});

function setup(count: number, retentionDays = 0, now = 1e9) {
  const archives = new Archives(memoryArchive, () => now);
  const archive = archives.create({ name: 'a', arn: 'arn-a', bus: 'b', busArn: 'arn-b', retentionDays });
  archives.record(
    'b',
    Array.from({ length: count }, (_, index) => envelope(String(index), index)),
  );
  const delivered: Envelope[] = [];
  const gate: { hold?: Promise<void>; fail?: Error } = {};
  const replays = new Replays({
    archives,
    faults: ordered,
    now: () => now,
    async deliver(_bus, event, only) {
      await gate.hold;
      if (gate.fail !== undefined) throw gate.fail;
      delivered.push(only === undefined ? event : { ...event, resources: [...only] });
    },
  });
  const request: ReplayRequest = { name: 'r', arn: 'arn-r', archive, from: 0, to: 1e12, destination: { Arn: 'arn-b' } };
  return { archives, archive, replays, delivered, gate, request };
}

async function ended(replay: Replay): Promise<Replay> {
  while (replay.ended === undefined) await new Promise((resolve) => setImmediate(resolve));
  return replay;
}

describe('Replays', () => {
  it('starts, runs, and is completed; events carry its name', async () => {
    const { replays, delivered, request } = setup(250);
    const replay = replays.start(request);
    expect(replay.state).toBe('STARTING');
    await ended(replay);
    expect(replay).toMatchObject({ state: 'COMPLETED', lastReplayed: 249_000 });
    expect(delivered.map(({ id }) => id)).toEqual(Array.from({ length: 250 }, (_, index) => String(index)));
    expect(new Set(delivered.map((event) => event['replay-name']))).toEqual(new Set(['r']));
  });

  it('keeps to its range and its rules', async () => {
    const { replays, delivered, request } = setup(10);
    const destination = { Arn: 'arn-b', FilterArns: ['rule-1'] };
    await ended(replays.start({ ...request, from: 2000, to: 4000, destination }));
    expect(delivered.map(({ id, resources }) => [id, resources[0]])).toEqual([
      ['2', 'rule-1'],
      ['3', 'rule-1'],
      ['4', 'rule-1'],
    ]);
  });

  it('leaves out what is past its retention', async () => {
    const day = 86_400;
    const { replays, delivered, request } = setup(10, 1, (day + 7) * 1000);
    await ended(replays.start(request));
    expect(delivered.map(({ id }) => id)).toEqual(['7', '8', '9']);
  });

  it('can be cancelled before it runs and while it runs, and not afterwards', async () => {
    const { replays, delivered, gate, request } = setup(250);
    const early = replays.start({ ...request, name: 'early' });
    expect(replays.cancel('early').state).toBe('CANCELLING');
    await ended(early);
    expect(early.state).toBe('CANCELLED');
    expect(delivered).toEqual([]);

    let open = () => {};
    gate.hold = new Promise((resolve) => {
      open = resolve;
    });
    const running = replays.start(request);
    while (running.state !== 'RUNNING') await new Promise((resolve) => setImmediate(resolve));
    replays.cancel('r');
    open();
    await ended(running);
    expect(running.state).toBe('CANCELLED');
    expect(delivered).toHaveLength(100);
    expect(() => replays.cancel('r')).toThrow("is in state CANCELLED and can't be cancelled");
  });

  it('says why it failed', async () => {
    const { replays, gate, request } = setup(1);
    gate.fail = new Error('disk full');
    expect(await ended(replays.start(request))).toMatchObject({ state: 'FAILED', reason: 'disk full' });
  });

  it.each<[string, Partial<ReplayRequest>, string]>([
    ['another bus', { destination: { Arn: 'arn-c' } }, 'Cross event bus replay is not permitted'],
    ['an empty range', { from: 5, to: 5 }, 'EventStartTime must be before EventEndTime'],
  ])('refuses %s', (_name, change, reason) => {
    const { replays, request } = setup(1);
    expect(() => replays.start({ ...request, ...change })).toThrow(reason);
    expect(replays.list()).toEqual([]);
  });

  it('refuses a name that was used, and an eleventh at a time', async () => {
    const { replays, request } = setup(1);
    const all = Array.from({ length: 10 }, (_, index) => replays.start({ ...request, name: `r${index}` }));
    expect(() => replays.start({ ...request, name: 'r3' })).toThrow('Replay r3 already exists');
    expect(() => replays.start({ ...request, name: 'r10' })).toThrow('Only 10 replays');
    await Promise.all(all.map(ended));
    expect(replays.list({ state: 'COMPLETED' })).toHaveLength(10);
    expect(replays.list({ prefix: 'r1' }).map(({ name }) => name)).toEqual(['r1']);
    expect(replays.list({ archiveArn: 'other' })).toEqual([]);
  });

  it('cancels what runs when it stops', async () => {
    const { replays, request } = setup(1000);
    const replay = replays.start(request);
    await replays.stop();
    expect(replay.state).toBe('CANCELLED');
  });
});

describe('Archives', () => {
  it('keeps what its pattern matches, of its own bus', () => {
    const archives = new Archives(memoryArchive, () => 0);
    const spec = { name: 'a', arn: 'arn', bus: 'b', busArn: 'arn-b', retentionDays: 0 };
    const archive = archives.create({ ...spec, pattern: '{"source":["nspass.forwarder"]}' });
    archives.record('b', [envelope('kept'), envelope('other', 0, { source: 'nspass.functions' })]);
    archives.record('c', [envelope('elsewhere')]);
    expect(archives.read(archive, 0, 1e12).map(({ id }) => id)).toEqual(['kept']);
  });

  it('answers for unknown and twice used names as the service does', () => {
    const archives = new Archives(memoryArchive, () => 0);
    const spec = { name: 'a', arn: 'arn', bus: 'b', busArn: 'arn-b', retentionDays: 0 };
    expect(() => archives.get('a')).toThrow('Archive a does not exist');
    archives.create(spec);
    expect(() => archives.create(spec)).toThrow('Archive a already exists');
    expect(() => archives.create({ ...spec, name: 'x', pattern: '{}' })).toThrow('Event pattern is not valid');
    archives.delete('a');
    expect(archives.list()).toEqual([]);
  });
});
