import { quoteAll } from '../ingress/finding.ts';
import { fault, type GatewayFault } from './fault.ts';
import { GATEWAY_GROUP, type K8sListener } from './kubernetes.ts';

/** The kinds of routes that a listener takes, and a fault if it names others. */
export interface RouteKinds {
  /** Kinds of {@link GATEWAY_GROUP}. */
  readonly kinds: readonly string[];
  readonly fault?: GatewayFault;
}

/**
 * Returns the kinds of routes that a listener takes (GW-5): the kind that fits its protocol, unless `allowedRoutes.kinds`
 * names only others. Source: `AllowedRoutes.Kinds` and `ListenerStatus.SupportedKinds` in apis/v1/gateway_types.go, and the
 * official test GatewayInvalidRouteKind.
 *
 * @param fitting kind that fits the protocol; undefined for a protocol that is not supported.
 * @param at path of the listener.
 */
export function routeKinds({ allowedRoutes }: K8sListener, fitting: string | undefined, at: string): RouteKinds {
  if (fitting === undefined) return { kinds: [] };
  const named = allowedRoutes?.kinds ?? [];
  if (named.length === 0) return { kinds: [fitting] };
  const fits = ({ group = GATEWAY_GROUP, kind }: (typeof named)[number]): boolean =>
    group === GATEWAY_GROUP && kind === fitting;
  const others = named.filter((each) => !fits(each));
  const kinds = others.length < named.length ? [fitting] : [];
  if (others.length === 0) return { kinds };
  const names = quoteAll(others.map(({ group, kind = '' }) => (group === undefined ? kind : `${group}/${kind}`)));
  const message = `allowedRoutes.kinds names ${names}, but this listener takes only ${fitting}`;
  const path = `${at}.allowedRoutes.kinds`;
  return { kinds, fault: fault('InvalidRouteKinds', 'GatewayRouteKindsInvalid', { message, path }) };
}
