import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../../lib/contract/index.ts';
import { createForwarder } from '../../../lib/forwarder/forwarder.ts';
import { MemorySequences } from '../../../lib/forwarder/publish/sequence.ts';
import { DEFAULT_SETTINGS } from '../../../lib/forwarder/settings.ts';
import { ingress, ManualClock, RecordingReporter, ScriptedSource, settle } from './support.ts';

/** Milliseconds that the bus needs for each call. */
const CALL_MS = 40;
const STEP_MS = 30;
/** 10,000 changes in a minute. */
const CHANGES_A_STEP = 5;
const MINUTE = 60_000;

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
async function setUp(count: number) {
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
    ['very many: snapshots of many events carry them', 3_000],
  ])('%s → another namespace’s change goes out within its normal window', async (_what, count) => {
    const { churn, changeQuiet, forwarder, clock } = await setUp(count);
    await churn(MINUTE / 2);
    const delays: number[] = [];
    for (let round = 1; round <= 8; round += 1) {
      delays.push(await changeQuiet(round));
      await churn(round * 210);
    }
    expect(Math.max(...delays)).toBeLessThanOrEqual(soon);
    const stopped = forwarder.stop();
    await clock.advance(30_000);
    await stopped;
  });

  it.each([
    [20, 1_500],
    [190, 1_500],
    [1_000, 1_500],
  ])('%i Ingresses → the appliances’ queues get at most %i single events of it in a minute', async (count, most) => {
    const { bus, churn, forwarder, clock } = await setUp(count);
    const before = bus.accepted.length;
    await churn(MINUTE);
    const events = bus.accepted.slice(before).map(({ event }) => event);
    const singles = events.filter(({ detailType }) => detailType === 'Ingress Changed');
    const { burst, perSecond } = DEFAULT_SETTINGS.namespaceBudget;
    expect(most).toBeGreaterThanOrEqual(burst + 60 * perSecond);
    expect(singles.length).toBeLessThanOrEqual(burst + 60 * perSecond);
    const snapshots = events.filter(({ detailType }) => detailType === 'Cluster Snapshot');
    const ranges = new Set(snapshots.map(({ detail }) => ('from' in detail.data ? detail.data.from : ''))).size;
    expect(snapshots.length).toBeLessThanOrEqual(ranges * (MINUTE / DEFAULT_SETTINGS.stormIntervalMs + 1));
    const stopped = forwarder.stop();
    await clock.advance(30_000);
    await stopped;
  });

  it('when it ends → the last state of each of its Ingresses is published', async () => {
    const { bus, churn, forwarder, clock, names, version } = await setUp(300);
    await churn(MINUTE / 4);
    await clock.advance(MINUTE);
    const last = new Map<string, string>();
    for (const { event } of bus.accepted) {
      const { data } = event.detail;
      const states = 'ingress' in data ? [data.ingress] : 'flagged' in data ? data.ingresses : [];
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
