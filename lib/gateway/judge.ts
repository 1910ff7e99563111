import type { GatewayFault } from './fault.ts';
import { type JudgedGateway, judgeGateway } from './gateway.ts';
import { classFault, isOurClass } from './gateway-class.ts';
import { type JudgedRoute, judgeRoute } from './judged-route.ts';
import type { GatewayObject, K8sGateway, K8sGatewayClass, K8sTlsRoute } from './kubernetes.ts';
import type { JudgedListener } from './listeners.ts';
import type { GatewaySettings } from './settings.ts';
import type { GatewayView } from './view.ts';

/** A GatewayClass of ours, judged. */
export interface JudgedClass {
  readonly gatewayClass: K8sGatewayClass;
  /** Why it is not accepted. */
  readonly fault?: GatewayFault;
}

/** The objects of ours among some objects, judged. */
export interface GatewayJudgement {
  readonly classes: readonly JudgedClass[];
  readonly gateways: readonly JudgedGateway[];
  /** TLSRoutes with at least one parent of ours. */
  readonly routes: readonly JudgedRoute[];
  /** Number of routes that each listener takes; a listener without routes is absent. */
  readonly attachedRoutes: ReadonlyMap<JudgedListener, number>;
}

const keyOf = ({ metadata: { namespace, name } }: K8sGateway): string => `${namespace}/${name}`;

/** Counts the routes that each listener takes; a route counts once, whatever number of its parentRefs selects the listener. */
function countRoutes(routes: readonly JudgedRoute[]): Map<JudgedListener, number> {
  const counts = new Map<JudgedListener, number>();
  for (const { parents } of routes) {
    for (const listener of new Set(parents.flatMap(({ listeners }) => listeners))) {
      counts.set(listener, (counts.get(listener) ?? 0) + 1);
    }
  }
  return counts;
}

/** Judges a GatewayClass of ours (GW-1). */
export function judgeClass(gatewayClass: K8sGatewayClass): JudgedClass {
  const found = classFault(gatewayClass);
  return { gatewayClass, ...(found === undefined ? {} : { fault: found }) };
}

/**
 * Judges all objects of the Gateway API that are ours (GW-1 to GW-12, GW-15): each object once, so the time grows with their
 * number.
 */
export function judgeGateways(
  objects: readonly GatewayObject[],
  view: GatewayView,
  settings: GatewaySettings,
): GatewayJudgement {
  const classes = objects.flatMap((object): JudgedClass[] =>
    object.kind === 'GatewayClass' && isOurClass(object, settings) ? [judgeClass(object)] : [],
  );
  const gateways = new Map<string, JudgedGateway>();
  for (const object of objects) {
    if (object.kind !== 'Gateway') continue;
    const ownClass = view.gatewayClass(object.spec.gatewayClassName ?? '');
    if (ownClass === undefined || !isOurClass(ownClass, settings)) continue;
    gateways.set(keyOf(object), judgeGateway(object, ownClass, view, settings));
  }
  const find = (namespace: string, name: string): JudgedGateway | undefined => gateways.get(`${namespace}/${name}`);
  const routes = objects
    .filter((object): object is K8sTlsRoute => object.kind === 'TLSRoute')
    .map((route) => judgeRoute(route, find, view))
    .filter(({ parents }) => parents.length > 0);
  return { classes, gateways: [...gateways.values()], routes, attachedRoutes: countRoutes(routes) };
}
