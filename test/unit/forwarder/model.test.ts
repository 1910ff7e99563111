import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BusEvent, type ReceivedEvent, stableJson } from '../../../lib/contract/index.ts';
import { createForwarder } from '../../../lib/forwarder/forwarder.ts';
import type { Forwarder } from '../../../lib/forwarder/interface.ts';
import type { SequenceStore } from '../../../lib/forwarder/ports.ts';
import { MemorySequences } from '../../../lib/forwarder/publish/sequence.ts';
import { DEFAULT_SETTINGS } from '../../../lib/forwarder/settings.ts';
import { desiredState } from '../../../lib/forwarder/state/desired-state.ts';
import { ClusterStore } from '../../../lib/forwarder/state/store.ts';
import type { K8sObject } from '../../../lib/ingress/kubernetes.ts';
import { patient, runs } from '../../support/patience.ts';
import { ModelAppliance } from './model-appliance.ts';
import { ingress, ManualClock, RecordingReporter, ScriptedOutcomes, ScriptedSource, settle, slice } from './support.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
/** Whose manifests cannot be read at a start with an incomplete view. */
const HIDDEN: ReadonlySet<string> = new Set(['d', 'e', 'f']);
const INTERVAL = 900_000;

const isSnapshot = (event: BusEvent): boolean => event.detailType === 'Cluster Snapshot';

const SETTINGS = {
  windowMs: 100,
  maxDelayMs: 300,
  stormIngresses: 3,
  snapshotIntervalMs: INTERVAL,
  snapshotJitter: 0,
  // Small, so that snapshots have several ranges and some Ingresses are only listed.
  snapshotBytes: 1_800,
  stopTimeoutMs: 1_000,
};

