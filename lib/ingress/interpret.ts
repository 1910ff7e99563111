import type { Finding, IngressState, ResolvedBackend } from '../contract/index.ts';
import { type BackEnd, backEndRef, canonical, type Route, type RouteSet } from '../route/index.ts';
import { readAnnotations } from './annotations.ts';
import { refKey, type ServiceRef } from './backendref.ts';
import { chooseBackend, type PlacedPath } from './choice.ts';
import { finding, quote } from './finding.ts';
import { type FrontEndRules, frontEndOf, portOf } from './frontend.ts';
import { parseHost } from './host.ts';
import { insecureTermination } from './insecure.ts';
import { admitMembers } from './members.ts';
import { forbiddenBy, type HostOwnership } from './ownership.ts';
import { secureBackend } from './securebackend.ts';
import { type AllowedAttributes, type BackEndSettingsRead, backEndSettings, csvserverSettings } from './smart.ts';
import { tlsCoverage } from './tls.ts';

/** What an appliance's configuration says about Ingresses. */
export interface Rules extends FrontEndRules {
  /** Ranges that members must lie in; all but the never-allowed where absent. */
  readonly memberNetworks?: readonly string[];
  readonly hostOwnership: readonly HostOwnership[];
  /** Attributes of smart annotations, by object; the safe ones where absent. */
  readonly allowedAttributes?: AllowedAttributes;
}

/** What an Ingress means on one appliance. */
export interface Interpretation {
  /** In canonical form. Without routes where nothing of it can be programmed. */
  readonly routes: RouteSet;
  readonly findings: readonly Finding[];
  /** Its front end belongs to another appliance: it counts as not selected, and nothing is said about it. */
  readonly elsewhere?: boolean;
}

/**
 * The back end of a host whose Ingress names none that can be used. It has no member, so the host is reset and does
 * not fall to a wildcard (VAL-8). No Service port is 0, so none is ever confused with it.
 */
const CLOSED: ServiceRef = { service: 'closed', port: 0 };

/** A host with all its paths, over all rules that name it (VAL-6). */
interface HostRule {
  readonly host: string;
  /** Where its first rule stands. */
  readonly at: string;
  readonly paths: PlacedPath[];
}

/** The rules by host, in their order, and what is wrong with their hosts (VAL-1, VAL-4, VAL-6). */
function hostRules(state: IngressState): { hosts: HostRule[]; findings: Finding[] } {
  const hosts = new Map<string, HostRule>();
  const findings: Finding[] = [];
  for (const [index, rule] of state.rules.entries()) {
    const at = `spec.rules[${index}]`;
    if (rule.host === undefined || rule.host === '') {
      findings.push(finding('HostRequired', { message: `rule ${index + 1} has no host`, path: at }));
      continue;
    }
    const parsed = parseHost(rule.host);
    if ('reason' in parsed) {
      const remedy =
        parsed.suggestion === undefined ? {} : { remedy: `Write host: ${JSON.stringify(parsed.suggestion)}` };
      const message = `the host ${quote(rule.host)} ${parsed.reason}`;
      findings.push(finding('HostInvalid', { message, path: `${at}.host`, value: rule.host, ...remedy }));
      continue;
    }
    const known = hosts.get(parsed.host) ?? { host: parsed.host, at, paths: [] };
    hosts.set(parsed.host, known);
    known.paths.push(...rule.paths.map((entry, i) => ({ entry, at: `${at}.http.paths[${i}]` })));
  }
  return { hosts: [...hosts.values()], findings };
}

/** VAL-2: a default back end matches no host. */
function defaultBackend(state: IngressState): Finding[] {
  const path = 'spec.defaultBackend';
  const hosts = state.rules.some((rule) => rule.host !== undefined && rule.host !== '');
  if (state.defaultBackend !== undefined) {
    return hosts
      ? [finding('DefaultBackendIgnored', { message: 'the default back end has no effect', path })]
      : [
          finding('DefaultBackendUnsupported', {
            message: 'there is a default back end and no rule with a host',
            path,
          }),
        ];
  }
  if (state.rules.length > 0) return [];
  return [finding('HostRequired', { message: 'there is no rule', path: 'spec.rules' })];
}

/** Whether a host may be programmed at all (VAL-3, VAL-16). */
function admitHost(
  { host, at }: HostRule,
  state: IngressState,
  covered: (host: string) => boolean,
  rules: Rules,
): Finding | undefined {
  const path = `${at}.host`;
  if (!covered(host)) {
    const remedy = `Add to spec.tls: - hosts: [${JSON.stringify(host)}]`;
    return finding('TLSNotEnabled', {
      message: `no entry of spec.tls covers ${quote(host)}`,
      path,
      value: host,
      remedy,
    });
  }
  const domain = forbiddenBy(host, state.namespace, rules.hostOwnership);
  if (domain === undefined) return undefined;
  const message = `${quote(host)}: the domain ${quote(domain)} belongs to other namespaces than ${state.namespace}`;
  return finding('HostForbidden', { message, path, value: host });
}

/** A host and the back end that it is sent to. */
interface Target {
  readonly host: string;
  readonly ref: ServiceRef;
  readonly at: string;
}

