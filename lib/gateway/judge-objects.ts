import type { TlsRouteState } from '../contract/index.ts';
import { INSIDE_CLUSTER } from '../ingress/backends.ts';
import { type K8sObject, objectView } from '../ingress/index.ts';
import { type GatewayJudgement, judgeGateways } from './judge.ts';
import type { GatewayObject, K8sGatewayClass } from './kubernetes.ts';
import { tlsRouteState } from './route-state.ts';
import { GATEWAY_CLASS, GATEWAY_CONTROLLER, type GatewaySettings } from './settings.ts';
import { type GatewayView, gatewayView } from './view.ts';

/** How objects that were read together are judged. */
export interface ObjectSettings extends GatewaySettings {
  /** The objects come from files: a missing object may exist. */
  readonly partial: boolean;
}

/** Returns the GatewayClass that is assumed where the files lack it (GW-1). */
export function assumedGatewayClass(): K8sGatewayClass {
  const metadata = { name: GATEWAY_CLASS, namespace: '' };
  return { kind: 'GatewayClass', metadata, spec: { controllerName: GATEWAY_CONTROLLER } };
}

/**
 * Judges objects that were read together, once.
 *
 * @param others the other objects: Services and their members.
 */
export function judgeObjects(
  given: readonly GatewayObject[],
  others: readonly K8sObject[],
  { partial, ...settings }: ObjectSettings,
): { readonly judged: GatewayJudgement; readonly view: GatewayView } {
  const lacksClass = !given.some(({ kind, metadata }) => kind === 'GatewayClass' && metadata.name === GATEWAY_CLASS);
  const objects = partial && lacksClass ? [...given, assumedGatewayClass()] : given;
  const view = gatewayView(
    objects,
    others.filter((object) => object.kind === 'Service'),
  );
  return { judged: judgeGateways(objects, view, settings), view };
}

/** Returns the TLSRoutes of ours among some objects, as a forwarder would publish them. Pure. */
export function selectTlsRoutes(
  given: readonly GatewayObject[],
  others: readonly K8sObject[],
  settings: ObjectSettings,
): TlsRouteState[] {
  const view = objectView(others);
  return judgeObjects(given, others, settings).judged.routes.map((route) => tlsRouteState(route, view, INSIDE_CLUSTER));
}