const name = fc.constantFrom(...NAMES);
const pick = fc.nat({ max: 1_000 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('apply' as const), name, version: fc.nat({ max: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const), names: fc.subarray([...NAMES]) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('grow' as const), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('deselect' as const), name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('endpoints' as const), name, version: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('everything' as const), version: fc.nat({ max: 2 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 60, 110, 400, INTERVAL) }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('deliver' as const), pick, twice: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('report' as const), pick }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('bus' as const),
      mode: fc.constantFrom('up' as const, 'lossy' as const, 'unsure' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'stop' as const), gone: fc.option(name) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), back: fc.constantFrom(0, 5_000_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('view' as const), complete: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('resync' as const),
      names: fc.option(fc.array(name, { maxLength: 4 }), { nil: undefined }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One cluster, its forwarder (of whom there may be several, one after the other), a bus without order, one appliance. */
class World {
  readonly clock = new ManualClock(1_700_000_000_000);
  readonly appliance = new ModelAppliance('c', 3);
  readonly objects = new Map<string, K8sObject>();
  readonly wire: BusEvent[] = [];
  /** All that ever arrived at the bus and was not consumed by an error. */
  readonly history: BusEvent[] = [];
  /** Snapshots that went out while part of the source could not be read. */
  readonly blindSnapshots: BusEvent[] = [];
  /** Ingresses that a list lacks, as this forwarder was told. */
  #lost: ReadonlySet<string> = new Set();
  /** Withdrawals of Ingresses that nobody saw go. */
  readonly blindWithdrawals: BusEvent[] = [];
  readonly outcomes: ReceivedEvent[] = [];
  bus: 'up' | 'lossy' | 'unsure' = 'up';
  complete = true;
  refused = false;
  forgot = false;
  #store: SequenceStore = new MemorySequences();
  #alive = { yes: false };
  #source!: ScriptedSource;
  #outcomeSource!: ScriptedOutcomes;
  #forwarder!: Forwarder;
  #flip = 0;
  readonly #stamped = new Map<number, object>();
  collided = false;
  approved = false;

  async start(): Promise<void> {
    const alive = { yes: true };
    const store = this.#store;
    this.#alive = alive;
    const told = [...this.objects.values()].filter((object) => this.complete || !HIDDEN.has(object.metadata.name));
    this.#source = new ScriptedSource(told, this.complete);
    this.#outcomeSource = new ScriptedOutcomes();
    this.#forwarder = createForwarder({
      cluster: 'c',
      clusterUid: 'uid',
      source: this.#source,
      outcomes: this.#outcomeSource,
      reporter: new RecordingReporter(),
      publisher: {
        publish: async (events) => {
          if (!alive.yes) return new Promise(() => {});
          this.#flip += 1;
          const failed = this.bus === 'up' ? [] : events.filter((_, index) => (index + this.#flip) % 2 === 0);
          const arrived = this.bus === 'unsure' ? events : events.filter((event) => !failed.includes(event));
          this.wire.push(...arrived);
          this.history.push(...arrived);
          for (const event of events) this.#stamp(event, alive);
          if (!this.complete) this.blindSnapshots.push(...arrived.filter(isSnapshot));
          this.blindWithdrawals.push(...arrived.filter((event) => this.#withdrawsLost(event)));
          return { failed: failed.map((event) => ({ event, error: new Error('failed') })) };
        },
      },
      sequences: {
        read: () => store.read(),
        reserve: (upTo) => (alive.yes ? store.reserve(upTo) : new Promise(() => {})),
      },
      settings: SETTINGS,
      clock: this.clock,
      random: () => 0.5,
    });
    await this.#forwarder.start();
    await settle();
  }

  /** A lost store can make two processes give the same sequence in the same millisecond: no protocol survives that. */
  #stamp(event: BusEvent, life: object): void {
    const { sequence } = event.detail.data as { sequence: number };
    const stamped = this.#stamped.get(sequence);
    expect(stamped === life, 'a process gave a sequence twice').toBe(false);
    if (stamped !== undefined) this.collided = true;
    this.#stamped.set(sequence, life);
  }

  async restart(how: 'crash' | 'stop'): Promise<void> {
    if (how === 'stop') {
      const stopped = this.#forwarder.stop();
      await this.clock.advance(SETTINGS.stopTimeoutMs);
      await stopped;
    }
    this.#alive.yes = false;
    this.#lost = new Set();
  }

  /** Drops a part of what is on its way: it comes with the rest of the history. */
  delay(draw: () => number): void {
    const arriving = this.wire.filter(() => draw() % 2 === 0);
    this.wire.splice(0, this.wire.length, ...arriving);
  }

  forget(back: number): void {
    this.forgot = true;
    this.#store = new MemorySequences();
    this.clock.set(this.clock.now() - back);
  }

  #withdrawsLost({ detailType, detail: { data } }: BusEvent): boolean {
    return detailType === 'Ingress Withdrawn' && 'name' in data && this.#lost.has(data.name) && !this.approved;
  }

  put(object: K8sObject): void {
    if (object.kind === 'Ingress') this.#lost = this.#lost.difference(new Set([object.metadata.name]));
    this.objects.set(`${object.kind} ${object.metadata.name}`, object);
    if (this.#alive.yes) this.#source.sink.upsert(object);
  }

  remove(which: string): void {
    if (!this.objects.delete(`Ingress ${which}`) || !this.#alive.yes) return;
    this.#source.sink.remove('Ingress', 'default', which);
  }

  /** A list lacks them. Until somebody sees them again, no withdrawal of theirs may go out. */
  lose(names: readonly string[]): void {
    const gone = names.filter((each) => this.objects.delete(`Ingress ${each}`));
    if (gone.length === 0 || !this.#alive.yes) return;
    this.#lost = new Set([...this.#lost, ...gone]);
    const refs = gone.map((each) => ({ namespace: 'default', name: each }));
    this.#source.sink.missing('Ingress', refs);
  }

  view(complete: boolean): void {
    this.complete = complete;
    if (complete) for (const object of this.objects.values()) this.#source.sink.upsert(object);
    this.#source.sink.synced(complete);
  }

  async deliver(at: number): Promise<void> {
    const [event] = this.wire.splice(at % this.wire.length, 1);
    this.outcomes.push(...this.appliance.take(event as BusEvent));
  }

  async report(at: number): Promise<void> {
    const [outcome] = this.outcomes.splice(at % this.outcomes.length, 1);
    if (outcome?.detailType === 'Prune Refused') this.refused = true;
    await this.#outcomeSource.handle(outcome as ReceivedEvent);
    await settle();
  }

  async resync(names: readonly string[] | undefined): Promise<void> {
    const ingresses = names?.map((each) => ({ namespace: 'default', name: each }));
    const data = {
      cluster: 'c',
      appliances: ['p'],
      reason: 'drift',
      ...(ingresses === undefined ? {} : { ingresses }),
    };
    await this.#outcomeSource.handle({ detailType: 'Resync Requested', data, id: '', time: 0 });
    await settle();
  }

  approve(): void {
    this.approved = true;
    this.#forwarder.snapshot('approved', { confirmed: true });
  }

  /** All that is on its way arrives, in the order that `order` draws. */
  async drain(order: fc.Random | (() => number)): Promise<void> {
    const draw = order as () => number;
    for (let rounds = 0; this.wire.length > 0 || this.outcomes.length > 0; rounds += 1) {
      if (rounds > 50) throw new Error('it does not come to rest');
      while (this.wire.length > 0) await this.deliver(draw());
      while (this.outcomes.length > 0) await this.report(draw());
      await this.clock.advance(SETTINGS.maxDelayMs + 60_000);
    }
  }

  /** What should be on the appliance: the selected Ingresses of the cluster. */
  get wanted(): Record<string, string> {
    const store = new ClusterStore();
    for (const object of this.objects.values()) store.upsert(object);
    const wanted = NAMES.flatMap((each) => {
      const { state } = desiredState(store, `default/${each}`, DEFAULT_SETTINGS);
      return state === undefined ? [] : [[`default/${each}`, stableJson(state)] as const];
    });
    return Object.fromEntries(wanted);
  }

  async take(each: Step): Promise<void> {
    switch (each.do) {
      case 'apply':
        return this.put(ingress(each.name, { host: `v${each.version}.example.com` }));
      case 'grow':
        return this.put(ingress(each.name, { annotations: { 'ingress.citrix.com/frontend-ip': ' '.repeat(2_000) } }));
      case 'deselect':
        return this.put(ingress(each.name, { annotations: { 'ingress.citrix.com/ssl-passthrough': 'false' } }));
      case 'delete':
        return this.remove(each.name);
      case 'lose':
        return this.lose(each.names);
      case 'endpoints':
        return this.put(slice(each.name, [`10.1.0.${each.version}`]));
      case 'everything':
        for (const each_ of NAMES) this.put(ingress(each_, { host: `v${each.version}.example.com` }));
        return;
      case 'wait':
        return this.clock.advance(each.ms);
      case 'deliver':
        if (this.wire.length === 0) return;
        if (each.twice) this.wire.push(this.wire[each.pick % this.wire.length] as BusEvent);
        return this.deliver(each.pick);
      case 'fail': {
        const [event] = this.wire.length === 0 ? [] : this.wire.splice(each.pick % this.wire.length, 1);
        if (event === undefined) return;
        this.outcomes.push(...this.appliance.fail(event));
        this.history.splice(this.history.indexOf(event), 1);
        return;
      }
      case 'report':
        return this.outcomes.length === 0 ? undefined : this.report(each.pick);
      case 'bus':
        this.bus = each.mode;
        return;
      case 'crash':
      case 'stop':
        await this.restart(each.do);
        if (each.gone !== null) this.objects.delete(`Ingress ${each.gone}`);
        return this.start();
      case 'forget':
        await this.restart('crash');
        this.forget(each.back);
        return this.start();
      case 'view':
        return this.view(each.complete);
      case 'resync':
        return this.resync(each.names);
    }
  }
}

/** Little happens, so that nothing else makes a snapshot leave its watermark: rule 4 alone decides. */
const few = fc.constantFrom('a' as const, 'b' as const);
const quietStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('apply' as const), name: few, version: fc.constant(0) }),
  fc.record({ do: fc.constant('delete' as const), name: few }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(110, INTERVAL) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('deliver' as const), pick, twice: fc.constant(false) }) },
  fc.record({ do: fc.constant('fail' as const), pick }),
  fc.record({ do: fc.constant('report' as const), pick }),
  fc.record({ do: fc.constant('crash' as const), gone: fc.option(few) }),
);

async function holds(steps: readonly Step[], order: Iterator<number>): Promise<void> {
  const draw = (): number => order.next().value as number;
  const world = new World();
  for (const each of ['a', 'b', 'c']) world.put(slice(each, ['10.1.0.9']));
  await world.start();
  for (const each of steps) await world.take(each);

  // Some of what is on its way arrives after the last snapshot only; after a loss of the store nothing may, for what
  // the appliance has never seen cannot tell that the sequence lies behind.
  if (!world.forgot) world.delay(draw);
  world.bus = 'up';
  world.view(true);
  await world.clock.advance(60_000);
  await world.drain(draw);
  await world.clock.advance(INTERVAL);
  await world.drain(draw);
  if (world.refused) {
    world.approve();
    await world.clock.advance(1_000);
    await world.drain(draw);
  }
  fc.pre(!world.collided);
  expect(world.appliance.live).toEqual(world.wanted);

  // LIF-3, LIF-6: what comes late, or again, changes nothing; and nobody spoke for what was not seen.
  world.wire.push(...world.history);
  await world.drain(draw);
  expect(world.appliance.live).toEqual(world.wanted);
  expect(world.blindSnapshots).toEqual([]);
  expect(world.blindWithdrawals).toEqual([]);
}

const RUNS = Number(process.env.MODEL_RUNS ?? runs(200));

describe('the forwarder as a whole, against a consumer that follows the protocol', () => {
  const cases: [name: string, steps: fc.Arbitrary<Step[]>][] = [
    ['whatever happened in between', fc.array(step, { maxLength: 50, size: 'max' })],
    ['when little happened', fc.array(quietStep, { maxLength: 15, size: 'max' })],
  ];
  it.each(cases)('after the last snapshot the appliance has what the cluster says: %s', async (_, steps) => {
    await fc.assert(
      fc.asyncProperty(steps, fc.infiniteStream(pick), (taken, order) => holds(taken, order)),
      { numRuns: RUNS, timeout: patient(30_000) },
    );
  });
});
