import type { Finding, TlsRouteParent, TlsRouteState } from '../contract/index.ts';
import { ownerOf } from '../contract/index.ts';
import { finding, quote } from '../ingress/finding.ts';
import { knownVips } from '../ingress/frontend.ts';
import type { Interpretation, InterpretRules } from '../ingress/index.ts';
import { limitFindings, MOST_FINDINGS } from '../ingress/index.ts';
import { backendRef, canonical, type Passthrough, type RouteSet } from '../route/index.ts';
import { addressesOf } from './frontends.ts';
import { ownSettings } from './own-settings.ts';
import { commonHosts, routeHostnames } from './route-hosts.ts';
import { routeBackend } from './weighted-backend.ts';

/**
 * Interprets a TLSRoute for an appliance: returns its routes, and a finding for each problem. An invalid hostname or
 * listener does not affect the others.
 *
 * @param cluster name of the cluster of the TLSRoute.
 * @param state the TLSRoute in an event, with the listeners that accept it and resolved back ends.
 * @param parents listeners of the state that this appliance serves.
 * @param rules rules of the appliance.
 */
export function interpretTlsRoute(
  cluster: string,
  state: TlsRouteState,
  parents: readonly TlsRouteParent[],
  rules: InterpretRules,
): Interpretation {
  const owner = ownerOf('TLSRoute', cluster, state);
  const noRoutes: RouteSet<Passthrough> = {
    owner,
    created: state.created,
    backends: [],
    routes: [],
    frontendSettings: {},
  };
  const { hostnames, findings: hostFindings } = routeHostnames(state, rules.hostOwnership);
  const listeners = parents.map((parent) => ({ parent, at: addressesOf(cluster, parent, rules, 'spec.parentRefs') }));
  const served = listeners.filter(({ at }) => !at.elsewhere);
  if (parents.length > 0 && served.length === 0) return { routes: noRoutes, findings: [], elsewhere: true };
  const vips = served.flatMap(({ at }) => at.vips);
  const own = ownSettings(state, vips);
  const { backend, findings: backendFindings } = routeBackend(state, own, {
    networks: rules.memberNetworks,
    frontends: [...knownVips(undefined, rules), ...vips],
  });
  const routes: Passthrough[] = [];
  const parentFindings: Finding[] = [];
  for (const { parent, at } of served) {
    parentFindings.push(...at.findings);
    const hosts = commonHosts(parent, hostnames);
    if (hosts.length === 0 && hostnames.length > 0) parentFindings.push(noCommonHostname(parent));
    for (const vip of at.vips) {
      const frontend = { vip, port: parent.port, kind: 'tls' as const };
      routes.push(
        ...hosts.map((host): Passthrough => ({ kind: 'passthrough', frontend, host, backend: backendRef(backend) })),
      );
    }
  }
  const findings = limitFindings(
    [...hostFindings, ...parentFindings, ...own.findings, ...backendFindings],
    rules.mostFindings ?? MOST_FINDINGS,
  );
  return { routes: canonical({ ...noRoutes, backends: [backend], routes: unique(routes) }), findings };
}

/** Two listeners of one port, or two Gateways of one address, may both give a host. */
function unique(routes: readonly Passthrough[]): Passthrough[] {
  const byPlace = new Map(routes.map((route) => [`${route.frontend.vip} ${route.frontend.port} ${route.host}`, route]));
  return [...byPlace.values()];
}

function noCommonHostname({ gateway, listener, hostname }: TlsRouteParent): Finding {
  const value = `${gateway.namespace}/${gateway.name}/${listener}`;
  const message = `no hostname of the route matches ${quote(hostname ?? '')}, the hostname of the listener ${quote(value)}`;
  return finding('TLSRouteNotAttached', { message, path: 'spec.hostnames', value });
}
