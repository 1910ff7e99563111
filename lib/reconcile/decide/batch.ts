import {
  type ClusterSnapshot,
  type IngressState,
  type Owner,
  ownerKey,
  type ReceivedEvent,
  type WorkRequested,
} from '../../contract/index.ts';
import type { Snapshot, Statement } from '../../ledger/index.ts';

/** A statement, and the cluster that it really comes from (protocol rule 15). */
export type ReceivedStatement = Statement<IngressState> & {
  readonly clusterUid: string;
  readonly takesOver: boolean;
  readonly replayed: boolean;
};

/** What one batch says of one cluster. */
export interface ClusterStatements {
  readonly cluster: string;
  readonly statements: ReceivedStatement[];
}

export interface Batch {
  readonly clusters: readonly ClusterStatements[];
  readonly work: readonly WorkRequested[];
  /** When the state of an owner, or of a snapshot (by sequence), was taken: for latencies. */
  readonly times: ReadonlyMap<string, number>;
}

/** Sorts the events of one appliance's batch by what they say. Events of other kinds are not for us. */
export function groupByCluster(events: readonly ReceivedEvent[], appliance: string): Batch {
  const clusters = new Map<string, ClusterStatements>();
  const work: WorkRequested[] = [];
  const times = new Map<string, number>();
  for (const event of events) {
    const statement = statementOf(event, appliance);
    if (event.detailType === 'Work Requested' && event.data.appliance === appliance) work.push(event.data);
    if (statement === undefined || !('clusterUid' in event.data) || event.data.clusterUid === undefined) continue;
    const { cluster, clusterUid } = event.data;
    const takesOver = event.detailType === 'Cluster Snapshot' && event.data.takesOver === true;
    const inbox = clusters.get(cluster) ?? { cluster, statements: [] };
    clusters.set(cluster, inbox);
    inbox.statements.push({ ...statement, clusterUid, takesOver, replayed: event.replay !== undefined });
    times.set(`${cluster} ${statement.sequence}`, event.time);
  }
  return { clusters: [...clusters.values()], work, times };
}

function statementOf(event: ReceivedEvent, appliance: string): Statement<IngressState> | undefined {
  switch (event.detailType) {
    case 'Ingress Changed': {
      const { cluster, sequence, verify, ingress } = event.data;
      const owner: Owner = { cluster, namespace: ingress.namespace, name: ingress.name };
      return {
        kind: 'single',
        owner,
        sequence,
        state: ingress,
        verify: verify?.includes(appliance) ?? false,
        replayed: event.replay !== undefined,
      };
    }
    case 'Ingress Withdrawn': {
      const { cluster, namespace, name, sequence, verify } = event.data;
      return {
        kind: 'single',
        owner: { cluster, namespace, name },
        sequence,
        state: undefined,
        verify: verify?.includes(appliance) ?? false,
        replayed: event.replay !== undefined,
      };
    }
    case 'Cluster Snapshot':
      return snapshotOf(event.data, event.replay !== undefined, appliance);
    default:
      return undefined;
  }
}

function snapshotOf(data: ClusterSnapshot, replayed: boolean, appliance: string): Snapshot<IngressState> {
  const { cluster, sequence, from, to, flagged, confirmed, verify, ingresses, listed } = data;
  return {
    kind: 'snapshot',
    cluster,
    sequence,
    from,
    to,
    flagged,
    verify: verify?.includes(appliance) ?? false,
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
