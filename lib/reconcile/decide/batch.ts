import {
  type ClusterSnapshot,
  type Owner,
  ownerKey,
  ownerOf,
  type ReceivedEvent,
  type SourceKind,
  type SourceState,
  type TlsRouteSnapshot,
  type WorkRequested,
} from '../../contract/index.ts';
import type { Snapshot, Statement } from '../../ledger/index.ts';

/** A statement, and the cluster that really sent it (protocol rule 15). */
export type ReceivedStatement = Statement<SourceState> & {
  readonly clusterUid: string;
  readonly takesOver: boolean;
  readonly replayed: boolean;
};

/** The statements of one batch about one cluster. */
export interface ClusterStatements {
  readonly cluster: string;
  readonly statements: readonly ReceivedStatement[];
}

export interface Batch {
  readonly clusters: readonly ClusterStatements[];
  readonly work: readonly WorkRequested[];
  /** Maps `cluster sequence` to the time when the state was taken, in milliseconds since the epoch: for latencies. */
  readonly times: ReadonlyMap<string, number>;
  /**
   * Maps `cluster sequence` to the time of the first change of members that a live event carries: for the programming latency. A
   * replayed event tells an old change once more.
   */
  readonly triggers: ReadonlyMap<string, number>;
}

/** Sorts the events of one appliance's batch by cluster. Skips events of other kinds. */
export function groupByCluster(events: readonly ReceivedEvent[], appliance: string): Batch {
  const received = events.flatMap((event) => statementOf(event, appliance) ?? []);
  const clusters = Map.groupBy(received, ({ cluster }) => cluster);
  return {
    clusters: [...clusters].map(([cluster, all]) => ({ cluster, statements: all.map(({ statement }) => statement) })),
    work: events.flatMap((event) =>
      event.detailType === 'Work Requested' && event.data.appliance === appliance ? [event.data] : [],
    ),
    times: new Map(received.map(({ cluster, statement, time }) => [`${cluster} ${statement.sequence}`, time])),
    triggers: new Map(
      received.flatMap(({ cluster, statement, triggeredAt }) =>
        triggeredAt === undefined || statement.replayed ? [] : [[`${cluster} ${statement.sequence}`, triggeredAt]],
      ),
    ),
  };
}

/** A statement, with the name and times of its event. */
export interface StatementOfCluster {
  readonly cluster: string;
  readonly time: number;
  readonly triggeredAt: number | undefined;
  readonly statement: ReceivedStatement;
}

/** Returns what an event states about a cluster; undefined for events of other kinds. */
export function statementOf(event: ReceivedEvent, appliance: string): StatementOfCluster | undefined {
  const statement = statementIn(event, appliance);
  if (statement === undefined) return undefined;
  const { cluster, clusterUid } = event.data as Pick<ClusterSnapshot, 'cluster' | 'clusterUid'>;
  const takesOver = 'takesOver' in event.data && event.data.takesOver === true;
  return {
    cluster,
    time: event.time,
    triggeredAt: event.triggeredAt,
    statement: { ...statement, clusterUid, takesOver, replayed: event.replay !== undefined },
  };
}

function statementIn(event: ReceivedEvent, appliance: string): Statement<SourceState> | undefined {
  const replayed = event.replay !== undefined;
  const single = (
    kind: SourceKind,
    { cluster, sequence, verify }: Pick<ClusterSnapshot, 'cluster' | 'sequence' | 'verify'>,
    ref: { readonly namespace: string; readonly name: string },
    state: SourceState | undefined,
  ): Statement<SourceState> => {
    const owner = ownerOf(kind, cluster, ref);
    return { kind: 'single', owner, sequence, state, verify: isToVerify({ verify }, appliance), replayed };
  };
  switch (event.detailType) {
    case 'Ingress Changed':
      return single('Ingress', event.data, event.data.ingress, event.data.ingress);
    case 'Ingress Withdrawn':
      return single('Ingress', event.data, event.data, undefined);
    case 'Cluster Snapshot':
      return snapshotOf('Ingress', event.data, event.data.ingresses, replayed, appliance);
    case 'TLSRoute Changed':
      return single('TLSRoute', event.data, event.data.tlsRoute, event.data.tlsRoute);
    case 'TLSRoute Withdrawn':
      return single('TLSRoute', event.data, event.data, undefined);
    case 'TLSRoute Snapshot':
      return withGateways(snapshotOf('TLSRoute', event.data, event.data.tlsRoutes, replayed, appliance), event.data);
    case 'Gateway Changed':
      return single('Gateway', event.data, event.data.gateway, event.data.gateway);
    case 'Gateway Withdrawn':
      return single('Gateway', event.data, event.data, undefined);
    default:
      return undefined;
  }
}

const isToVerify = ({ verify }: Pick<ClusterSnapshot, 'verify'>, appliance: string): boolean =>
  verify?.includes(appliance) ?? false;

function snapshotOf(
  kind: SourceKind,
  data: Omit<ClusterSnapshot, 'ingresses'> | Omit<TlsRouteSnapshot, 'tlsRoutes'>,
  states: readonly SourceState[],
  replayed: boolean,
  appliance: string,
): Snapshot<SourceState> {
  const { cluster, sequence, from, to, flagged, confirmed, listed } = data;
  return {
    kind: 'snapshot',
    cluster,
    sequence,
    from,
    to,
    flagged,
    verify: isToVerify(data, appliance),
    exempt: replayed || confirmed === true,
    present: presentOf(kind, cluster, states),
    listed: keysOf(kind, cluster, listed),
  };
}

/**
 * Adds the Gateways of a snapshot. A forwarder that publishes no Gateways sends no list: its snapshot says nothing about
 * Gateways, and must not withdraw those that another version published.
 */
function withGateways(
  snapshot: Snapshot<SourceState>,
  { cluster, gateways, listedGateways = [] }: TlsRouteSnapshot,
): Snapshot<SourceState> {
  if (gateways === undefined) return { ...snapshot, silentAbout: 'Gateway' };
  return {
    ...snapshot,
    present: new Map([...snapshot.present, ...presentOf('Gateway', cluster, gateways)]),
    listed: snapshot.listed.union(keysOf('Gateway', cluster, listedGateways)),
  };
}

function presentOf(
  kind: SourceKind,
  cluster: string,
  states: readonly SourceState[],
): Snapshot<SourceState>['present'] {
  return new Map(
    states.map((state) => {
      const owner = ownerOf(kind, cluster, state);
      return [ownerKey(owner), { owner, state }];
    }),
  );
}

const keysOf = (kind: SourceKind, cluster: string, refs: readonly Omit<Owner, 'cluster'>[]): Set<string> =>
  new Set(refs.map((ref) => ownerKey(ownerOf(kind, cluster, ref))));
