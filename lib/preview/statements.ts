import {
  EVERYTHING,
  type IngressChanged,
  isGateway,
  isIngress,
  isTlsRoute,
  type ReceivedEvent,
  type SourceState,
  TLS_ROUTES,
} from '../contract/index.ts';

/** Whose state a preview is about, and as of when. */
export interface StatementOptions {
  readonly cluster: string;
  readonly clusterUid: string;
  /** Above everything that the appliance has recorded of the cluster. */
  readonly sequence: number;
  readonly appliance: string;
  /** Objects that are not among the states stay as they are; otherwise they would be removed. */
  readonly partial: boolean;
  /** Whether the states hold the TLSRoutes of the cluster; true by default. Otherwise, its TLSRoutes stay as they are. */
  readonly tlsRoutes?: boolean | undefined;
  /** Whether a snapshot may remove more than the prune guard allows; true by default. */
  readonly confirmed?: boolean;
}

/** Returns the events that a forwarder would publish for these states, as reconcile receives them. */
export function statements(states: readonly SourceState[], options: StatementOptions): ReceivedEvent[] {
  const { cluster, clusterUid, sequence, appliance, partial, tlsRoutes = true, confirmed = true } = options;
  const common = { cluster, clusterUid, sequence, verify: [appliance] };
  if (partial) return states.map((state, index) => changed(state, common, `preview-${index}`));
  const flags = { flagged: true, confirmed, listed: [] };
  const snapshot: ReceivedEvent = {
    id: 'preview',
    time: sequence,
    detailType: 'Cluster Snapshot',
    data: { ...common, ...EVERYTHING, ...flags, ingresses: states.filter(isIngress) },
  };
  if (!tlsRoutes) return [snapshot];
  return [
    snapshot,
    {
      id: 'preview-tlsroutes',
      time: sequence,
      detailType: 'TLSRoute Snapshot',
      // Without a list of Gateways: a plan does not read them, and they stay as they are.
      data: { ...common, ...TLS_ROUTES, ...flags, tlsRoutes: states.filter(isTlsRoute) },
    },
  ];
}

type Common = Pick<IngressChanged, 'cluster' | 'clusterUid' | 'sequence' | 'verify'>;

const changed = (state: SourceState, common: Common, id: string): ReceivedEvent => {
  const event = { id, time: common.sequence };
  if (isGateway(state)) return { ...event, detailType: 'Gateway Changed', data: { ...common, gateway: state } };
  return isTlsRoute(state)
    ? { ...event, detailType: 'TLSRoute Changed', data: { ...common, tlsRoute: state } }
    : { ...event, detailType: 'Ingress Changed', data: { ...common, ingress: state } };
};
