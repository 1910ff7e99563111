import {
  type BusEvent,
  EVERYTHING,
  eventBytes,
  isGateway,
  isIngress,
  isTlsRoute,
  jsonBytes,
  keySpaceOf,
  objectOf,
  PREFIXES,
  qualifiedName,
  SOURCES,
  type SourceState,
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

interface ChangeDetails {
  /** Appliances that are asked to verify the state. */
  readonly verify?: ReadonlySet<string> | undefined;
  /** Time of the first change of members, in milliseconds since the epoch. */
  readonly triggeredAt?: number | undefined;
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

  changed(sequence: number, state: SourceState, { verify, triggeredAt }: ChangeDetails = {}): BusEvent {
    const stamp = this.#stamp(sequence, verify);
    const options = { now: this.#now, subject: qualifiedName(state), triggeredAt };
    if (isIngress(state)) {
      return toEvent(SOURCES.forwarder, 'Ingress Changed', { ...stamp, ingress: state }, options);
    }
    return isTlsRoute(state)
      ? toEvent(SOURCES.forwarder, 'TLSRoute Changed', { ...stamp, tlsRoute: state }, options)
      : toEvent(SOURCES.forwarder, 'Gateway Changed', { ...stamp, gateway: state }, options);
  }

  /** @param ref name as that of an owner: `tlsroute/<name>` for a TLSRoute, `gateway/<name>` for a Gateway. */
  withdrawn(sequence: number, ref: IngressRef, verify?: ReadonlySet<string>): BusEvent {
    const { kind, name } = objectOf(ref);
    const object = { namespace: ref.namespace, name };
    const data = { ...this.#stamp(sequence, verify), ...object };
    return toEvent(SOURCES.forwarder, `${kind} Withdrawn`, data, { now: this.#now, subject: qualifiedName(object) });
  }

  snapshot(
    sequence: number,
    plan: RangePlan<Candidate & { readonly state: SourceState }>,
    options: SnapshotApprovals & { readonly flagged: boolean },
  ): BusEvent<'Cluster Snapshot' | 'TLSRoute Snapshot'> {
    const states = plan.states.map(({ state }) => state);
    const listed = plan.listed.map(({ state }) => state);
    const data = {
      ...this.#stamp(sequence, options.verify),
      from: plan.from,
      to: plan.to,
      flagged: options.flagged,
      ...(options.confirmed ? { confirmed: true } : {}),
      ...(options.takesOver ? { takesOver: true } : {}),
      listed: refsOf(listed.filter((state) => !isGateway(state))),
    };
    const envelope = { now: this.#now, subject: `${plan.from}-${plan.to}` };
    if (keySpaceOf(plan.from) === PREFIXES) {
      const ingresses = states.filter(isIngress);
      return toEvent(SOURCES.forwarder, 'Cluster Snapshot', { ...data, ingresses }, envelope);
    }
    const listedGateways = refsOf(listed.filter(isGateway));
    const routes = {
      ...data,
      tlsRoutes: states.filter(isTlsRoute),
      // Also where there is none: without the list, the snapshot would say nothing about Gateways.
      gateways: states.filter(isGateway),
      ...(listedGateways.length === 0 ? {} : { listedGateways }),
    };
    return toEvent(SOURCES.forwarder, 'TLSRoute Snapshot', routes, envelope);
  }

  /** Returns the bytes of a snapshot event without states. */
  emptySnapshotBytes(options: SnapshotApprovals): number {
    const plan = { ...EVERYTHING, states: [], listed: [] };
    return eventBytes(this.snapshot(Number.MAX_SAFE_INTEGER, plan, { ...options, flagged: false }));
  }

  /** Returns the bytes of the single event of a state with the longest sequence. */
  changedBytes(state: SourceState): number {
    return eventBytes(this.changed(Number.MAX_SAFE_INTEGER, state, { triggeredAt: this.#now() }));
  }
}

const refsOf = (states: readonly SourceState[]) => states.map(({ namespace, name }) => ({ namespace, name }));

/** Returns the bytes of a state in a snapshot, and of its name where it is only listed. */
export function candidateBytes(state: Pick<SourceState, 'namespace' | 'name'>): { bytes: number; listedBytes: number } {
  const size = (value: unknown): number => jsonBytes(value) + 1;
  return { bytes: size(state), listedBytes: size({ namespace: state.namespace, name: state.name }) };
}
