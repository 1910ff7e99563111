import { compareText, type IngressState } from '../../contract/index.ts';
import { readAnnotations } from '../../ingress/annotations.ts';
import { quote } from '../../ingress/finding.ts';
import { type FindingCode, type InterpretRules, interpret, type K8sService } from '../../ingress/index.ts';
import { CHALLENGE_ANNOTATION, isOwnAnnotation } from '../../ingress/own-annotations.ts';
import { parsePort } from '../../ingress/port.ts';
import { NO_BACKEND } from '../../ingress/program.ts';
import { type BackendSettings, backendRef, type RouteSet } from '../../route/index.ts';

/** A front end of an Ingress, as a Gateway has it. */
export interface GatewayPlace {
  /** Absent where the Ingress names no address: the appliance then uses its default VIP. */
  readonly address?: string;
  readonly port: number;
}

/** The hosts of an Ingress that one TLSRoute can hold: those of one back end. */
export interface RouteTarget {
  readonly place: GatewayPlace;
  readonly service: string;
  readonly port: number;
  readonly hosts: readonly string[];
}

/** What an Ingress asks for, in the terms of the Gateway API. */
export interface IngressTargets {
  readonly targets: readonly RouteTarget[];
  /** Annotations that TLSRoutes have, too: without them, a host would be more open than it was. */
  readonly annotations: Readonly<Record<string, string>>;
  /** What has no counterpart, or another meaning: one sentence each, without the name of the Ingress. */
  readonly notes: readonly string[];
  /** Hosts that cannot be converted, and why: one sentence each. */
  readonly lost: readonly string[];
}

/** Stands for the default VIP of an appliance while an Ingress without an address is read. It appears nowhere. */
const ANY_VIP = '192.0.2.1';

/** The back end of hosts whose Ingress names no usable one. */
const CLOSED = backendRef({ service: NO_BACKEND.service, port: String(NO_BACKEND.port) });

/** Accepts what an appliance may forbid: the appliance judges the Gateway again. */
function rulesOf(state: IngressState): { rules: InterpretRules; named: boolean } {
  const { get } = readAnnotations(state.annotations);
  const ipset = get('frontend-ipset-name')?.value;
  const rules = { ipsets: ipset === undefined ? [] : [ipset], hostOwnership: [], defaultVip: ANY_VIP };
  return { rules, named: get('frontend-ip') !== undefined };
}

/** Returns the number of a port that an Ingress names; undefined if the Service is not known, or has none. */
function portNumber(service: K8sService | undefined, port: string): number | undefined {
  if (/^\d+$/.test(port)) return parsePort(port);
  const named = (service?.spec.ports ?? []).find(({ name, protocol = 'TCP' }) => name === port && protocol === 'TCP');
  return named?.port;
}

function settingNotes({ backends, frontendSettings }: RouteSet): string[] {
  const keys = (object: string, settings: object | undefined): string[] =>
    Object.keys(settings ?? {}).map((key) => `${object}.${key}`);
  const ofBackend = ({ lbvserver, servicegroup, monitor }: BackendSettings): string[] => [
    ...keys('lbvserver', lbvserver),
    ...keys('servicegroup', servicegroup),
    ...keys('monitor', monitor),
  ];
  const all = new Set([
    ...backends.flatMap(({ settings }) => ofBackend(settings)),
    ...keys('csvserver', frontendSettings).map((key) => (key === 'csvserver.ipset' ? 'ipset' : key)),
  ]);
  if (all.size === 0) return [];
  return [
    `these settings of annotations have no counterpart and are left out: ${[...all].sort(compareText).join(', ')}`,
  ];
}

function routeNotes({ routes }: RouteSet): string[] {
  const ports = [...new Set(routes.flatMap((route) => (route.kind === 'redirect' ? [route.frontend.port] : [])))];
  const wildcards = routes.flatMap((route) =>
    route.kind === 'passthrough' && route.host.startsWith('*.') ? [route.host] : [],
  );
  return [
    ...ports.map((port) => `plain HTTP on port ${port} is no longer redirected to https: TLSRoutes have no redirect`),
    ...[...new Set(wildcards)].map((host) => {
      const deeper = `a.b${host.slice(1)}`;
      return `${host} now matches names with more labels, too (${deeper}): the meaning widens`;
    }),
  ];
}

/**
 * Returns what a passthrough Ingress asks for, by its interpretation: what the appliance would not get from the Ingress, no
 * TLSRoute gets.
 *
 * @param service finds a Service of the namespace of the Ingress, for ports by name.
 */
export function ingressTargets(
  state: IngressState,
  service: (namespace: string, name: string) => K8sService | undefined,
): IngressTargets {
  const { rules, named } = rulesOf(state);
  const { routes, findings } = interpret('convert', state, rules);
  const targets = new Map<string, RouteTarget>();
  const lost: string[] = [];
  for (const route of routes.routes) {
    if (route.kind !== 'passthrough') continue;
    const backend = routes.backends.find((each) => backendRef(each) === route.backend);
    // A host without a usable back end has a finding, which follows.
    if (backend === undefined || route.backend === CLOSED) continue;
    const { service: name, port: portText } = backend;
    const port = portNumber(service(state.namespace, name), portText);
    if (port === undefined) {
      const why = `Service ${name} has no known port ${quote(portText)}, and a TLSRoute names ports by number`;
      lost.push(`${route.host}: ${why}. Add the Service to the input`);
      continue;
    }
    const place = { ...(named ? { address: route.frontend.vip } : {}), port: route.frontend.port };
    const key = `${place.port} ${route.backend}`;
    const known = targets.get(key) ?? { place, service: name, port, hosts: [] };
    targets.set(key, { ...known, hosts: [...known.hosts, route.host] });
  }
  const errors = findings.filter(({ severity, code }) => severity === 'error' && !STAYING.has(code));
  return {
    targets: [...targets.values()],
    annotations: Object.fromEntries(Object.entries(state.annotations).filter(([key]) => stays(key))),
    notes: [...routeNotes(routes), ...settingNotes(routes)],
    lost: [...lost, ...errors.map(({ message }) => message)],
  };
}

/** Returns whether a TLSRoute has the annotation, too. A misspelt one that closes an Ingress closes a TLSRoute. */
const stays = (key: string): boolean => isOwnAnnotation(key) && key !== CHALLENGE_ANNOTATION;

/** Errors that a TLSRoute has as well, until the Service or the annotation is right: they keep nothing from being converted. */
const STAYING: ReadonlySet<string> = new Set<FindingCode>([
  'AccessClosed',
  'ServiceNotFound',
  'ServicePortNotFound',
  'ExternalNameUnsupported',
]);
