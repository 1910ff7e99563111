import { nameInCluster, qualifiedName, type TlsRouteState } from '../../contract/index.ts';
import { interpretSource, type K8sTlsRoute, lintGateways, nameOfKind, selectTlsRoutes } from '../../gateway/index.ts';
import type { InterpretRules, LintFinding } from '../../ingress/index.ts';
import { gatewaysArePartial, type JudgedSources } from '../../library/lint-source.ts';
import { hostOf } from '../../route/index.ts';
import { foldedHost } from './folded-host.ts';
import type { NamingObject } from './input.ts';

/** The sources of objects, without what lint says of their files. */
export type GatewaySources = Pick<JudgedSources, 'objects' | 'gatewayObjects' | 'gateways' | 'partial'>;

/** The TLSRoutes that name a host. */
export interface RouteCandidates {
  readonly candidates: readonly NamingObject[];
  /** Those with a parent of ours, as a forwarder would publish them. */
  readonly states: readonly TlsRouteState[];
  /** Hosts of all TLSRoutes. */
  readonly hosts: readonly string[];
}

const hostsOf = ({ spec }: K8sTlsRoute): string[] => (spec.hostnames ?? []).map(foldedHost);

/** Finds the TLSRoutes that name a host, and judges each. Pure. */
export function routeCandidates(
  sources: GatewaySources,
  wanted: string,
  cluster: string,
  rules: InterpretRules,
): RouteCandidates {
  const { objects, gatewayObjects } = sources;
  const partial = gatewaysArePartial(sources);
  const given = gatewayObjects.map(({ object }) => object);
  const routes = given.filter((object): object is K8sTlsRoute => object.kind === 'TLSRoute');
  const naming = routes.filter((route) => hostsOf(route).includes(wanted));
  const hosts = routes.flatMap(hostsOf);
  if (naming.length === 0) return { candidates: [], states: [], hosts };
  const others = objects.map(({ object }) => object);
  const selected = new Map(selectTlsRoutes(given, others, { partial }).map((state) => [qualifiedName(state), state]));
  const { findings } = lintGateways(gatewayObjects, others, { rules, partial });
  const candidates = naming.map(({ metadata }): NamingObject => {
    const state = selected.get(qualifiedName(metadata));
    const own = findings.filter(
      ({ namespace, name }) => namespace === metadata.namespace && name === nameOfKind('TLSRoute', metadata.name),
    );
    const routed = state !== undefined && isRouted(state, wanted, cluster, rules);
    return {
      name: nameInCluster('TLSRoute', metadata),
      selected: state !== undefined,
      routed,
      findings: own
        .filter((each) => explains(each, wanted, state !== undefined, routed))
        .map(({ message, remedy }) => ({ message, remedy })),
    };
  });
  const states = naming.flatMap(({ metadata }) => selected.get(qualifiedName(metadata)) ?? []);
  return { candidates, states, hosts };
}

/**
 * Returns whether a finding explains what the host lacks. A Gateway or Service that the sources lack is a warning, and yet the
 * reason why the route is not one of ours, or why its hosts are reset.
 */
function explains(
  { code, severity, message }: LintFinding,
  wanted: string,
  selected: boolean,
  routed: boolean,
): boolean {
  if (!selected) return true;
  // It is about one hostname among others that a listener has.
  if (code === 'TLSRouteHostnameUnserved') return message.startsWith(`"${wanted}"`);
  return routed ? code.startsWith('TLSRouteBackend') || code === 'NoEndpoints' : severity === 'error';
}

function isRouted(state: TlsRouteState, wanted: string, cluster: string, rules: InterpretRules): boolean {
  // The wildcard of a Gateway has an asterisk more than that of an Ingress: it covers several labels.
  const host = wanted.startsWith('*.') ? `*${wanted}` : wanted;
  return interpretSource(cluster, state, rules, {})?.routes.routes.some((route) => hostOf(route) === host) ?? false;
}
