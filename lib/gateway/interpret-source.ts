import { isGateway, isTlsRoute, type SourceState, type TlsRouteState } from '../contract/index.ts';
import { appliesTo, type Interpretation, type InterpretRules, interpret } from '../ingress/index.ts';
import type { Route } from '../route/index.ts';
import { interpretTlsRoute } from './interpret.ts';
import { interpretGateway } from './interpret-gateway.ts';
import { type GatewayFilter, selectedParents, selectsClass } from './parents.ts';

/**
 * Interprets an object of any kind for an appliance.
 *
 * @param filter what the appliance selects.
 * @returns undefined where the appliance does not select the object: its class, or that of all its Gateways.
 */
export function interpretSource(
  cluster: string,
  state: SourceState,
  rules: InterpretRules,
  filter: GatewayFilter,
): Interpretation<Route> | undefined {
  if (isTlsRoute(state)) return interpretForGateways(cluster, state, rules, filter);
  if (isGateway(state)) return selectsClass(filter, state.class) ? interpretGateway(cluster, state, rules) : undefined;
  return appliesTo(state, filter) === 'yes' ? interpret(cluster, state, rules) : undefined;
}

function interpretForGateways(cluster: string, state: TlsRouteState, rules: InterpretRules, filter: GatewayFilter) {
  const parents = selectedParents(state.parents, filter);
  return parents.length === 0 ? undefined : interpretTlsRoute(cluster, state, parents, rules);
}
