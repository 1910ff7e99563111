import {
  type ArchivedEvent,
  archivedEvent,
  DESIRED_STATE,
  EventInvalid,
  envelopeJson,
  type IngressState,
  type SourceState,
} from '../contract/index.ts';
import { ApplianceModel, type ApplianceRules, type Effect } from './appliance-model.ts';
import { ClusterCoverage, type Completeness } from './cluster-coverage.ts';
import { type DesiredEvent, type EventRef, eventRef } from './event-ref.ts';
import { ToldStates } from './told-states.ts';

/** An appliance, and the clusters whose events reach it. */
export interface FoldedAppliance extends ApplianceRules {
  /** Absent: all. */
  readonly clusters?: readonly string[];
}

/** What an event did to one appliance. */
export interface FoldStep extends Effect {
  readonly by: EventRef;
  readonly appliance: string;
}

/** Counts of an archive. */
export interface FoldCounts {
  /** Events of desired state up to the time. */
  events: number;
  /** Events after the time, as their envelopes say. */
  later: number;
  /** Lines that are not events of this version, with the reason of the first. */
  unreadable: number;
  firstProblem?: string;
  /** Time of the first event at all, in milliseconds since the epoch. */
  first?: number;
  /** Time of the last event up to the time. */
  last?: number;
}

/**
 * The state of every appliance after some events of an archive. An event is forgotten once it is folded: what stays grows
 * with the objects, not with the archive.
 */
export class Fold {
  readonly appliances: readonly { readonly model: ApplianceModel; readonly clusters?: readonly string[] }[];
  readonly counts: FoldCounts = { events: 0, later: 0, unreadable: 0 };
  readonly #until: number;
  readonly #told = new ToldStates((key) => this.#stateOf(key));
  readonly #coverage = new Map<string, ClusterCoverage>();
  /** Appliance and cluster → its last snapshot, if the prune guard refuses it. */
  readonly #refused = new Map<string, FoldStep>();

  /** @param until time of the last event that counts, in milliseconds since the epoch; without it, all count. */
  constructor(appliances: readonly FoldedAppliance[], until = Number.POSITIVE_INFINITY) {
    this.#until = until;
    this.appliances = appliances.map(({ clusters, ...rules }) => ({
      model: new ApplianceModel(rules),
      ...(clusters === undefined ? {} : { clusters }),
    }));
  }

  /** Returns whether the archive tells everything about each cluster, by name. */
  completeness(): [cluster: string, Completeness][] {
    return [...this.#coverage]
      .map(([cluster, coverage]): [string, Completeness] => [cluster, coverage.verdict()])
      .sort();
  }

  /** Returns the snapshots that are refused, without a later one of their cluster that is accepted. */
  refusals(): FoldStep[] {
    return [...this.#refused.values()];
  }

  /**
   * Folds one archived event.
   *
   * @param body as EventBridge delivers it. What is not an event is counted: reconcile could not have used it either.
   */
  add(body: string): FoldStep[] {
    let archived: ArchivedEvent;
    try {
      const repeated = this.#told.repeatedIn(body);
      const json = repeated === undefined ? envelopeJson(body) : repeated.json;
      const published = publishedIn(json);
      if (published !== undefined && published > this.#until) return this.#addLater(published);
      archived = withIngresses(archivedEvent(json), repeated?.ingresses);
    } catch (error) {
      if (!(error instanceof EventInvalid)) throw error;
      this.counts.unreadable += 1;
      this.counts.firstProblem ??= error.message;
      return [];
    }
    const { event, published } = archived;
    if (!isDesired(event)) return [];
    if (published > this.#until) return this.#addLater(published);
    const { counts } = this;
    counts.first = Math.min(counts.first ?? published, published);
    counts.events += 1;
    counts.last = Math.max(counts.last ?? published, published);
    return this.#fold(event, eventRef(event, published));
  }

  #stateOf(key: string): SourceState | undefined {
    for (const { model } of this.appliances) {
      const known = model.objects.get(key);
      if (known !== undefined) return known.state;
    }
    return undefined;
  }

  /** Counts an event after the time. Its content is not checked: most of a long archive may be later. */
  #addLater(published: number): FoldStep[] {
    const { counts } = this;
    counts.first = Math.min(counts.first ?? published, published);
    counts.later += 1;
    return [];
  }

  #fold(event: DesiredEvent, by: EventRef): FoldStep[] {
    const { cluster } = by;
    const coverage = this.#coverage.get(cluster) ?? new ClusterCoverage();
    this.#coverage.set(cluster, coverage);
    coverage.add(event, by);
    return this.appliances
      .filter(({ clusters }) => clusters === undefined || clusters.includes(cluster))
      .map(({ model }) => this.#noteRefusal({ ...model.apply(event, by), by, appliance: model.rules.appliance }));
  }

  #noteRefusal(step: FoldStep): FoldStep {
    if (!step.by.detailType.endsWith('Snapshot')) return step;
    const key = `${step.appliance} ${step.by.cluster} ${step.by.detailType}`;
    if (step.refused === undefined) this.#refused.delete(key);
    else this.#refused.set(key, step);
    return step;
  }
}

/** Returns a snapshot that was read without its Ingresses with them. */
function withIngresses(archived: ArchivedEvent, ingresses: IngressState[] | undefined): ArchivedEvent {
  const { event, published } = archived;
  if (ingresses === undefined || event.detailType !== 'Cluster Snapshot') return archived;
  return { event: { ...event, data: { ...event.data, ingresses } }, published };
}

const DESIRED: ReadonlySet<string> = new Set(DESIRED_STATE);

/** Returns when the bus had an event of desired state; undefined where the envelope does not say it so. */
function publishedIn(json: unknown): number | undefined {
  const { 'detail-type': type, time } = (json ?? {}) as Record<string, unknown>;
  if (typeof type !== 'string' || typeof time !== 'string' || !DESIRED.has(type)) return undefined;
  const published = Date.parse(time);
  return Number.isNaN(published) ? undefined : published;
}

const isDesired = (event: ArchivedEvent['event']): event is DesiredEvent => DESIRED.has(event.detailType);
