import { EVERYTHING, type ReceivedEvent, TLS_ROUTES } from '../contract/index.ts';
import { type Log, silentLog } from '../telemetry/index.ts';
import { AnswerWatch } from './feedback/answer-watch.ts';
import { assignedAddresses } from './feedback/assigned-addresses.ts';
import { Feedback } from './feedback/feedback.ts';
import { FindingsLog } from './feedback/findings-log.ts';
import { GatewayConfirmations } from './feedback/gateway-confirmations.ts';
import { OutcomeReports } from './feedback/outcomes.ts';
import { ProblemReports } from './feedback/problem-reports.ts';
import { SELECTION, StageFindings } from './feedback/stage-findings.ts';
import type { Forwarder, ForwarderMetrics, ForwarderOptions } from './interface.ts';
import { type MeasuredParts, metricsOf, notesOf } from './metrics-of.ts';
import { type Clock, systemClock } from './ports.ts';
import { ChangeWindow } from './publish/change-window.ts';
import { fairOutbox, IF_CHANGED, type Outbox, repeat } from './publish/outbox.ts';
import type { PublishLoop } from './publish/publish-loop.ts';
import { openPublishing } from './publish/publishing.ts';
import type { Sequencer } from './publish/sequence.ts';
import { SnapshotFlags } from './publish/snapshot-flags.ts';
import type { SnapshotRequest } from './publish/snapshot-request.ts';
import { SnapshotSchedule } from './publish/snapshot-schedule.ts';
import { StatesAhead } from './publish/states-ahead.ts';
import { DEFAULT_SETTINGS, type ForwarderSettings } from './settings.ts';
import { sourceSink } from './source-sink.ts';
import { type DesiredIngress, desiredState } from './state/desired-state.ts';
import { Doubts } from './state/doubts.ts';
import { GatewayStore } from './state/gateway-store.ts';
import { Intake } from './state/intake.ts';
import { KeySpace } from './state/key-space.ts';
import { PublishedState } from './state/published-state.ts';
import { ClusterStore } from './state/store.ts';
import { Visibility } from './state/visibility.ts';
import { type GatewayStatuses, openStatuses } from './status/gateway-statuses.ts';

/**
 * Creates the forwarder of one cluster. It publishes the passthrough Ingresses of the cluster, and reports their
 * outcomes there. It knows Kubernetes and nothing of the appliance.
 *
 * ```
 * source ─▶ intake ─▶ store ─▶ change window ─▶ outbox ─▶ event writer ─▶ publish loop ─▶ publisher
 *                                                 ▲                            ▲
 *                             resync, stale ──────┴────────── outcomes ────────┴──▶ reporter
 * ```
 */
export function createForwarder(options: ForwarderOptions): Forwarder {
  return new EventForwarder(options);
}

/** Parts that need the reserved sequences. */
interface Running {
  readonly sequencer: Sequencer;
  readonly loop: PublishLoop;
  readonly feedback: Feedback;
}

class EventForwarder implements Forwarder {
  readonly ready: Promise<void>;
  readonly #options: ForwarderOptions;
  readonly #settings: ForwarderSettings;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #store = new ClusterStore();
  readonly #gateways: GatewayStore;
  readonly #published = new PublishedState();
  readonly #ahead = new StatesAhead();
  readonly #outbox: Outbox;
  readonly #keys: KeySpace;
  readonly #doubts = new Doubts();
  readonly #intake: Intake;
  readonly #window: ChangeWindow;
  readonly #findings = new FindingsLog();
  readonly #stageFindings: StageFindings;
  readonly #reports = new OutcomeReports(this.#findings);
  readonly #problems: ProblemReports;
  readonly #flags: SnapshotFlags;
  readonly #answers: AnswerWatch;
  readonly #synced = Promise.withResolvers<void>();
  readonly #isReady = Promise.withResolvers<void>();
  readonly #schedule: SnapshotSchedule;
  readonly #visibility: Visibility;
  readonly #confirmations = new GatewayConfirmations();
  readonly #statuses: GatewayStatuses | undefined;
  #running: Running | undefined;

