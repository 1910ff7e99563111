import { parseEnvelope } from '../../lib/contract/index.ts';
import { WATCHED } from '../../lib/forwarder/kubernetes/kinds.ts';
import { seededRandom } from '../../lib/local-aws/random.ts';
import type { SimulatorOptions } from '../../lib/simulator/index.ts';
import { ApiServer } from './api-server.ts';
import { Appliance } from './appliance.ts';
import { Bus } from './bus.ts';
import { VirtualClock } from './clock.ts';
import { FifoQueue } from './fifo-queue.ts';
import { type CallFate, Functions, type Invocation, subjectOf } from './functions.ts';
import { Journal } from './journal.ts';
import { Leader } from './leader.ts';
import { ingressManifest, serviceManifest, sliceManifest } from './manifests.ts';
import { keyOf, type TenantIngress, Tenants, type Wishes } from './model.ts';
import { OutcomeQueue } from './outcome-queue.ts';
import { CLUSTERS, type Schedule, type TenantAction } from './schedule.ts';
import { type Violation, Watch } from './watch.ts';
import { allowWithinGuard } from './within-guard.ts';

/** 2026-01-01, in milliseconds since the epoch. */
export const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
/** Receives after which a message becomes a dead letter: the topology's. */
const MOST_RECEIVES = 250;

/** A fault of one call of an invocation that is to come. */
export interface ArmedCall {
  readonly call: number;
  readonly act: (appliance: Appliance) => Promise<CallFate | undefined>;
}

/** A cluster: its API server, its forwarder, and the queue of its outcomes. */
export interface Cluster {
  readonly name: string;
  readonly server: ApiServer;
  readonly leader: Leader;
  readonly outcomes: OutcomeQueue;
  /** Time at which its view was wrong last. */
  troubledAt: number;
  /** Ingress → addresses in its status of which an appliance lost the record: only the running forwarder knows them. */
  readonly unrecorded: Map<string, Set<string>>;
  /** States of before, oldest first, each with the wishes of its time. */
  readonly past: Past[];
}

interface Past {
  readonly at: number;
  readonly state: ReturnType<ApiServer['checkpoint']>;
  readonly wishes: Wishes;
}

export interface WorldOptions {
  /** Whether the journal keeps its lines. */
  readonly keepJournal?: boolean;
  readonly judged?: (invocation: Invocation, world: World) => void;
  /** Real servers behind the members. */
  readonly resolveMember?: SimulatorOptions['resolveMember'];
}

/** Everything between the tenants and the appliances, as real as it can be without a network and a clock. */
export class World {
  /** Clusters whose API server lists no Ingress, although there are some. */
  readonly emptyClusters = new Set<string>();
  readonly schedule: Schedule;
  readonly clock = new VirtualClock(START);
  readonly random: () => number;
  readonly journal: Journal;
  readonly tenants = new Tenants();
  readonly violations: Violation[] = [];
  readonly appliances = new Map<string, Appliance>();
  readonly queues = new Map<string, FifoQueue>();
  readonly clusters = new Map<string, Cluster>();
  readonly bus: Bus;
  readonly functions: Functions;
  readonly watch: Watch;
  /** Calls that go wrong, by appliance; each counts from the next invocation. */
  readonly armed = new Map<string, ArmedCall[]>();
  functionsOff = false;
  /**
   * Ingress → addresses that may stay in its status (docs/limits.md): an outcome removed them, and the bus swallowed it; or
   * an appliance lost their record, and the forwarder restarted.
   */
  readonly unheard = new Map<string, Set<string>>();
  /** Snapshots that an appliance refused: a replay carries them out (rule 11). */
  readonly refused: { readonly cluster: string; readonly sequence: number }[] = [];
  readonly #undelivered: { readonly queue: string; readonly body: string }[] = [];
  /** Sequence of the last snapshot that an appliance took in, by appliance and cluster. */
  readonly #snapshots = new Map<string, { readonly any: number; readonly flagged: number }>();
  readonly #polling = new Set<string>();
  readonly #options: WorldOptions;

