import { type IngressState, qualifiedName, type ReceivedEvent } from '../contract/index.ts';
import { finding } from '../ingress/index.ts';
import type { K8sKind, K8sObject } from '../ingress/kubernetes.ts';
import { type Log, silentLog } from '../telemetry/index.ts';
import { Announced, KeySpace } from './announced.ts';
import { Coalescer } from './coalesce.ts';
import { type Desired, desired } from './desired.ts';
import { Feedback } from './feedback.ts';
import { FindingsLog } from './findings-log.ts';
import { SnapshotFlags } from './flags.ts';
import { Messages } from './messages.ts';
import { Outbox } from './outbox.ts';
import { findingEvent, OutcomeReports } from './outcomes.ts';
import { type Clock, type OutcomeSource, type Publisher, type Reporter, systemClock, type Timer } from './ports.ts';
import { Publishing, type SnapshotRequest } from './publishing.ts';
import { refOf, Scribe } from './scribe.ts';
import { Sequencer, type SequenceStore } from './sequence.ts';
import { DEFAULT_SETTINGS, type ForwarderSettings } from './settings.ts';
import type { ClusterSource, Problem, SourceSink } from './source.ts';
import { ClusterStore } from './store.ts';

export interface ForwarderOptions {
  /** Name of the cluster: at most 40 of `[a-z0-9.-]`. */
  readonly cluster: string;
  /** UID of the namespace `kube-system` (protocol rule 15). */
  readonly clusterUid: string;
  readonly source: ClusterSource;
  readonly publisher: Publisher;
  /** Without it nothing is reported, and refusals are not seen. */
  readonly outcomes?: OutcomeSource;
  readonly reporter: Reporter;
  readonly sequences: SequenceStore;
  readonly settings?: Partial<ForwarderSettings>;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly log?: Log;
}

/** Figures of this moment; times are in milliseconds since the epoch, 0 for never. */
export interface ForwarderMetrics {
  readonly ingresses: number;
  /** Ingresses that the bus was told of and not told that they are gone. */
  readonly announced: number;
  /** Changed Ingresses that wait in their window or to be published. */
  readonly waiting: number;
  readonly published: number;
  readonly failed: number;
  /** Attempts in a row that failed. */
  readonly failures: number;
  readonly snapshots: number;
  readonly lastPublishedAt: number;
  readonly lastSnapshotAt: number;
  readonly problems: number;
  readonly synced: boolean;
  /** False while something may be hidden in what cannot be read: no snapshot goes out. */
  readonly complete: boolean;
}

export interface Forwarder {
  /** Resolves when the source is being watched. Where it or the sequences cannot be used, it throws and leaves nothing running. */
  start(): Promise<void>;
  /** Publishes what is left, within the time of the settings, and ends. */
  stop(): Promise<void>;
  /** Asks for a snapshot. */
  snapshot(reason: string, options?: Omit<SnapshotRequest, 'reason'>): void;
  /** The first state of the source is published, whole. */
  readonly ready: Promise<void>;
  metrics(): ForwarderMetrics;
}

/**
 * The forwarder: keeps the bus told of the passthrough Ingresses of one cluster, and the cluster of what became of
 * them. It knows Kubernetes and nothing of the appliance.
 *
 * ```
 * source ─▶ store ─▶ coalescer ─▶ outbox ─▶ scribe ─▶ publishing ─▶ publisher
 *                                   ▲                     ▲
 *               resync, stale ──────┴──── outcomes ───────┴─▶ reporter
 * ```
 */
export function createForwarder(options: ForwarderOptions): Forwarder {
  return new ForwarderProcess(options);
}

