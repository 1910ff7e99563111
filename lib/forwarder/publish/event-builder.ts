import {
  type BusEvent,
  EVERYTHING,
  eventBytes,
  type IngressState,
  jsonBytes,
  qualifiedName,
  SOURCES,
  toEvent,
} from '../../contract/index.ts';
import type { IngressRef } from '../ports.ts';
import type { Candidate, RangePlan } from './range-plan.ts';

/** An operator's approvals for a snapshot, and the appliances that verify it. */
interface SnapshotApprovals {
  readonly confirmed?: boolean;
  readonly takesOver?: boolean;
  readonly verify?: ReadonlySet<string>;
}

/** Builds the desired-state events of one cluster. */
export class EventBuilder {
  readonly #cluster: string;
  readonly #clusterUid: string;
  readonly #now: () => number;

  constructor(cluster: string, clusterUid: string, now: () => number) {
    this.#cluster = cluster;
    this.#clusterUid = clusterUid;
    this.#now = now;
  }

  #stamp(sequence: number, verify: ReadonlySet<string> | undefined) {
    return {
      cluster: this.#cluster,
      clusterUid: this.#clusterUid,
      sequence,
      ...(verify === undefined || verify.size === 0 ? {} : { verify: [...verify].sort() }),
    };
  }

  changed(sequence: number, ingress: IngressState, verify?: ReadonlySet<string>): BusEvent<'Ingress Changed'> {
    const data = { ...this.#stamp(sequence, verify), ingress };
    return toEvent(SOURCES.forwarder, 'Ingress Changed', data, { now: this.#now, subject: qualifiedName(ingress) });
  }

  withdrawn(sequence: number, ref: IngressRef, verify?: ReadonlySet<string>): BusEvent<'Ingress Withdrawn'> {
    const data = { ...this.#stamp(sequence, verify), ...ref };
    return toEvent(SOURCES.forwarder, 'Ingress Withdrawn', data, { now: this.#now, subject: qualifiedName(ref) });
  }

  snapshot(
    sequence: number,
    plan: RangePlan<Candidate & { readonly state: IngressState }>,
    options: SnapshotApprovals & { readonly flagged: boolean },
  ): BusEvent<'Cluster Snapshot'> {
    const data = {
      ...this.#stamp(sequence, options.verify),
      from: plan.from,
      to: plan.to,
      flagged: options.flagged,
      ...(options.confirmed ? { confirmed: true } : {}),
      ...(options.takesOver ? { takesOver: true } : {}),
      ingresses: plan.ingresses.map(({ state }) => state),
      listed: plan.listed.map(({ state: { namespace, name } }) => ({ namespace, name })),
    };
    return toEvent(SOURCES.forwarder, 'Cluster Snapshot', data, { now: this.#now, subject: `${plan.from}-${plan.to}` });
  }

  /** Returns the bytes of a snapshot event without Ingresses. */
  emptySnapshotBytes(options: SnapshotApprovals): number {
    const plan = { ...EVERYTHING, ingresses: [], listed: [] };
    return eventBytes(this.snapshot(Number.MAX_SAFE_INTEGER, plan, { ...options, flagged: false }));
  }

  /** Returns the bytes of the single event of an Ingress with the longest sequence. */
  changedBytes(ingress: IngressState): number {
    return eventBytes(this.changed(Number.MAX_SAFE_INTEGER, ingress));
  }
}

/** Returns the bytes of a state in a snapshot, and of its name where it is only listed. */
export function candidateBytes(state: IngressState): { bytes: number; listedBytes: number } {
  const size = (value: unknown): number => jsonBytes(value) + 1;
  return { bytes: size(state), listedBytes: size({ namespace: state.namespace, name: state.name }) };
}
