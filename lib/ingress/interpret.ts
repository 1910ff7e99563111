import type { Finding, IngressState } from '../contract/index.ts';
import { backendRef, canonical, type HostRoute, type Route, type RouteSet } from '../route/index.ts';
import { accessOf } from './access.ts';
import type { AllowedAttributes } from './allow-list.ts';
import { type ParsedAnnotations, readAnnotations } from './annotations.ts';
import { chooseBackend } from './backend-choice.ts';
import { backendSettings } from './backend-settings.ts';
import { CHALLENGE_PORT } from './challenge-path.ts';
import { finding, quote } from './finding.ts';
import { type FrontendRules, frontendOf, knownVips, portOf } from './frontend.ts';
import { csvserverSettings } from './frontend-settings.ts';
import { defaultBackend, type HostRule, hostRules } from './host-rules.ts';
import { insecureTermination } from './insecure.ts';
import { limitFindings, MOST_FINDINGS } from './limit.ts';
import { readOwnAnnotations } from './own-annotations.ts';
import { forbiddenBy, type HostOwnership } from './ownership.ts';
import { type HostTarget, NO_BACKEND, programBackends } from './program.ts';
import { withProxyProtocol } from './proxy-protocol.ts';
import { droppedRestrictions } from './restrictions.ts';
import { secureBackend } from './secure-backend.ts';
import { challengePolicy, letThrough } from './solver.ts';
import { tlsCoverage } from './tls.ts';

/** The rules in an appliance's configuration that Ingresses must follow. */
export interface InterpretRules extends FrontendRules {
  /** Ranges that members must lie in; where absent, all except the never-allowed ones. */
  readonly memberNetworks?: readonly string[];
  readonly hostOwnership: readonly HostOwnership[];
  /** Attributes that annotations may set, by object; the safe ones where absent. */
  readonly allowedAttributes?: AllowedAttributes;
  /** Limit of findings per Ingress; {@link MOST_FINDINGS} where absent. */
  readonly mostFindings?: number;
}

/** The meaning of an Ingress on one appliance. */
export interface Interpretation<R extends Route = HostRoute> {
  /** Routes in canonical form; none where nothing can be programmed. */
  readonly routes: RouteSet<R>;
  readonly findings: readonly Finding[];
  /** The front end belongs to another appliance: the Ingress is not selected here and gets no findings. */
  readonly elsewhere?: boolean;
}

/** Adds to findings of ignored address annotations that the hosts appear on the default VIP. */
function withDefaultVipNote(
  { get, findings, addressPaths }: ParsedAnnotations,
  vip: string | undefined,
): readonly Finding[] {
  if (vip === undefined || get('frontend-ip') !== undefined) return findings;
  return findings.map((found) =>
    addressPaths.includes(found.path ?? '')
      ? { ...found, message: `${found.message}; the hosts appear on the default VIP ${vip}` }
      : found,
  );
}

/** Returns why a host must not be programmed (VAL-3, VAL-16); undefined where it may be. */
function hostRefusal(
  { host, at }: HostRule,
  state: IngressState,
  covered: boolean,
  rules: InterpretRules,
): Finding | undefined {
  const location = { path: `${at}.host`, value: host };
  if (!covered) {
    const remedy = `Add to spec.tls: - hosts: [${JSON.stringify(host)}]`;
    return finding('TLSNotEnabled', { message: `no entry of spec.tls covers ${quote(host)}`, ...location, remedy });
  }
  const domain = forbiddenBy(host, state.namespace, rules.hostOwnership);
  if (domain === undefined) return undefined;
  const message = `namespace ${quote(state.namespace)} may not use ${quote(host)}: the domain ${quote(domain)} belongs to other namespaces`;
  return finding('HostForbidden', { message, ...location });
}

/** Returns the hosts that may be programmed, each with its back end (VAL-1 to VAL-7, VAL-16). */
function targetsOf(
  state: IngressState,
  rules: InterpretRules,
): { targets: HostTarget[]; programmed: HostRule[]; findings: Finding[] } {
  const { hosts, findings } = hostRules(state.rules);
  const covered = tlsCoverage(state.tls);
  const targets: HostTarget[] = [];
  const programmed: HostRule[] = [];
  for (const rule of hosts) {
    const refused = hostRefusal(rule, state, covered(rule.host), rules);
    if (refused !== undefined) {
      findings.push(refused);
      continue;
    }
    const choice = chooseBackend(rule.host, rule.paths, rule.at);
    findings.push(...choice.findings);
    targets.push({ host: rule.host, ref: choice.ref ?? NO_BACKEND, at: choice.at });
    programmed.push(rule);
  }
  return { targets, programmed, findings };
}

