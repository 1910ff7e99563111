import type { Finding, IngressState, ReceivedEvent } from '../contract/index.ts';
import { finding } from '../ingress/index.ts';
import type { K8sKind, K8sObject } from '../ingress/kubernetes.ts';
import { type Log, silentLog } from '../telemetry/index.ts';
import { AnswerWatch } from './feedback/answer-watch.ts';
import { Feedback } from './feedback/feedback.ts';
import { FindingsLog } from './feedback/findings-log.ts';
import { findingEvent, OutcomeReports, resolvedEvent } from './feedback/outcomes.ts';
import type { Forwarder, ForwarderMetrics, ForwarderOptions } from './interface.ts';
import { type Clock, systemClock, type Timer } from './ports.ts';
import { Coalescer } from './publish/coalesce.ts';
import { EventBuilder } from './publish/event-builder.ts';
import { EventWriter } from './publish/event-writer.ts';
import { again, IF_CHANGED, Outbox, SEEN_GONE } from './publish/outbox.ts';
import { PublishLoop, type SnapshotRequest } from './publish/publish-loop.ts';
import { Sequencer } from './publish/sequence.ts';
import { SnapshotFlags } from './publish/snapshot-flags.ts';
import { DEFAULT_SETTINGS, type ForwarderSettings } from './settings.ts';
import type { ObjectRef, SourceProblem, SourceSink } from './source/source.ts';
import { type DesiredIngress, desiredState } from './state/desired-state.ts';
import { Doubts } from './state/doubts.ts';
import { refOf } from './state/ingress-ref.ts';
import { Intake } from './state/intake.ts';
import { KeySpace } from './state/key-space.ts';
import { PublishedState } from './state/published-state.ts';
import { ClusterStore } from './state/store.ts';

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
  return new EventForwarder(options);
}

