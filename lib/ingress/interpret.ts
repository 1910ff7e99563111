import type { Finding, IngressState } from '../contract/index.ts';
import { backendRef, canonical, type Route, type RouteSet } from '../route/index.ts';
import { type AnnotationsRead, readAnnotations } from './annotations.ts';
import { chooseBackend } from './backend-choice.ts';
import { finding, quote } from './finding.ts';
import { type FrontendRules, frontendOf, portOf } from './frontend.ts';
import { defaultBackend, type HostRule, hostRules } from './host-rules.ts';
import { insecureTermination } from './insecure.ts';
import { limitFindings, MOST_FINDINGS } from './limit.ts';
import { forbiddenBy, type HostOwnership } from './ownership.ts';
import { type HostTarget, NO_BACKEND, programBackends } from './program.ts';
import { openToAll } from './restrictions.ts';
import { secureBackend } from './secure-backend.ts';
import { type AllowedAttributes, backendSettings, csvserverSettings } from './smart.ts';
import { tlsCoverage } from './tls.ts';

/** What an appliance's configuration says about Ingresses. */
export interface InterpretRules extends FrontendRules {
  /** Ranges that members must lie in; all but the never-allowed where absent. */
  readonly memberNetworks?: readonly string[];
  readonly hostOwnership: readonly HostOwnership[];
  /** Attributes of smart annotations, by object; the safe ones where absent. */
  readonly allowedAttributes?: AllowedAttributes;
  /** Findings of one Ingress at most; {@link MOST_FINDINGS} where absent. */
  readonly mostFindings?: number;
}

/** What an Ingress means on one appliance. */
export interface Interpretation {
  /** In canonical form. Without routes where nothing of it can be programmed. */
  readonly routes: RouteSet;
  readonly findings: readonly Finding[];
  /** Its front end belongs to another appliance: it counts as not selected, and nothing is said about it. */
  readonly elsewhere?: boolean;
}

/** What annotations say; of those that chose an address elsewhere, that the hosts appear on the default VIP instead. */
function onDefaultVip({ get, findings, addresses }: AnnotationsRead, vip: string | undefined): readonly Finding[] {
  if (vip === undefined || get('frontend-ip') !== undefined) return findings;
  return findings.map((found) =>
    addresses.includes(found.path ?? '')
      ? { ...found, message: `${found.message}; the hosts appear on the default VIP ${vip}` }
      : found,
  );
}

/** Whether a host may be programmed at all (VAL-3, VAL-16). */
function refuse(
  { host, at }: HostRule,
  state: IngressState,
  covered: boolean,
  rules: InterpretRules,
): Finding | undefined {
  const place = { path: `${at}.host`, value: host };
  if (!covered) {
    const remedy = `Add to spec.tls: - hosts: [${JSON.stringify(host)}]`;
    return finding('TLSNotEnabled', { message: `no entry of spec.tls covers ${quote(host)}`, ...place, remedy });
  }
  const domain = forbiddenBy(host, state.namespace, rules.hostOwnership);
  if (domain === undefined) return undefined;
  const message = `namespace ${quote(state.namespace)} may not use ${quote(host)}: the domain ${quote(domain)} belongs to other namespaces`;
  return finding('HostForbidden', { message, ...place });
}

/** The hosts that may be programmed, each with its back end (VAL-1 to VAL-7, VAL-16). */
function targetsOf(state: IngressState, rules: InterpretRules): { targets: HostTarget[]; findings: Finding[] } {
  const { hosts, findings } = hostRules(state.rules);
  const covered = tlsCoverage(state.tls);
  const targets: HostTarget[] = [];
  for (const rule of hosts) {
    const refused = refuse(rule, state, covered(rule.host), rules);
    if (refused !== undefined) {
      findings.push(refused);
      continue;
    }
    const choice = chooseBackend(rule.host, rule.paths, rule.at);
    findings.push(...choice.findings);
    targets.push({ host: rule.host, ref: choice.ref ?? NO_BACKEND, at: choice.at });
  }
  return { targets, findings };
}

/** Passthrough for each host, and its redirect where there is one. */
function routesOf(targets: readonly HostTarget[], vip: string, securePort: number, redirectPort?: number): Route[] {
  return targets.flatMap(({ host, ref }): Route[] => {
    const backend = backendRef({ service: ref.service, port: String(ref.port) });
    const passthrough: Route = {
      kind: 'passthrough',
      frontend: { vip, port: securePort, kind: 'tls' },
      host,
      backend,
    };
    if (redirectPort === undefined) return [passthrough];
    return [passthrough, { kind: 'redirect', frontend: { vip, port: redirectPort, kind: 'http' }, host, securePort }];
  });
}

/**
 * What an Ingress means on an appliance (VAL-1 to VAL-16): its routes, and a finding for everything that is wrong
 * with it. Each route stands alone: one bad host never stops another.
 *
 * @param cluster name of the cluster that the Ingress is from.
 * @param state the Ingress as an event carries it: selected (SEL-1, SEL-2), its back ends resolved.
 * @param rules the appliance's.
 */
export function interpret(cluster: string, state: IngressState, rules: InterpretRules): Interpretation {
  const owner = { cluster, namespace: state.namespace, name: state.name };
  const nothing: RouteSet = { owner, created: state.created, backends: [], routes: [], frontendSettings: {} };
  const annotations = readAnnotations(state.annotations);
  const frontend = frontendOf(annotations, rules);
  if (frontend.elsewhere) return { routes: nothing, findings: [], elsewhere: true };

  const secure = portOf(annotations.get('secure-port'), 443);
  const securePort = typeof secure === 'number' ? secure : undefined;
  const insecure = insecureTermination(annotations, securePort);
  const services = new Set(
    state.rules.flatMap((rule) => rule.paths.flatMap(({ backend }) => backend.service?.name ?? [])),
  );
  const allowed = rules.allowedAttributes ?? {};
  const settings = backendSettings(annotations, services, allowed);
  const csvserver = csvserverSettings(annotations, allowed);
  const { targets, findings: targetFindings } = targetsOf(state, rules);
  const programmed = programBackends(targets, state.backends, settings, rules.memberNetworks);
  const all: Finding[] = [
    ...frontend.findings,
    ...(typeof secure === 'number' ? [] : [secure]),
    ...insecure.findings,
    ...onDefaultVip(annotations, frontend.vip),
    ...secureBackend(annotations),
    ...settings.findings,
    ...csvserver.findings,
    ...openToAll(annotations.restrictions, [...settings.findings, ...csvserver.findings]),
    ...defaultBackend(state),
    ...targetFindings,
    ...programmed.findings,
  ];
  const findings = limitFindings(all, rules.mostFindings ?? MOST_FINDINGS);

  const { vip, ipset } = frontend;
  if (vip === undefined || securePort === undefined || targets.length === 0) return { routes: nothing, findings };
  return {
    routes: canonical({
      ...nothing,
      backends: programmed.backends,
      routes: routesOf(targets, vip, securePort, insecure.redirectPort),
      frontendSettings: { ...csvserver.value, ...(ipset === undefined ? {} : { ipset }) },
    }),
    findings,
  };
}