/** One back end with its members, and what keeps it from serving (VAL-7, VAL-8, VAL-15). */
function programBackEnd(
  target: Target,
  resolved: ResolvedBackend | undefined,
  settings: BackEndSettingsRead,
  rules: Rules,
): { backEnd: BackEnd; findings: Finding[] } {
  const { ref, at } = target;
  const name = refKey(ref);
  const backEnd = { service: ref.service, port: String(ref.port), settings: settings.of(ref.service) };
  const problem = resolved === undefined ? 'ServiceNotFound' : resolved.problem;
  if (resolved === undefined || problem !== undefined) {
    const place = `${at}.service.${problem === 'ServicePortNotFound' ? 'port' : 'name'}`;
    return {
      backEnd: { ...backEnd, members: [] },
      findings: [backEndProblem(problem ?? 'ServiceNotFound', ref, place)],
    };
  }
  const { members, findings } = admitMembers(resolved.members, rules.memberNetworks, name, at);
  if (members.length > 0) return { backEnd: { ...backEnd, members }, findings };
  const message = `${quote(name)} has no endpoint that can be used: its hosts are reset`;
  const empty = finding('NoEndpoints', { message, path: `${at}.service.name`, value: name });
  return { backEnd: { ...backEnd, members }, findings: [...findings, empty] };
}

function backEndProblem(
  problem: NonNullable<ResolvedBackend['problem']>,
  { service, port }: ServiceRef,
  path: string,
): Finding {
  switch (problem) {
    case 'ServiceNotFound':
      return finding(problem, { message: `there is no Service ${quote(service)}`, path, value: service });
    case 'ServicePortNotFound': {
      const value = String(port);
      return finding(problem, { message: `Service ${quote(service)} has no TCP port ${quote(value)}`, path, value });
    }
    case 'ExternalNameUnsupported':
      return finding(problem, { message: `Service ${quote(service)} is of type ExternalName`, path, value: service });
  }
}

/** Every host's back end, programmed once however many hosts use it. */
function programBackEnds(
  targets: readonly Target[],
  state: IngressState,
  settings: BackEndSettingsRead,
  rules: Rules,
): { backEnds: BackEnd[]; findings: Finding[] } {
  const resolved = new Map(state.backends.map((backend) => [refKey(backend), backend]));
  const backEnds = new Map<string, BackEnd>();
  const findings: Finding[] = [];
  for (const target of targets) {
    const key = refKey(target.ref);
    if (backEnds.has(key)) continue;
    if (target.ref === CLOSED) {
      backEnds.set(key, { service: CLOSED.service, port: String(CLOSED.port), members: [], settings: {} });
      continue;
    }
    const programmed = programBackEnd(target, resolved.get(key), settings, rules);
    backEnds.set(key, programmed.backEnd);
    findings.push(...programmed.findings);
  }
  return { backEnds: [...backEnds.values()], findings };
}

/**
 * What an Ingress means on an appliance (VAL-1 to VAL-16): its routes, and a finding for everything that is wrong
 * with it. Each route stands alone: one bad host never stops another.
 *
 * @param cluster name of the cluster that the Ingress is from.
 * @param state the Ingress as an event carries it: selected (SEL-1, SEL-2), its back ends resolved.
 * @param rules the appliance's.
 */
export function interpret(cluster: string, state: IngressState, rules: Rules): Interpretation {
  const owner = { cluster, namespace: state.namespace, name: state.name };
  const nothing: RouteSet = { owner, created: state.created, backEnds: [], routes: [], frontEndSettings: {} };
  const annotations = readAnnotations(state.annotations);
  const frontEnd = frontEndOf(annotations, rules);
  if (frontEnd.elsewhere) return { routes: nothing, findings: [], elsewhere: true };

  const securePort = portOf(annotations.get('secure-port'), 443);
  const insecure = insecureTermination(annotations, typeof securePort === 'number' ? securePort : undefined);
  const allowed = rules.allowedAttributes ?? {};
  const services = new Set(
    state.rules.flatMap((rule) => rule.paths.flatMap(({ backend }) => backend.service?.name ?? [])),
  );
  const settings = backEndSettings(annotations, services, allowed);
  const csvserver = csvserverSettings(annotations, allowed);
  const { hosts, findings: hostFindings } = hostRules(state);
  const findings: Finding[] = [
    ...frontEnd.findings,
    ...(typeof securePort === 'number' ? [] : [securePort]),
    ...insecure.findings,
    ...annotations.findings,
    ...secureBackend(annotations),
    ...settings.findings,
    ...csvserver.findings,
    ...defaultBackend(state),
    ...hostFindings,
  ];

  const covered = tlsCoverage(state.tls);
  const targets: Target[] = [];
  for (const rule of hosts) {
    const refused = admitHost(rule, state, covered, rules);
    if (refused !== undefined) {
      findings.push(refused);
      continue;
    }
    const choice = chooseBackend(rule.host, rule.paths, rule.at);
    findings.push(...choice.findings);
    targets.push({ host: rule.host, ref: choice.ref ?? CLOSED, at: choice.at });
  }
  const programmed = programBackEnds(targets, state, settings, rules);
  findings.push(...programmed.findings);

  const { vip, ipset } = frontEnd;
  if (vip === undefined || typeof securePort !== 'number' || targets.length === 0) return { routes: nothing, findings };
  const { redirectPort } = insecure;
  const routes = targets.flatMap(({ host, ref }): Route[] => [
    {
      kind: 'passthrough',
      frontEnd: { vip, port: securePort, kind: 'tls' },
      host,
      backEnd: backEndRef({ service: ref.service, port: String(ref.port) }),
    },
    ...(redirectPort === undefined
      ? []
      : [
          { kind: 'redirect' as const, frontEnd: { vip, port: redirectPort, kind: 'http' as const }, host, securePort },
        ]),
  ]);
  return {
    routes: canonical({
      ...nothing,
      backEnds: programmed.backEnds,
      routes,
      frontEndSettings: { ...csvserver.value, ...(ipset === undefined ? {} : { ipset }) },
    }),
    findings,
  };
}
