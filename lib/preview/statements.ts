import { EVERYTHING, type IngressState, type ReceivedEvent } from '../contract/index.ts';

/** Whose state a preview is about, and as of when. */
export interface StatementOptions {
  readonly cluster: string;
  readonly clusterUid: string;
  /** Above everything that the appliance has recorded of the cluster. */
  readonly sequence: number;
  readonly appliance: string;
  /** Ingresses that are not among the states stay as they are; otherwise they would be removed. */
  readonly partial: boolean;
  /** Whether a snapshot may remove more than the prune guard allows; true by default. */
  readonly confirmed?: boolean;
}

/** Returns the events that a forwarder would publish for these states, as reconcile receives them. */
export function statements(states: readonly IngressState[], options: StatementOptions): ReceivedEvent[] {
  const { cluster, clusterUid, sequence, appliance, partial, confirmed = true } = options;
  const common = { cluster, clusterUid, sequence, verify: [appliance] };
  if (partial) {
    return states.map((ingress, index) => ({
      id: `preview-${index}`,
      time: sequence,
      detailType: 'Ingress Changed',
      data: { ...common, ingress },
    }));
  }
  const data = { ...common, ...EVERYTHING, flagged: true, confirmed, ingresses: [...states], listed: [] };
  return [{ id: 'preview', time: sequence, detailType: 'Cluster Snapshot', data }];
}