  constructor(schedule: Schedule, options: WorldOptions = {}) {
    const { seed, world: plan } = schedule;
    this.schedule = schedule;
    this.#options = options;
    this.random = seededRandom(seed + 0x5eed);
    const { clock, random } = this;
    this.journal = new Journal(clock.now, options.keepJournal);
    const { journal } = this;
    for (const each of plan.appliances) {
      const { resolveMember } = options;
      const appliance = new Appliance(each, clock, resolveMember === undefined ? {} : { resolveMember });
      appliance.written = () => this.watch.look(appliance, 'after a write');
      this.appliances.set(each.name, appliance);
    }
    this.bus = new Bus({
      clock,
      random,
      appliances: plan.appliances,
      deliver: (queue, body) => this.#deliver(queue, body),
      accepted: ({ 'detail-type': type, detail }, swallowed) => {
        const data = (detail as { data?: { sequence?: number; cluster?: string } }).data;
        const subject = (detail as { subject?: string }).subject ?? '';
        if (swallowed) this.#noteUnheard(`${data?.cluster} ${subject}`, data);
        journal.write(`bus ${type} ${data?.cluster ?? ''} ${subject} @${data?.sequence ?? ''}`);
        journal.count(`event ${type}`);
      },
    });
    for (const spec of this.bus.topology.queues) {
      if (spec.purpose !== 'work') continue;
      const name = spec.appliance as string;
      const queue = new FifoQueue(clock, spec.visibilitySeconds * 1_000, () => this.#poll(name));
      this.queues.set(spec.name, queue);
    }
    for (const name of CLUSTERS) this.clusters.set(name, this.#cluster(name));
    this.functions = new Functions({
      plan,
      clock,
      random,
      bus: this.bus,
      journal,
      appliances: this.appliances,
      queues: this.queues,
      before: (appliance, call) => this.#beforeCall(appliance, call),
    });
    this.watch = new Watch({
      tenants: this.tenants,
      appliances: [...this.appliances.values()],
      journal,
      now: clock.now,
      violated: (violation) => this.violate(violation),
    });
  }

  #cluster(name: string): Cluster {
    const { clock, random, bus, journal } = this;
    const server = new ApiServer(clock);
    const outcomes = new OutcomeQueue(clock, 20, (body) => {
      const { detailType } = parseEnvelope(body);
      journal.count('outcome undelivered');
      journal.write(`outcome of ${name} received too often: ${detailType}`);
      this.#undelivered.push({ queue: `outcomes_${name}`, body });
    });
    const plan = this.schedule.world;
    const leader = new Leader({ cluster: name, clock, random, server, bus, outcomes, journal, plan });
    return { name, server, leader, outcomes, troubledAt: START, unrecorded: new Map(), past: [] };
  }

  async start(): Promise<void> {
    for (const appliance of this.appliances.values()) {
      await appliance.simulator.start();
      const { problems } = appliance.simulator;
      if (problems.length > 0) throw new Error(`the foreign configuration is wrong: ${JSON.stringify(problems[0])}`);
      this.watch.foreignChanged(appliance);
    }
    for (const { leader } of this.clusters.values()) leader.start();
    this.#scheduleAudit();
  }

  async stop(): Promise<void> {
    for (const { leader } of this.clusters.values()) leader.kill();
    for (const appliance of this.appliances.values()) await appliance.simulator.stop();
  }

  violate(violation: Violation): void {
    this.violations.push(violation);
    this.journal.write(`VIOLATION ${violation.id} ${violation.what}`);
  }

  /** The state of a cluster of a while ago: before its last change but one. */
  pastOf(cluster: string): Past | undefined {
    return this.clusters.get(cluster)?.past.at(-2);
  }

  /** A tenant writes to the API server. */
  change(action: TenantAction): void {
    const { past, server: before } = this.clusters.get(action.cluster) as Cluster;
    past.push({ at: this.clock.now(), state: before.checkpoint(), wishes: this.tenants.copy() });
    if (past.length > 4) past.shift();
    if (!this.tenants.take(action, this.clock.now())) return;
    this.watch.wishesChanged();
    if (this.emptyClusters.has(action.cluster)) allowWithinGuard(this, action.cluster);
    const server = (this.clusters.get(action.cluster) as Cluster).server;
    if (action.do === 'members') {
      const { service, cluster } = action;
      const [namespace = '', name = ''] = service.split('/');
      if (server.get(WATCHED.Service.path, namespace, name) === undefined) {
        server.put(WATCHED.Service.path, serviceManifest(service));
      }
      const addresses = this.tenants.members.get(`${cluster} ${service}`) ?? [];
      server.put(WATCHED.EndpointSlice.path, sliceManifest(service, addresses));
      return;
    }
    const [namespace = '', name = ''] = action.name.split('/');
    const ingress = this.tenants.ingresses.get(keyOf(action));
    if (ingress === undefined) {
      server.delete(WATCHED.Ingress.path, namespace, name);
      return;
    }
    const status = server.get(WATCHED.Ingress.path, namespace, name)?.status;
    server.put(WATCHED.Ingress.path, { ...ingressManifest(ingress), ...(status === undefined ? {} : { status }) });
  }

  async #beforeCall(appliance: Appliance, call: number): Promise<CallFate | undefined> {
    const armed = this.armed.get(appliance.name) ?? [];
    const due = armed.filter((each) => each.call <= call);
    this.armed.set(
      appliance.name,
      armed.filter((each) => !due.includes(each)),
    );
    let fate: CallFate | undefined;
    for (const each of due) fate ??= await each.act(appliance);
    return fate;
  }