class ForwarderProcess implements Forwarder, SourceSink {
  readonly ready: Promise<void>;
  readonly #options: ForwarderOptions;
  readonly #settings: ForwarderSettings;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #store = new ClusterStore();
  readonly #announced = new Announced();
  readonly #outbox = new Outbox();
  readonly #keys: KeySpace;
  readonly #coalescer: Coalescer;
  readonly #findings = new FindingsLog();
  readonly #reports = new OutcomeReports(this.#findings);
  readonly #flags: SnapshotFlags;
  readonly #synced = Promise.withResolvers<void>();
  readonly #isReady = Promise.withResolvers<void>();
  #sequencer: Sequencer | undefined;
  #publishing: Publishing | undefined;
  #schedule: Timer | undefined;
  #problems: ReadonlySet<string> = new Set();
  #complete: boolean | undefined;
  /** Nothing was ever published for this cluster. */
  #first = true;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
    this.ready = this.#isReady.promise;
    this.#keys = new KeySpace(options.cluster);
    this.#flags = new SnapshotFlags(this.#clock.now);
    this.#coalescer = new Coalescer({
      clock: this.#clock,
      windowMs: this.#settings.windowMs,
      maxDelayMs: this.#settings.maxDelayMs,
      limit: () => this.#many(),
      flush: (names) => this.#publish(names),
      storm: () => this.#storm(),
    });
  }

  async start(): Promise<void> {
    const { cluster, clusterUid, source, outcomes, publisher, random = Math.random } = this.#options;
    const sequencer = await Sequencer.open(this.#options.sequences, this.#clock.now);
    this.#first = sequencer.last === 0;
    const exists = (name: string): boolean => this.#store.ingress(name) !== undefined;
    const scribe = new Scribe({
      desired: (name) => this.#desired(name),
      exists,
      announced: this.#announced,
      keys: this.#keys,
      outbox: this.#outbox,
      sequencer,
      messages: new Messages(cluster, clusterUid, this.#clock.now),
      snapshotBytes: this.#settings.snapshotBytes,
      maxEntryBytes: this.#settings.maxEntryBytes,
      doubtful: (name, state) => this.#doubtful(name, state),
      fitness: (name, reason) => this.#fitness(name, reason),
    });
    this.#sequencer = sequencer;
    const publishing = new Publishing({
      scribe,
      outbox: this.#outbox,
      flags: this.#flags,
      sequencer,
      publisher,
      settings: this.#settings,
      clock: this.#clock,
      random,
      log: this.#log,
      storm: () => this.#many(),
      idle: () => this.#idle(),
    });
    this.#publishing = publishing;
    // An operator, or the schedule, may ask before anything was read: the view is empty then, and says nothing.
    publishing.hold(true);
    publishing.start();
    const feedback = new Feedback({
      cluster,
      sequencer,
      announced: this.#announced,
      outbox: this.#outbox,
      flags: this.#flags,
      reports: this.#reports,
      reporter: this.#options.reporter,
      log: this.#log,
      exists,
      many: () => this.#many(),
      snapshot: (request) => publishing.snapshot(request),
      wake: () => publishing.wake(),
    });
    try {
      await outcomes?.start((event) => this.#outcome(feedback, event));
      await source.start(this);
    } catch (error) {
      // Why it could not start says more than why it did not end cleanly.
      await this.stop().catch(() => undefined);
      throw error;
    }
    this.#scheduleSnapshot();
  }

  async stop(): Promise<void> {
    this.#schedule?.cancel();
    this.#synced.resolve();
    await this.#options.source.stop();
    await this.#options.outcomes?.stop();
    this.#coalescer.flushAll();
    this.#coalescer.stop();
    const finished = await this.#publishing?.stop(this.#settings.stopTimeoutMs);
    if (finished === false) this.#log.warn('stopped with unpublished changes: the next start publishes them');
    await this.#sequencer?.release();
  }

  snapshot(reason: string, options: Omit<SnapshotRequest, 'reason'> = {}): void {
    this.#publishing?.snapshot({ ...options, reason });
  }

  metrics(): ForwarderMetrics {
    const counts = this.#publishing?.counts;
    return {
      ingresses: this.#store.ingressCount,
      announced: this.#announced.size,
      waiting: this.#coalescer.size + this.#outbox.size,
      published: counts?.published ?? 0,
      failed: counts?.failed ?? 0,
      failures: this.#publishing?.failures ?? 0,
      snapshots: counts?.snapshots ?? 0,
      lastPublishedAt: counts?.lastPublishedAt ?? 0,
      lastSnapshotAt: counts?.lastSnapshotAt ?? 0,
      problems: this.#problems.size,
      synced: this.#complete !== undefined,
      complete: this.#complete === true,
    };
  }

  // What the source tells.

  upsert(object: K8sObject): void {
    if (object.kind === 'Ingress') this.#keys.add(qualifiedName(object.metadata));
    this.#touch(this.#store.upsert(object));
  }

  remove(kind: K8sKind, namespace: string, name: string): void {
    const dirty = this.#store.remove(kind, namespace, name);
    if (kind === 'Ingress') {
      const gone = `${namespace}/${name}`;
      if (this.#announced.get(gone) === undefined) this.#keys.delete(gone);
      this.#reports.forget(gone);
    }
    this.#touch(dirty);
  }

  synced(complete: boolean): void {
    const first = this.#complete === undefined;
    this.#complete = complete;
    this.#publishing?.hold(!complete);
    if (!complete) this.#log.warn('part of the source cannot be read: until it can, no snapshot goes out');
    if (!first) return;
    this.#publishing?.snapshot({ reason: 'start' });
    if (!complete) this.#publish(this.#keys.all());
    this.#synced.resolve();
  }

  problems(problems: readonly Problem[]): void {
    const known = this.#problems;
    const id = (problem: Problem): string => `${problem.file}:${problem.line}: ${problem.message}`;
    for (const problem of problems) {
      if (known.has(id(problem))) continue;
      this.#log.warn('the source has a problem', { ...problem });
      this.#options.reporter.problem?.(problem);
    }
    this.#problems = new Set(problems.map(id));
  }

  // From changes to events.

  #touch(names: Iterable<string>): void {
    // Before the first sync the view is partial; the first snapshot says it all.
    if (this.#complete === undefined) return;
    for (const name of names) this.#coalescer.touch(name);
  }

  #publish(names: Iterable<string>): void {
    for (const name of names) this.#outbox.add(name);
    this.#publishing?.wake();
  }

  #storm(): void {
    if (this.#complete) this.snapshot('storm');
    else this.#publish(this.#keys.all());
  }

  /** How many Ingresses are better told by a snapshot, in fewer requests. */
  #many(): number {
    return Math.max(this.#settings.stormIngresses, Math.ceil(this.#store.ingressCount / 25));
  }

  #desired(name: string): Desired {
    const now = desired(this.#store, name, this.#settings);
    const news = this.#findings.replace(name, 'selection', now.findings);
    for (const each of news) this.#report(() => this.#options.reporter.event(refOf(name), findingEvent(each)));
    return now;
  }

  /**
   * Not seen, or without members, while it, its class, Service or slices may stand in what cannot be read. Where
   * nothing was ever published there is nothing to lose, and the rest works.
   */
  #doubtful(name: string, state: IngressState | undefined): boolean {
    if (this.#complete === true) return false;
    if (state === undefined) return true;
    if (this.#first || state.backends.every(({ members }) => members.length > 0)) return false;
    this.#log.warn('held back: its back end may stand in what cannot be read', { ingress: name });
    return true;
  }

  #fitness(name: string, reason: string | undefined): void {
    const found =
      reason === undefined ? [] : [finding('IngressTooLarge', { message: `${name} cannot be sent: ${reason}` })];
    const news = this.#findings.replace(name, 'publishing', found);
    for (const each of news) {
      this.#log.error('an Ingress fits no event and is left as it was', { ingress: name, reason });
      this.#report(() => this.#options.reporter.event(refOf(name), findingEvent(each)));
    }
  }

  #idle(): void {
    if (this.#complete !== undefined && this.#coalescer.size === 0) this.#isReady.resolve();
  }

  #scheduleSnapshot(): void {
    const { snapshotIntervalMs, snapshotJitter } = this.#settings;
    const random = this.#options.random ?? Math.random;
    this.#schedule = this.#clock.after(snapshotIntervalMs * (1 + snapshotJitter * random()), () => {
      this.snapshot('scheduled');
      this.#scheduleSnapshot();
    });
  }

  async #outcome(feedback: Feedback, event: ReceivedEvent): Promise<void> {
    // Before the first sync it is not known which Ingresses there are to report on.
    await this.#synced.promise;
    await feedback.take(event);
  }

  #report(act: () => void | Promise<void>): void {
    Promise.resolve()
      .then(act)
      .catch((error: Error) => this.#log.warn('an event could not be reported', { error }));
  }
}
