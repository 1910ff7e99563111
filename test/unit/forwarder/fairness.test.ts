import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../../lib/contract/index.ts';
import { createForwarder } from '../../../lib/forwarder/forwarder.ts';
import { MemorySequences } from '../../../lib/forwarder/publish/sequence.ts';
import { DEFAULT_SETTINGS } from '../../../lib/forwarder/settings.ts';
import { ingress, ManualClock, RecordingReporter, ScriptedOutcomes, ScriptedSource, settle } from './support.ts';

/** Milliseconds that the bus needs for each call. */
const CALL_MS = 40;
const STEP_MS = 30;
/** 10,000 changes in a minute. */
const CHANGES_A_STEP = 5;
/** Milliseconds that are watched. */
const WATCHED_MS = 20_000;

/** A bus whose calls take time, with what it accepted and when. */
class SlowBus {
  readonly accepted: { at: number; event: BusEvent }[] = [];
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async publish(events: readonly BusEvent[]) {
    await new Promise<void>((resolve) => void this.#clock.after(CALL_MS, resolve));
    for (const event of events) this.accepted.push({ at: this.#clock.now(), event });
    return { failed: [] };
  }
}

const says = ({ detail }: BusEvent, host: string): boolean => JSON.stringify(detail.data).includes(host);

/** A cluster with a namespace of `count` Ingresses that change all the time, and another with one Ingress. */
async function setUp(count: number, outcomes = new ScriptedOutcomes()) {
  const clock = new ManualClock(1_700_000_000_000);
  const names = Array.from({ length: count }, (_, index) => `n${index}`);
  const noisy = (name: string, version: number) =>
    ingress(name, { namespace: 'noisy', host: `${name}.v${version}.noisy.example` });
  const quiet = (version: number) => ingress('calm', { namespace: 'quiet', host: `v${version}.quiet.example` });
  const source = new ScriptedSource([...names.map((name) => noisy(name, 0)), quiet(0)]);
  const bus = new SlowBus(clock);
  const forwarder = createForwarder({
    cluster: 'c',
    clusterUid: 'uid',
    source,
    publisher: bus,
    outcomes,
    reporter: new RecordingReporter(),
    sequences: new MemorySequences(),
    clock,
    random: () => 0.5,
  });
  await forwarder.start();
  await settle();
  await clock.advance(10_000);
  let version = 0;
  /** Lets a time pass in which the noisy namespace changes. */
  const churn = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= STEP_MS) {
      for (let change = 0; change < CHANGES_A_STEP; change += 1) {
        version += 1;
        source.sink.upsert(noisy(names[version % count] as string, version));
      }
      await clock.advance(STEP_MS);
    }
  };
  /** Changes the Ingress of the quiet namespace. @returns milliseconds until the bus has it. */
  const changeQuiet = async (to: number): Promise<number> => {
    const at = clock.now();
    source.sink.upsert(quiet(to));
    await churn(2_000);
    const carried = bus.accepted.find((each) => each.at >= at && says(each.event, `v${to}.quiet.example`));
    return carried === undefined ? Number.POSITIVE_INFINITY : carried.at - at;
  };
  return { clock, bus, forwarder, churn, changeQuiet, version: () => version, noisy, names };
}

describe('fairness: one namespace changes 10,000 times a minute', () => {
  const window = DEFAULT_SETTINGS.windowMs;
  // A call may be under way, a range of a snapshot may have its turn, then comes its own.
  const soon = window + 3 * CALL_MS + STEP_MS;

  it.each([
    ['few Ingresses, each all the time', 20],
    ['as many as single events may carry', 190],
    ['more: snapshots carry them', 1_000],
    ['very many: snapshots of many events carry them', 2_000],
  ])('%s → another namespace’s change goes out within its normal window', async (_what, count) => {
    const { churn, changeQuiet, forwarder, clock } = await setUp(count);
    await churn(5_000);
    const delays: number[] = [];
    for (let round = 1; round <= 5; round += 1) {
      delays.push(await changeQuiet(round));
      await churn(round * 210);
    }
    expect(Math.max(...delays)).toBeLessThanOrEqual(soon);
    const stopped = forwarder.stop();
    await clock.advance(30_000);
    await stopped;
  });

  const { burst, perSecond } = DEFAULT_SETTINGS.namespaceBudget;
  const mostSingles = burst + (perSecond * WATCHED_MS) / 1_000;
  const mostStorms = WATCHED_MS / DEFAULT_SETTINGS.stormIntervalMs + 1;

  it.each([20, 190, 1_000])(
    '%i Ingresses → the queues get no more single events of them than its budget',
    async (count) => {
      const { bus, churn, forwarder, clock } = await setUp(count);
      const before = bus.accepted.length;
      await churn(WATCHED_MS);
      const events = bus.accepted.slice(before).map(({ event }) => event);
      const singles = events.filter(({ detailType }) => detailType === 'Ingress Changed');
      expect(singles.length).toBeLessThanOrEqual(mostSingles);
      const snapshots = events.filter(({ detailType }) => detailType === 'Cluster Snapshot');
      const ranges = new Set(snapshots.map(({ detail }) => ('from' in detail.data ? detail.data.from : ''))).size;
      expect(snapshots.length).toBeLessThanOrEqual(ranges * mostStorms);
      const stopped = forwarder.stop();
      await clock.advance(30_000);
      await stopped;
    },
  );

  it.each([
    ['of some Ingresses', Array.from({ length: 150 }, (_, index) => ({ namespace: 'noisy', name: `n${index}` }))],
    ['of all', undefined],
  ])(
    'resyncs %s that its changes cause all the time → no more single events and snapshots than without',
    async (...given) => {
      const [, ingresses] = given;
      const outcomes = new ScriptedOutcomes();
      const { bus, forwarder, clock } = await setUp(150, outcomes);
      const before = bus.accepted.length;
      for (let at = 0; at < WATCHED_MS; at += 50) {
        const data = { cluster: 'c', appliances: ['edge'], reason: 'a host moved', ...(ingresses && { ingresses }) };
        void outcomes.handle({ detailType: 'Resync Requested', data, id: `${at}`, time: at });
        await clock.advance(50);
      }
      const events = bus.accepted.slice(before).map(({ event }) => event);
      const count = (type: string): number => events.filter(({ detailType }) => detailType === type).length;
      expect(events.length).toBeGreaterThan(1);
      expect(count('Ingress Changed')).toBeLessThanOrEqual(mostSingles);
      expect(count('Cluster Snapshot')).toBeLessThanOrEqual(mostStorms);
      const stopped = forwarder.stop();
      await clock.advance(30_000);
      await stopped;
    },
  );

  it('when it ends → the last state of each of its Ingresses is published', async () => {
    const { bus, churn, forwarder, clock, names, version } = await setUp(300);
    await churn(5_000);
    await clock.advance(60_000);
    const last = new Map<string, string>();
    for (const { event } of bus.accepted) {
      const { data } = event.detail;
      const states =
        'ingress' in data ? [data.ingress] : 'flagged' in data && 'ingresses' in data ? data.ingresses : [];
      for (const state of states) if ('rules' in state) last.set(state.name, state.rules[0]?.host ?? '');
    }
    for (const [index, name] of names.entries()) {
      const newest = version() - ((((version() - index) % 300) + 300) % 300);
      expect(last.get(name)).toBe(`${name}.v${newest}.noisy.example`);
    }
    const stopped = forwarder.stop();
    await clock.advance(30_000);
    await stopped;
  });
});
