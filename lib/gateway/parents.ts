import type { TlsRouteParent } from '../contract/index.ts';
import type { ApplianceFilter } from '../ingress/index.ts';

/** Selects the routes of an appliance. An absent filter selects all. */
export interface GatewayFilter extends ApplianceFilter {
  readonly gatewayClasses?: readonly string[];
}

/**
 * Returns the listeners of an appliance: those of Gateways whose class it selects. The namespace of a route is judged
 * before, because it never changes (protocol rule 6).
 */
export function selectedParents(parents: readonly TlsRouteParent[], filter: GatewayFilter): readonly TlsRouteParent[] {
  return parents.filter((parent) => selectsClass(filter, parent.class));
}

/** Returns whether an appliance selects the Gateways of a GatewayClass. */
export const selectsClass = ({ gatewayClasses }: GatewayFilter, name: string): boolean =>
  gatewayClasses === undefined || gatewayClasses.includes(name);