  #deliver(queue: string, body: string): void {
    const work = this.queues.get(queue);
    if (work !== undefined) {
      work.send(body);
      return;
    }
    const { data } = parseEnvelope(body);
    const unheard = this.unheard.get(subjectOf(body).subject);
    for (const ip of removedIn(data)) unheard?.delete(ip);
    for (const cluster of this.clusters.values()) if (queue === `outcomes_${cluster.name}`) cluster.outcomes.send(body);
  }

  #noteUnheard(ingress: string, data: unknown = {}): void {
    addAll(this.unheard, ingress, removedIn(data));
  }

  /** An appliance is as it was a while ago: it does not know what it confirmed since. */
  recordsLost({ plan }: Appliance): void {
    for (const ingress of this.tenants.ingresses.values()) {
      if (!plan.clusters.includes(ingress.cluster)) continue;
      const { unrecorded, leader } = this.clusters.get(ingress.cluster) as Cluster;
      const shown = this.shownOf(ingress).filter((ip) => plan.vips.includes(ip));
      addAll(leader.running === undefined ? this.unheard : unrecorded, keyOf(ingress), shown);
    }
  }

  /** The forwarder of a cluster ends, and what it remembers. */
  forwarderEnds({ unrecorded }: Cluster): void {
    for (const [ingress, addresses] of unrecorded) addAll(this.unheard, ingress, addresses);
    unrecorded.clear();
  }

  /** Returns the addresses in the status of an Ingress. */
  shownOf({ cluster, name }: TenantIngress): string[] {
    const [namespace = '', own = ''] = name.split('/');
    const object = this.clusters.get(cluster)?.server.get(WATCHED.Ingress.path, namespace, own);
    const status = object?.status as { loadBalancer?: { ingress?: { ip?: string }[] | null } } | undefined;
    return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
  }

  /** An operator redrives what was received too often, outcomes and dead letters (docs/runbooks/poison-event.md). */
  redrive(): void {
    for (const { queue, body } of this.#undelivered.splice(0)) this.#deliver(queue, body);
  }

  /** Receives from the queue of an appliance as soon as something can be received. */
  #poll(name: string): void {
    const queue = this.queueOf(name);
    if (this.#polling.has(name) || queue.waitMs === undefined) return;
    this.#polling.add(name);
    // Lambda polls: what arrives within a moment comes in one batch.
    this.clock.after(queue.waitMs + 300, async () => {
      this.#polling.delete(name);
      if (!this.functionsOff) await this.#invoke(name, queue);
      this.#poll(name);
    });
  }

  queueOf(appliance: string): FifoQueue {
    return this.queues.get(`${appliance}.fifo`) as FifoQueue;
  }

  async #invoke(name: string, queue: FifoQueue): Promise<void> {
    const receipt = queue.receive();
    if (receipt === undefined) return;
    const appliance = this.appliances.get(name) as Appliance;
    const invocation = await this.functions.reconcile(name, receipt);
    queue.done(receipt, invocation.kept);
    this.journal.count(`invocation ${invocation.end}`);
    this.journal.write(`${name}: a batch of ${receipt.messages.length} is ${invocation.end}`);
    for (const { detailType, detail } of invocation.said) {
      const { cluster, sequence } = detail.data as { cluster: string; sequence: number };
      if (detailType === 'Prune Refused') this.refused.push({ cluster, sequence });
    }
    if (invocation.end === 'done') this.#noteSnapshots(appliance, invocation);
    this.#options.judged?.(invocation, this);
    for (const { id, body } of queue.expel(MOST_RECEIVES)) {
      this.journal.write(`${name}: ${id} becomes a dead letter`);
      this.#undelivered.push({ queue: `${name}.fifo`, body });
    }
    this.settle();
  }

  #noteSnapshots({ name }: Appliance, { messages, said }: Invocation): void {
    const refused = new Set(
      said.flatMap(({ detailType, detail }) =>
        detailType === 'Prune Refused' && 'sequence' in detail.data ? [detail.data.sequence] : [],
      ),
    );
    for (const { body } of messages) {
      const { detailType, data, replay } = parseEnvelope(body);
      if (detailType !== 'Cluster Snapshot' || replay !== undefined || refused.has(data.sequence)) continue;
      const key = `${name} ${data.cluster}`;
      const before = this.#snapshots.get(key) ?? { any: 0, flagged: 0 };
      this.#snapshots.set(key, {
        any: Math.max(before.any, data.sequence),
        flagged: data.flagged ? Math.max(before.flagged, data.sequence) : before.flagged,
      });
    }
  }

  /** Returns the sequence of the newest snapshot of a cluster that an appliance took in; 0 for none. */
  snapshotOf(appliance: string, cluster: string): number {
    return this.#snapshots.get(`${appliance} ${cluster}`)?.any ?? 0;
  }

  /** Settles the routes of appliances to which nothing is on its way. */
  settle(): void {
    for (const appliance of this.appliances.values()) if (this.#isQuiet(appliance)) this.watch.settle(appliance);
  }

  #isQuiet({ name, plan, distrusted }: Appliance): boolean {
    if (distrusted?.untilVerified === true || this.bus.inFlight > 0 || this.queueOf(name).size > 0) return false;
    const quiet = plan.clusters.every((each) => {
      const { leader, server, troubledAt } = this.clusters.get(each) as Cluster;
      const metrics = leader.running?.metrics();
      const snapshot = this.#snapshots.get(`${name} ${each}`);
      return (
        metrics !== undefined &&
        metrics.waiting === 0 &&
        metrics.failures === 0 &&
        metrics.complete &&
        !leader.starved &&
        !server.wrong &&
        this.clock.now() > troubledAt + HOUR / 3 &&
        (snapshot?.any ?? 0) > this.watch.lastChange(each) &&
        (snapshot?.flagged ?? 0) > (distrusted?.since ?? 0)
      );
    });
    if (quiet) (this.appliances.get(name) as Appliance).distrusted = undefined;
    return quiet;
  }

  #scheduleAudit(): void {
    this.clock.after(this.schedule.world.intervalHours * HOUR, async () => {
      if (!this.functionsOff) await this.audit();
      this.#scheduleAudit();
    });
  }

  async audit(): Promise<void> {
    await this.functions.audit();
    for (const appliance of this.appliances.values()) {
      appliance.backUp();
    }
  }
}

/** Returns the addresses that an outcome removed; none for another event. */
function removedIn(data: unknown): string[] {
  const { removed } = data as { removed?: unknown };
  return Array.isArray(removed) ? removed.map(({ ip }: { ip: string }) => ip) : [];
}

function addAll(sets: Map<string, Set<string>>, key: string, items: Iterable<string>): void {
  sets.set(key, new Set([...(sets.get(key) ?? []), ...items]));
}
