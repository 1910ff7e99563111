import { type Finding, qualifiedName, type SourceState } from '../../contract/index.ts';
import {
  CONTROLLER,
  type InterpretRules,
  interpret,
  type JudgeSettings,
  type K8sIngress,
  type K8sIngressClass,
  lint,
  servicesWithSlices,
  stateIngresses,
  unselectedReason,
} from '../../ingress/index.ts';
import { nearest } from '../../ingress/nearest.ts';
import { backendRef } from '../../route/index.ts';
import { foldedHost } from './folded-host.ts';
import type { NamingObject } from './input.ts';
import { type GatewaySources, routeCandidates } from './route-candidates.ts';
import { withConflicts } from './waiting.ts';

/** The Ingresses and TLSRoutes that name a host. */
export interface Candidates {
  readonly candidates: readonly NamingObject[];
  /** A host that is nearly the same, where none of them names this one. */
  readonly nearest?: string;
  /** Those that are selected, as a forwarder would publish them. */
  readonly states: readonly SourceState[];
  /** `namespace/service` of the Services with EndpointSlices. */
  readonly withMembers: ReadonlySet<string>;
}

function hostsOf(ingress: K8sIngress): string[] {
  const rules = (ingress.spec as { rules?: unknown } | undefined)?.rules;
  return (Array.isArray(rules) ? rules : []).flatMap((rule) => {
    const host = (rule as { host?: unknown } | null)?.host;
    return typeof host === 'string' ? [foldedHost(host)] : [];
  });
}

/** Finds the Ingresses and TLSRoutes that name a host, and judges each. Pure. */
export function candidatesFor(
  sources: GatewaySources,
  host: string,
  cluster: string,
  rules: InterpretRules,
): Candidates {
  const wanted = foldedHost(host);
  const objects = sources.objects.map(({ object }) => object);
  const settings: JudgeSettings = { classNames: [], partial: sources.partial };
  const stated = stateIngresses(objects, settings);
  const naming = stated.filter(({ ingress }) => hostsOf(ingress).includes(wanted));
  const withMembers = servicesWithSlices(objects);
  const ofRoutes = routeCandidates(sources, wanted, cluster, rules);
  if (naming.length === 0 && ofRoutes.candidates.length === 0) {
    const hosts = [...stated.flatMap(({ ingress }) => hostsOf(ingress)), ...ofRoutes.hosts];
    const near = nearest(wanted, [...new Set(hosts)]);
    return { candidates: [], states: [], withMembers, ...(near === undefined ? {} : { nearest: near }) };
  }
  const classes = objects.filter((object) => object.kind === 'IngressClass');
  const { findings } = lint(sources.objects, { rules, ...settings });
  const candidates = naming.map(({ ingress, state }): NamingObject => {
    const name = qualifiedName(ingress.metadata);
    if (state === undefined) {
      const reason = unselectedReason(ingress, classes, settings);
      const findings =
        reason === undefined ? [] : [{ message: reason.message, remedy: remedyOf(reason, ingress, classes) }];
      return { name, selected: false, routed: false, findings };
    }
    // Only errors keep a host of a selected Ingress from being routed.
    const errors = findings.filter((found) => qualifiedName(found) === name && found.severity === 'error');
    const conflict = errors.find(({ code, message }) => code === 'HostConflict' && message.includes(`"${wanted}"`));
    const about = errors.filter(({ message }) => message.includes(wanted));
    const { routes, backends } = interpret(cluster, state, rules).routes;
    const route = routes.find(({ kind, host: routed }) => kind === 'passthrough' && routed === wanted);
    const access = backends.find((backend) => route?.kind === 'passthrough' && backendRef(backend) === route.backend)
      ?.settings.access;
    return {
      name,
      selected: true,
      routed: route !== undefined,
      ...(access === undefined ? {} : { access }),
      findings: (about.length > 0 ? about : errors).map(({ message, remedy }) => ({ message, remedy })),
      ...(conflict === undefined ? {} : { conflict: { message: conflict.message, remedy: conflict.remedy } }),
    };
  });
  const states = [...naming.flatMap(({ state }) => (state === undefined ? [] : [state])), ...ofRoutes.states];
  return {
    candidates: withConflicts([...candidates, ...ofRoutes.candidates], states, cluster, rules),
    states,
    withMembers,
  };
}

/** Returns the remedy of a finding; for a class, the command that sets one of ours, where the cluster has one. */
function remedyOf(
  { code, path, remedy = '' }: Finding,
  { metadata: { namespace, name } }: K8sIngress,
  classes: readonly K8sIngressClass[],
): string {
  const own = classes.find(({ spec }) => spec?.controller === CONTROLLER)?.metadata.name ?? '';
  if (code !== 'ClassNotOurs' || path !== 'spec.ingressClassName' || !/^[a-z0-9.-]+$/.test(own)) return remedy;
  const patch = JSON.stringify({ spec: { ingressClassName: own } });
  return `Name a class of ours: kubectl patch ingress -n ${namespace} ${name} --type merge --patch '${patch}'`;
}
