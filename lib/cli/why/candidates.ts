import { type Finding, kindOfState, qualifiedName, type SourceKind, type SourceState } from '../../contract/index.ts';
import {
  CONTROLLER,
  type InterpretRules,
  interpret,
  type JudgeSettings,
  type K8sIngress,
  type K8sIngressClass,
  type LintFinding,
  lint,
  servicesWithSlices,
  stateIngresses,
  unselectedReason,
} from '../../ingress/index.ts';
import { nearest } from '../../ingress/nearest.ts';
import { backendRef, hostForm, hostOf, type Route, wildcardsOver, writtenHost } from '../../route/index.ts';
import { foldedHost } from './folded-host.ts';
import type { Covering, NamingObject } from './input.ts';
import { namedObject } from './object-name.ts';
import { type GatewaySources, routeCandidates } from './route-candidates.ts';
import { withConflicts } from './waiting.ts';

/** The Ingresses and TLSRoutes that name a host. */
export interface Candidates {
  readonly candidates: readonly NamingObject[];
  /** The wildcard that they name, where none names the host itself. */
  readonly wildcard?: string;
  /** Objects that are selected and name a wildcard that covers the host, beside these. */
  readonly covering?: readonly Covering[];
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

/**
 * Finds the Ingresses and TLSRoutes that name a host, or else a wildcard that covers it, and judges each. Pure.
 *
 * @param host as a client asks for it.
 */
export function candidatesFor(
  sources: GatewaySources,
  host: string,
  cluster: string,
  rules: InterpretRules,
): Candidates {
  const wanted = foldedHost(host);
  const own = candidatesNaming(sources, wanted, cluster, rules);
  const wildcards = wanted.startsWith('*') ? [] : wildcardsOver(wanted);
  const over = wildcards.flatMap((key) => {
    const wildcard = writtenHost(key);
    const { candidates, states, withMembers } = candidatesNaming(sources, wildcard, cluster, rules);
    // The wildcard of an Ingress covers one label, that of a Gateway several.
    const covers = (kind: SourceKind): boolean => (kind === 'TLSRoute') === (hostForm(key) === 'many-label');
    const some = candidates.filter(({ name }) => covers(namedObject(name).kind));
    return some.length === 0
      ? []
      : [{ wildcard, candidates: some, states: states.filter((state) => covers(kindOfState(state))), withMembers }];
  });
  if (own.candidates.length === 0) {
    const isSelected = ({ candidates }: Candidates): boolean => candidates.some(({ selected }) => selected);
    return over.find(isSelected) ?? over[0] ?? own;
  }
  const covering = over.flatMap(({ wildcard, candidates }) =>
    candidates.flatMap(({ name, selected }) => (selected ? [{ name, wildcard }] : [])),
  );
  return covering.length === 0 ? own : { ...own, covering };
}

function candidatesNaming(sources: GatewaySources, wanted: string, cluster: string, rules: InterpretRules): Candidates {
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
      ...challengesOf(
        wanted,
        routes,
        findings.filter((found) => qualifiedName(found) === name),
      ),
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

/** Returns what an Ingress says of the challenges of a host: what it lets through, and what is wrong with others. */
function challengesOf(
  wanted: string,
  routes: readonly Route[],
  found: readonly LintFinding[],
): Pick<NamingObject, 'challenges'> {
  const ofHost = routes.filter((route) => hostOf(route) === wanted);
  const open = ofHost.flatMap((route) =>
    route.kind === 'challenge' ? [{ token: route.token, backend: route.backend }] : [],
  );
  const findings = found
    .filter(
      ({ code, message }) =>
        code === 'ChallengeNotRedirected' || (code === 'ChallengeUnanswered' && message.startsWith(`${wanted}:`)),
    )
    .map(({ message, remedy }) => ({ message, remedy }));
  const lets = ofHost.some((route) => route.kind === 'redirect' && route.challenges === true);
  return lets || findings.length > 0 ? { challenges: { open, findings } } : {};
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