  constructor(options: ForwarderOptions) {
    const { random = Math.random } = options;
    this.#options = options;
    this.#settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.#gateways = new GatewayStore(
      this.#store,
      this.#settings.gateway,
      assignedAddresses(this.#confirmations, options.source),
    );
    this.#confirmations.onChange((name) => this.#changed(this.#gateways.atAddressesOf(name)));
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
    this.ready = this.#isReady.promise;
    this.#outbox = fairOutbox(this.#settings, this.#clock, () => this.#visibility.complete);
    this.#keys = new KeySpace(options.cluster);
    this.#flags = new SnapshotFlags(this.#clock.now);
    this.#visibility = new Visibility(this.#log);
    this.#answers = new AnswerWatch(this.#clock, this.#log, this.#settings.answerMs);
    this.#stageFindings = new StageFindings(this.#findings, options.reporter, this.#log);
    this.#problems = new ProblemReports(options.reporter, this.#log);
    this.#intake = new Intake({
      ...this.#common(),
      store: this.#store,
      gateways: this.#gateways,
      doubts: this.#doubts,
      changed: (names, triggeredAt) => this.#changed(names, triggeredAt),
      deleted: (name, doubted) => this.#deleted(name, doubted),
      forget: (name) => this.#reports.forget(name),
      reportMembers: (name, findings) => this.#stageFindings.report(name, 'members', findings),
      partial: (isPartial) => this.#running?.loop.hold(isPartial || !this.#visibility.complete),
    });
    const [gateways, confirmations] = [this.#gateways, this.#confirmations];
    this.#statuses = openStatuses({ ...options, ...this.#common(), settings: this.#settings, gateways, confirmations });
    this.#window = new ChangeWindow({
      clock: this.#clock,
      settings: this.#settings,
      isDoubted: (name) => this.#doubts.has(name),
      limit: () => this.#overflowThreshold(),
      publish: (names, demand) => this.#publish(names, demand),
      overflow: () => (this.#visibility.complete ? this.#running?.loop.storm() : this.#publish(this.#keys.all())),
    });
    this.#schedule = new SnapshotSchedule({
      clock: this.#clock,
      settings: this.#settings,
      random,
      snapshot: () => this.snapshot('scheduled'),
    });
  }

  async start(): Promise<void> {
    const { source, outcomes } = this.#options;
    const { sequencer, loop } = await this.#openPublishing();
    this.#visibility.publishedBefore = sequencer.last > 0;
    const feedback = this.#createFeedback(sequencer, loop);
    this.#running = { sequencer, loop, feedback };
    // An operator or the schedule may request a snapshot before anything was read: the view is empty then.
    loop.hold(true);
    loop.start();
    try {
      await outcomes?.start((event) => this.#outcome(feedback, event));
      const [intake, statuses, problems, ahead] = [this.#intake, this.#statuses, this.#problems, this.#ahead];
      await source.start(sourceSink({ intake, statuses, problems, ahead, synced: (whole) => this.#viewed(whole) }));
    } catch (error) {
      // The cause of the failed start matters more than an error of the stop.
      await this.stop().catch(() => undefined);
      throw error;
    }
    this.#schedule.start();
  }

  /** Parts that most others use. */
  #common() {
    const [settings, clock, log, keys, ahead] = [this.#settings, this.#clock, this.#log, this.#keys, this.#ahead];
    return { settings, clock, log, keys, ahead, published: this.#published, outbox: this.#outbox, flags: this.#flags };
  }

  #openPublishing(): ReturnType<typeof openPublishing> {
    const { source, cluster, clusterUid, sequences, publisher, outcomes, random = Math.random } = this.#options;
    return openPublishing({
      cluster,
      clusterUid,
      sequences,
      publisher,
      random,
      ...this.#common(),
      triggers: this.#window.triggers,
      desired: (name) => this.#desired(name),
      exists: (name) => this.#gateways.metadata(name) !== undefined,
      mayBeHidden: (name, state) => this.#visibility.mayHide(name, state),
      isDoubted: (name) => this.#doubts.has(name),
      reportFit: (name, reason) => this.#stageFindings.reportFit(name, reason),
      firstPrefix: () => (source.readsGateways ? TLS_ROUTES : EVERYTHING).from,
      overflowThreshold: () => this.#overflowThreshold(),
      flaggedPublished: (above) => outcomes !== undefined && this.#answers.expect(above),
      idle: () => this.#visibility.synced && this.#window.size === 0 && this.#isReady.resolve(),
    });
  }

  #createFeedback(sequencer: Sequencer, loop: PublishLoop): Feedback {
    const { cluster, clusterUid, reporter } = this.#options;
    return new Feedback({
      ...this.#common(),
      cluster,
      clusterUid,
      sequencer,
      reports: this.#reports,
      confirmations: this.#confirmations,
      reporter,
      stages: this.#stageFindings,
      metadata: (name) => this.#gateways.metadata(name),
      isWanted: (name) => this.#desired(name).state !== undefined,
      answered: (sequence) => this.#answers.answered(sequence),
      overflowThreshold: () => this.#overflowThreshold(),
      loop,
    });
  }

  async stop(): Promise<void> {
    this.#schedule.stop();
    this.#synced.resolve();
    await this.#options.source.stop();
    await this.#options.outcomes?.stop();
    await this.#statuses?.stop();
    this.#intake.stop();
    this.#window.close();
    const finished = await this.#running?.loop.stop(this.#settings.stopTimeoutMs);
    // The last snapshots may expect an answer, too: nobody waits for it any more.
    this.#answers.stop();
    if (finished === false) {
      this.#log.warn('the forwarder stopped with unpublished changes; the next start publishes them');
    }
    await this.#running?.sequencer.release();
  }

  snapshot(reason: string, options: Omit<SnapshotRequest, 'reason'> = {}): void {
    if (options.confirmed === true) {
      this.#options.source.confirm?.();
      this.#intake.confirm();
    }
    this.#running?.loop.snapshot({ ...options, reason });
  }

  metrics(): ForwarderMetrics {
    return metricsOf(this.#measured());
  }

  notes(): string[] {
    return notesOf(this.#measured());
  }

  #measured(): MeasuredParts {
    return {
      store: this.#store,
      published: this.#published,
      waiting: this.#window.size + this.#outbox.size,
      problems: this.#problems,
      visibility: this.#visibility,
      intake: this.#intake,
      flags: this.#flags,
      answers: this.#answers,
      ...this.#running,
    };
  }

  #viewed(complete: boolean): void {
    const { first, gateways } = this.#visibility.update(complete, this.#options.source.readsGateways === true);
    const loop = this.#running?.loop;
    // A snapshot under way begins anew: it must not list TLSRoutes that can no longer be read.
    if (gateways === 'vanished') loop?.hold(true);
    loop?.hold(!complete || this.#intake.isPartial);
    if (gateways === 'appeared' && !first) loop?.snapshot({ reason: 'Gateway API' });
    this.#statuses?.view(this.#visibility.gatewaysComplete);
    if (!first) return;
    loop?.snapshot({ reason: 'start' });
    if (!complete) this.#publish(this.#keys.all());
    this.#synced.resolve();
  }

  #changed(names: Iterable<string>, triggeredAt?: number): void {
    this.#ahead.drop(names);
    this.#statuses?.statesChanged(names);
    // Before the first sync the view is partial; the first snapshot covers everything.
    if (this.#visibility.synced) this.#window.changed(names, triggeredAt);
  }

  #deleted(name: string, doubted: boolean): void {
    this.#ahead.drop([name]);
    this.#statuses?.statesChanged([name]);
    this.#confirmations.forgetObject(name);
    // A snapshot without the Ingress may have been refused: the deletion that was seen is published again.
    if (doubted) this.#outbox.add(name, { ...repeat(), alone: true });
    if (this.#visibility.synced) this.#window.deleted(name);
  }

  #publish(names: Iterable<string>, demand = IF_CHANGED): void {
    for (const name of names) this.#outbox.add(name, demand);
    this.#running?.loop.wake();
  }

  /** Returns the number of Ingresses above which a snapshot needs fewer requests than single events. */
  #overflowThreshold(): number {
    return Math.max(this.#settings.stormIngresses, Math.ceil(this.#store.ingressCount / 25));
  }

  #desired(name: string): DesiredIngress {
    const desired = desiredState(this.#store, name, this.#settings, this.#gateways);
    this.#stageFindings.report(name, SELECTION, desired.findings);
    return desired;
  }

  async #outcome(feedback: Feedback, event: ReceivedEvent): Promise<void> {
    // Before the first sync it is unknown which Ingresses exist.
    await this.#synced.promise;
    await feedback.take(event);
  }
}
