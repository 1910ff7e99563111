import {
  acceptanceOf,
  explain,
  type Finding,
  GatewayState,
  IngressState,
  objectOf,
  qualifiedName,
  type SourceState,
  TlsRouteState,
} from '../../contract/index.ts';
import { gatewayFindings, gatewayState, tlsRouteState } from '../../gateway/index.ts';
import { projectIngress, resolveBackends, selectIngress, withSolvers } from '../../ingress/index.ts';
import type { IngressRef } from '../ports.ts';
import type { ForwarderSettings } from '../settings.ts';
import { contentHash } from './content-hash.ts';
import type { GatewayStore } from './gateway-store.ts';
import { refOf } from './ingress-ref.ts';
import type { ClusterStore } from './store.ts';

/** The desired state of an Ingress, TLSRoute or Gateway at this moment. */
export interface DesiredIngress {
  /** Absent where the object is not selected, or does not exist. */
  readonly state?: SourceState;
  /** Hash of the state. */
  readonly hash?: string;
  /** Reason why no event can carry the state of a selected Ingress. */
  readonly unpublishable?: string;
  /** Findings of the selection (SEL-1). */
  readonly findings: readonly Finding[];
}

export type DesiredSettings = Pick<ForwarderSettings, 'classNames' | 'nodeAddressType' | 'podAddressesForNodePort'>;

/**
 * Returns a state that stands for an object whose content is not carried: only its name counts.
 *
 * @param ref name as that of an owner.
 */
export function emptyState(ref: IngressRef): SourceState {
  const { kind, name } = objectOf(ref);
  const { namespace } = ref;
  switch (kind) {
    case 'Ingress':
      return { namespace, name, created: 0, annotations: {}, rules: [], tls: [], backends: [] };
    case 'TLSRoute':
      return { namespace, name, created: 0, hostnames: [], parents: [], rules: [] };
    case 'Gateway':
      return { namespace, name, created: 0, class: '', addresses: [], listeners: [] };
  }
}

const NOTHING: DesiredIngress = { findings: [] };

type StateSchema = typeof IngressState | typeof TlsRouteState | typeof GatewayState;

/** Returns a check of a state: why it does not fit its schema; undefined where it fits. Most fit, and take the quick test only. */
function faultBy(schema: StateSchema): (state: SourceState) => string | undefined {
  const accepts = acceptanceOf(schema);
  return (state) => {
    if (accepts(state)) return undefined;
    const { error } = schema.safeParse(state);
    return error && explain(error);
  };
}

const ofIngress = faultBy(IngressState);
const ofTlsRoute = faultBy(TlsRouteState);
const ofGateway = faultBy(GatewayState);

/**
 * Returns the desired state of an Ingress, TLSRoute or Gateway in the cluster as it is known now. An object whose state cannot be
 * computed exists and is unpublishable: it must neither count as deleted nor hold up others (LIF-6, LIF-8).
 *
 * @param name `namespace/name`, that of a TLSRoute as `tlsRouteName` makes it, that of a Gateway as `gatewayName` does.
 * @param gateways objects of the Gateway API; without them, no TLSRoute or Gateway is known.
 */
export function desiredState(
  cluster: ClusterStore,
  name: string,
  settings: DesiredSettings,
  gateways?: GatewayStore,
): DesiredIngress {
  try {
    const { kind } = objectOf(refOf(name));
    if (kind === 'Ingress') return desiredIngress(cluster, name, settings);
    if (gateways === undefined) return NOTHING;
    return kind === 'Gateway' ? desiredGateway(gateways, name) : desiredTlsRoute(cluster, gateways, name, settings);
  } catch (error) {
    const { message } = error as Error;
    return {
      state: emptyState(refOf(name)),
      hash: contentHash({ message }),
      unpublishable: `its state cannot be computed: ${message}`,
      findings: [],
    };
  }
}

function desiredIngress(cluster: ClusterStore, name: string, settings: DesiredSettings): DesiredIngress {
  const ingress = cluster.ingress(name);
  if (ingress === undefined) return NOTHING;
  const selection = selectIngress(ingress, cluster.ingressClasses(), settings);
  if (!selection.selected) return { findings: selection.findings };
  const whole = withSolvers(ingress, cluster.solversIn(ingress.metadata.namespace));
  const state = projectIngress(whole, selection, resolveBackends(whole, cluster, settings));
  return published(state, ofIngress, selection.findings);
}

/** Returns the state of a TLSRoute that a listener of ours carries (GW-7 to GW-12). */
function desiredTlsRoute(
  cluster: ClusterStore,
  gateways: GatewayStore,
  name: string,
  settings: DesiredSettings,
): DesiredIngress {
  const judged = gateways.judge(name);
  // A route without a Gateway of ours is another controller's.
  if (judged === undefined || judged.parents.length === 0) return NOTHING;
  const findings = [
    ...judged.findings,
    ...judged.parents.flatMap(({ fault }) => (fault === undefined ? [] : [fault.finding])),
  ];
  const state = tlsRouteState(judged, cluster, settings, (gateway) => gateways.assigned(gateway));
  if (state.parents.length === 0) return { findings };
  return published(state, ofTlsRoute, findings);
}

/** Returns the state of a Gateway of ours with an accepted listener (GW-2 to GW-7). */
function desiredGateway(gateways: GatewayStore, name: string): DesiredIngress {
  const { namespace, name: owner } = refOf(name);
  const key = qualifiedName({ namespace, name: objectOf({ name: owner }).name });
  const judged = gateways.judgedGateway(key);
  // A Gateway of another class is another controller's.
  if (judged === undefined) return NOTHING;
  const findings = gatewayFindings(judged);
  const state = gatewayState(judged, gateways.assigned(key));
  return state === undefined ? { findings } : published(state, ofGateway, findings);
}

function published(
  state: SourceState,
  faultOf: (state: SourceState) => string | undefined,
  findings: readonly Finding[],
): DesiredIngress {
  const fault = faultOf(state);
  return {
    state,
    hash: contentHash(state),
    findings,
    ...(fault === undefined ? {} : { unpublishable: `it does not fit the event's schema: ${fault}` }),
  };
}
