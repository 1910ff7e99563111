import type { Finding } from '../contract/index.ts';
import { finding } from '../ingress/finding.ts';
import { type Attachment, attachRoute } from './attachment.ts';
import { fault, type GatewayFault } from './fault.ts';
import type { JudgedGateway } from './gateway.ts';
import { GATEWAY_GROUP, type K8sParentRef, type K8sTlsRoute } from './kubernetes.ts';
import { type JudgedBackend, judgeBackends } from './route-backends.ts';
import { routeHostnames } from './route-hosts.ts';
import type { GatewayView } from './view.ts';

/** A parentRef that names a Gateway of ours, judged. */
export interface JudgedParent extends Attachment {
  readonly ref: K8sParentRef;
  readonly gateway: JudgedGateway;
}

/** A TLSRoute, judged. */
export interface JudgedRoute {
  readonly route: K8sTlsRoute;
  /** Valid hostnames in canonical form, each once. */
  readonly hostnames: readonly string[];
  /** In the order of the parentRefs; those of other controllers are left out. Empty: the route is not ours. */
  readonly parents: readonly JudgedParent[];
  /** The back ends of each rule. */
  readonly rules: readonly (readonly JudgedBackend[])[];
  /** Findings about the route itself, apart from its parents and back ends. */
  readonly findings: readonly Finding[];
}

/** Returns the Gateway that a parentRef names (GW-8), as `namespace` and `name`; undefined for another kind. */
export function gatewayOf(
  { group = GATEWAY_GROUP, kind = 'Gateway', namespace, name = '' }: K8sParentRef,
  route: K8sTlsRoute,
): { namespace: string; name: string } | undefined {
  if (group !== GATEWAY_GROUP || kind !== 'Gateway') return undefined;
  return { namespace: namespace ?? route.metadata.namespace, name };
}

function hostnamesOf({ spec, metadata }: K8sTlsRoute): { hostnames: string[]; findings: Finding[] } {
  const { hostnames: written = [] } = spec;
  // Which hostnames a namespace may use depends on the appliance, and is judged there (VAL-16).
  const { hostnames, findings } = routeHostnames({ hostnames: [...written], namespace: metadata.namespace }, []);
  const missing = { message: 'the route names no hostname', path: 'spec.hostnames' };
  return {
    hostnames: hostnames.map(({ hostname }) => hostname),
    findings: written.length > 0 ? [...findings] : [finding('TLSRouteHostnameInvalid', missing)],
  };
}

/** Returns findings about the number of rules and back ends, which the API server checks, too (GW-12). */
function ruleFindings({ spec }: K8sTlsRoute): Finding[] {
  const rules = spec.rules ?? [];
  const invalid = (message: string, path: string): Finding => finding('TLSRouteInvalid', { message, path });
  if (rules.length !== 1) return [invalid(`the route has ${rules.length} rules, expected one`, 'spec.rules')];
  return (rules[0]?.backendRefs ?? []).length > 0
    ? []
    : [invalid('the rule names no back end', 'spec.rules[0].backendRefs')];
}

/**
 * Judges a TLSRoute (GW-8 to GW-12). Pure; the time grows with the parentRefs and back ends of this route alone.
 *
 * @param gateways finds the judged Gateways of ours.
 */
export function judgeRoute(
  route: K8sTlsRoute,
  gateways: (namespace: string, name: string) => JudgedGateway | undefined,
  view: GatewayView,
): JudgedRoute {
  const { hostnames, findings } = hostnamesOf(route);
  const noHostname: GatewayFault | undefined =
    hostnames.length > 0
      ? undefined
      : fault('UnsupportedValue', 'TLSRouteNotAttached', {
          message: 'the route has no valid hostname',
          path: 'spec.hostnames',
        });
  const parents = (route.spec.parentRefs ?? []).flatMap((ref, index): JudgedParent[] => {
    const target = gatewayOf(ref, route);
    const gateway = target && gateways(target.namespace, target.name);
    if (gateway === undefined) return [];
    if (noHostname !== undefined) return [{ ref, gateway, listeners: [], fault: noHostname }];
    return [{ ref, gateway, ...attachRoute(route, hostnames, ref, gateway, view, `spec.parentRefs[${index}]`) }];
  });
  const rules = (route.spec.rules ?? []).map((_, rule) => judgeBackends(route, rule, view));
  return { route, hostnames, parents, rules, findings: [...findings, ...ruleFindings(route)] };
}
