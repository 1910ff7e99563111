import {
  type ClusterSnapshot,
  type IngressState,
  type Owner,
  ownerKey,
  type ReceivedEvent,
  type WorkRequested,
} from '../../contract/index.ts';
import type { Snapshot, Statement } from '../../ledger/index.ts';

/** A statement, and the cluster that really sent it (protocol rule 15). */
export type ReceivedStatement = Statement<IngressState> & {
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
  };
}

interface StatementOfCluster {
  readonly cluster: string;
  readonly time: number;
  readonly statement: ReceivedStatement;
}

function statementOf(event: ReceivedEvent, appliance: string): StatementOfCluster | undefined {
  const statement = statementIn(event, appliance);
  if (statement === undefined) return undefined;
  const { cluster, clusterUid } = event.data as Pick<ClusterSnapshot, 'cluster' | 'clusterUid'>;
  const takesOver = event.detailType === 'Cluster Snapshot' && event.data.takesOver === true;
  return {
    cluster,
    time: event.time,
    statement: { ...statement, clusterUid, takesOver, replayed: event.replay !== undefined },
  };
}

function statementIn(event: ReceivedEvent, appliance: string): Statement<IngressState> | undefined {
  const replayed = event.replay !== undefined;
  switch (event.detailType) {
    case 'Ingress Changed': {
      const { cluster, sequence, ingress } = event.data;
      const owner: Owner = { cluster, namespace: ingress.namespace, name: ingress.name };
      return { kind: 'single', owner, sequence, state: ingress, verify: isToVerify(event.data, appliance), replayed };
    }
    case 'Ingress Withdrawn': {
      const { cluster, namespace, name, sequence } = event.data;
      const owner: Owner = { cluster, namespace, name };
      return { kind: 'single', owner, sequence, state: undefined, verify: isToVerify(event.data, appliance), replayed };
    }
    case 'Cluster Snapshot':
      return snapshotOf(event.data, replayed, appliance);
    default:
      return undefined;
  }
}

const isToVerify = ({ verify }: Pick<ClusterSnapshot, 'verify'>, appliance: string): boolean =>
  verify?.includes(appliance) ?? false;

function snapshotOf(data: ClusterSnapshot, replayed: boolean, appliance: string): Snapshot<IngressState> {
  const { cluster, sequence, from, to, flagged, confirmed, ingresses, listed } = data;
  return {
    kind: 'snapshot',
    cluster,
    sequence,
    from,
    to,
    flagged,
    verify: isToVerify(data, appliance),
    exempt: replayed || confirmed === true,
    present: new Map(
      ingresses.map((state) => {
        const owner: Owner = { cluster, namespace: state.namespace, name: state.name };
        return [ownerKey(owner), { owner, state }];
      }),
    ),
    listed: new Set(listed.map((ref) => ownerKey({ cluster, ...ref }))),
  };
}