class EventForwarder implements Forwarder, SourceSink {
  readonly ready: Promise<void>;
  readonly #options: ForwarderOptions;
  readonly #settings: ForwarderSettings;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #store = new ClusterStore();
  readonly #announced = new PublishedState();
  readonly #outbox = new Outbox();
  readonly #keys: KeySpace;
  readonly #doubts = new Doubts();
  readonly #intake: Intake;
  readonly #changes: Coalescer;
  /** Deletions that were seen, apart: however many they are, they are no storm that a snapshot serves better. */
  readonly #deletions: Coalescer;
  readonly #findings = new FindingsLog();
  readonly #reports = new OutcomeReports(this.#findings);
  readonly #flags: SnapshotFlags;
  readonly #answers: AnswerWatch;
  readonly #synced = Promise.withResolvers<void>();
  readonly #isReady = Promise.withResolvers<void>();
  #sequencer: Sequencer | undefined;
  #publishing: PublishLoop | undefined;
  #feedback: Feedback | undefined;
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
    this.#answers = new AnswerWatch(this.#clock, this.#log, this.#settings.answerMs);
    this.#intake = new Intake({
      store: this.#store,
      keys: this.#keys,
      announced: this.#announced,
      doubts: this.#doubts,
      settings: this.#settings,
      clock: this.#clock,
      log: this.#log,
      changed: (names) => this.#markChanged(this.#changes, names),
      deleted: (name, doubted) => this.#deleted(name, doubted),
      forget: (name) => this.#reports.forget(name),
      remark: (name, findings) => this.#remark(name, 'members', findings),
    });
    const { windowMs, maxDelayMs } = this.#settings;
    const window = { clock: this.#clock, windowMs, maxDelayMs };
    this.#changes = new Coalescer({
      ...window,
      limit: () => this.#overflowThreshold(),
      flush: (names) => this.#publish(names),
      overflow: () => this.#snapshotOnOverflow(),
    });
    this.#deletions = new Coalescer({
      ...window,
      limit: () => Number.POSITIVE_INFINITY,
      flush: (names) => this.#publish(names, SEEN_GONE),
      overflow: () => {},
    });
  }

  async start(): Promise<void> {
    const { cluster, clusterUid, source, outcomes, publisher, random = Math.random } = this.#options;
    const sequencer = await Sequencer.open(this.#options.sequences, this.#clock.now);
    this.#first = sequencer.last === 0;
    const exists = (name: string): boolean => this.#store.ingress(name) !== undefined;
    const scribe = new EventWriter({
      desired: (name) => this.#desired(name),
      exists,
      published: this.#announced,
      keys: this.#keys,
      outbox: this.#outbox,
      sequencer,
      messages: new EventBuilder(cluster, clusterUid, this.#clock.now),
      snapshotBytes: this.#settings.snapshotBytes,
      maxEntryBytes: this.#settings.maxEntryBytes,
      doubtful: (name, state) => this.#doubtful(name, state),
      doubted: (name) => this.#doubts.has(name),
      refused: () => this.#flags.refusing,
      askSnapshot: (verify) => this.snapshot('losses that nobody saw', { flagged: true, verify }),
      reportFit: (name, reason) => this.#fitness(name, reason),
    });
    this.#sequencer = sequencer;
    const publishing = new PublishLoop({
      scribe,
      outbox: this.#outbox,
      flags: this.#flags,
      sequencer,
      publisher,
      settings: this.#settings,
      clock: this.#clock,
      random,
      log: this.#log,
      overflow: () => this.#overflowThreshold(),
      asked: (above) => outcomes !== undefined && this.#answers.asked(above),
      idle: () => this.#idle(),
    });
    this.#publishing = publishing;
    // An operator, or the schedule, may ask before anything was read: the view is empty then, and says nothing.
    publishing.hold(true);
    publishing.start();
    const feedback = new Feedback({
      cluster,
      clusterUid,
      sequencer,
      announced: this.#announced,
      outbox: this.#outbox,
      flags: this.#flags,
      reports: this.#reports,
      reporter: this.#options.reporter,
      log: this.#log,
      metadata: (name) => this.#store.ingress(name)?.metadata,
      answered: (sequence) => this.#answers.answered(sequence),
      many: () => this.#overflowThreshold(),
      snapshot: (request) => publishing.snapshot(request),
      wake: () => publishing.wake(),
    });
    this.#feedback = feedback;
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
    this.#intake.stop();
    for (const coalescer of [this.#changes, this.#deletions]) {
      coalescer.flushAll();
      coalescer.stop();
    }
    const finished = await this.#publishing?.stop(this.#settings.stopTimeoutMs);
    // What was published last asks for an answer, too: nobody waits for it.
    this.#answers.stop();
    if (finished === false) this.#log.warn('stopped with unpublished changes: the next start publishes them');
    await this.#sequencer?.release();
  }

  snapshot(reason: string, options: Omit<SnapshotRequest, 'reason'> = {}): void {
    if (options.confirmed === true) {
      this.#options.source.confirm?.();
      this.#intake.confirm();
    }
    this.#publishing?.snapshot({ ...options, reason });
  }

  metrics(): ForwarderMetrics {
    const counts = this.#publishing?.counts;
    return {
      ingresses: this.#store.ingressCount,
      announced: this.#announced.size,
      waiting: this.#changes.size + this.#deletions.size + this.#outbox.size,
      published: counts?.published ?? 0,
      failed: counts?.failed ?? 0,
      failures: this.#publishing?.failures ?? 0,
      snapshots: counts?.snapshots ?? 0,
      lastPublishedAt: counts?.lastPublishedAt ?? 0,
      lastSnapshotAt: counts?.lastSnapshotAt ?? 0,
      problems: this.#problems.size,
      synced: this.#complete !== undefined,
      complete: this.#complete === true,
      held: this.#intake.held,
      refused: this.#feedback?.counts.refused ?? 0,
      foreign: this.#feedback?.counts.foreign ?? 0,
      unansweredMs: this.#answers.waitingMs,
    };
  }

  notes(): string[] {
    const { held } = this.#intake;
    return [
      ...(held === 0 ? [] : [`members: those of ${held} Ingresses are held as they were, a list lacks them`]),
      ...this.#flags.refusals.map(([appliance, reason]) => `snapshots: ${appliance} refuses them: ${reason}`),
      ...(this.#answers.note === undefined ? [] : [`snapshots: ${this.#answers.note}`]),
    ];
  }

  // What the source tells.

  upsert(object: K8sObject): void {
    this.#intake.upsert(object);
  }

  remove(kind: K8sKind, namespace: string, name: string): void {
    this.#intake.remove(kind, namespace, name);
  }

  missing(kind: K8sKind, objects: readonly ObjectRef[]): void {
    this.#intake.missing(kind, objects);
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

  problems(problems: readonly SourceProblem[]): void {
    const known = this.#problems;
    const id = (problem: SourceProblem): string => `${problem.file}:${problem.line}: ${problem.message}`;
    for (const problem of problems) {
      if (known.has(id(problem))) continue;
      this.#log.warn('the source has a problem', { ...problem });
      this.#options.reporter.problem?.(problem);
    }
    this.#problems = new Set(problems.map(id));
  }

  // From changes to events.

  #markChanged(coalescer: Coalescer, names: Iterable<string>): void {
    // Before the first sync the view is partial; the first snapshot says it all.
    if (this.#complete === undefined) return;
    for (const name of names) coalescer.markChanged(name);
  }

  #deleted(name: string, doubted: boolean): void {
    // A snapshot that said so may have been refused: it is said again, now that it was seen.
    if (doubted) this.#outbox.add(name, { ...again(), alone: true });
    this.#markChanged(this.#deletions, [name]);
  }

  #publish(names: Iterable<string>, demand = IF_CHANGED): void {
    for (const name of names) this.#outbox.add(name, demand);
    this.#publishing?.wake();
  }

  #snapshotOnOverflow(): void {
    if (this.#complete) this.snapshot('storm');
    else this.#publish(this.#keys.all());
  }

  /** How many Ingresses are better told by a snapshot, in fewer requests. */
  #overflowThreshold(): number {
    return Math.max(this.#settings.stormIngresses, Math.ceil(this.#store.ingressCount / 25));
  }

  #desired(name: string): DesiredIngress {
    const now = desiredState(this.#store, name, this.#settings);
    this.#remark(name, 'selection', now.findings);
    return now;
  }

  /** Reports what a stage of the forwarder has to remark about an Ingress, once. */
  #remark(name: string, stage: string, findings: readonly Finding[]): boolean {
    const { news, cleared } = this.#findings.replace(name, stage, findings);
    const events = [...news.map(findingEvent), ...(cleared.length === 0 ? [] : [resolvedEvent(cleared)])];
    for (const each of events) this.#report(() => this.#options.reporter.event(refOf(name), each));
    return news.length > 0;
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
    if (this.#remark(name, 'publishing', found)) {
      this.#log.error('an Ingress fits no event and is left as it was', { ingress: name, reason });
    }
  }

  #idle(): void {
    if (this.#complete === undefined || this.#changes.size + this.#deletions.size > 0) return;
    this.#isReady.resolve();
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