/** The front ends of an Ingress: for TLS, and for the redirects where plain HTTP is redirected. */
interface IngressPorts {
  readonly vip: string;
  readonly securePort: number;
  readonly redirectPort: number | undefined;
  /** The redirects let challenges through (VAL-19). */
  readonly challenges: boolean;
}

/** Returns the passthrough route of each host, and its redirect where plain HTTP is redirected. */
function routesOf(targets: readonly HostTarget[], ports: IngressPorts): HostRoute[] {
  const { vip, securePort, redirectPort } = ports;
  return targets.flatMap(({ host, ref }): HostRoute[] => {
    const backend = backendRef({ service: ref.service, port: String(ref.port) });
    const passthrough: HostRoute = {
      kind: 'passthrough',
      frontend: { vip, port: securePort, kind: 'tls' },
      host,
      backend,
    };
    if (redirectPort === undefined) return [passthrough];
    const frontend = { vip, port: redirectPort, kind: 'http' } as const;
    // A wildcard is validated by DNS-01 alone.
    const challenges = ports.challenges && !host.startsWith('*') ? ({ challenges: true } as const) : {};
    return [passthrough, { kind: 'redirect', frontend, host, securePort, ...challenges }];
  });
}

/**
 * Interprets an Ingress for an appliance (VAL-1 to VAL-19): returns its routes, and a finding for each problem. An
 * invalid host does not affect the others.
 *
 * @param cluster name of the cluster of the Ingress.
 * @param state the Ingress in an event: selected (SEL-1, SEL-2), with resolved back ends.
 * @param rules rules of the appliance.
 */
export function interpret(cluster: string, state: IngressState, rules: InterpretRules): Interpretation {
  const owner = { cluster, namespace: state.namespace, name: state.name };
  const noRoutes: RouteSet<HostRoute> = {
    owner,
    created: state.created,
    backends: [],
    routes: [],
    frontendSettings: {},
  };
  const annotations = readAnnotations(state.annotations);
  const frontend = frontendOf(annotations, rules);
  if (frontend.elsewhere) return { routes: noRoutes, findings: [], elsewhere: true };

  const secure = portOf(annotations.get('secure-port'), 443);
  const securePort = typeof secure === 'number' ? secure : undefined;
  const insecure = insecureTermination(annotations, securePort);
  const services = new Set(
    state.rules.flatMap((rule) => rule.paths.flatMap(({ backend }) => backend.service?.name ?? [])),
  );
  const allowed = rules.allowedAttributes ?? {};
  const own = readOwnAnnotations(state.annotations);
  const plain = backendSettings(annotations, services, allowed);
  const settings = withProxyProtocol(own, services, plain, 'Ingress', annotations.get('monitor'));
  const csvserver = csvserverSettings(annotations, allowed);
  const { targets, programmed: hosts, findings: targetFindings } = targetsOf(state, rules);
  const access = accessOf(own, frontend.vip === undefined ? [] : [frontend.vip], 'Ingress');
  const memberRules = { networks: rules.memberNetworks, frontends: knownVips(frontend.vip, rules) };
  const programmed = programBackends(targets, state.backends, settings, access, memberRules);
  const policy = challengePolicy(own, insecure.redirectPort);
  const passthrough = new Set(programmed.backends.map(backendRef));
  const solved = letThrough({ hosts, policy, resolved: state.backends, passthrough, rules: memberRules });
  const all: Finding[] = [
    ...frontend.findings,
    ...(typeof secure === 'number' ? [] : [secure]),
    ...insecure.findings,
    ...withDefaultVipNote(annotations, frontend.vip),
    ...secureBackend(annotations),
    ...settings.findings,
    ...csvserver.findings,
    ...access.findings,
    ...droppedRestrictions(annotations.restrictionKeys, [...settings.findings, ...csvserver.findings]),
    ...defaultBackend(state),
    ...targetFindings,
    ...policy.findings,
    ...solved.findings,
    ...programmed.findings,
  ];
  const findings = limitFindings(all, rules.mostFindings ?? MOST_FINDINGS);

  const { vip, ipset } = frontend;
  if (vip === undefined || securePort === undefined || targets.length === 0) return { routes: noRoutes, findings };
  return {
    routes: canonical({
      ...noRoutes,
      backends: [...programmed.backends, ...solved.backends],
      routes: [
        ...routesOf(targets, { vip, securePort, redirectPort: insecure.redirectPort, challenges: policy.allowed }),
        ...solved.challenges.map((challenge): HostRoute => {
          return { kind: 'challenge', frontend: { vip, port: CHALLENGE_PORT, kind: 'http' }, ...challenge };
        }),
      ],
      frontendSettings: { ...csvserver.value, ...(ipset === undefined ? {} : { ipset }) },
    }),
    findings,
  };
}
