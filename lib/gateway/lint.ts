import type { Finding } from '../contract/index.ts';
import { INSIDE_CLUSTER } from '../ingress/backends.ts';
import { finding, quote } from '../ingress/finding.ts';
import {
  type InterpretRules,
  type K8sObject,
  type LintFinding,
  type LocatedIn,
  locate,
  objectView,
  servicesWithSlices,
} from '../ingress/index.ts';
import type { GatewayFault } from './fault.ts';
import { gatewayFindings } from './gateway.ts';
import { interpretTlsRoute } from './interpret.ts';
import type { GatewayJudgement } from './judge.ts';
import { judgeObjects, type ObjectSettings } from './judge-objects.ts';
import { gatewayOf, type JudgedParent, type JudgedRoute } from './judged-route.ts';
import type { GatewayObject, K8sGateway, K8sTlsRoute } from './kubernetes.ts';
import { nameOfKind } from './object-name.ts';
import { tlsRouteState } from './route-state.ts';
import { unservedHostnames } from './unserved-hostnames.ts';
import type { GatewayView } from './view.ts';

export type LintedGatewayObject = LocatedIn<GatewayObject>;

/** What lint says about objects of the Gateway API. */
export interface GatewayLintResult {
  readonly findings: readonly LintFinding[];
  /** Number of TLSRoutes of ours. */
  readonly routes: number;
  /** Number of Gateways of ours. */
  readonly gateways: number;
}

/** Weakens a fault about a missing object, because files are rarely the whole cluster. */
function softened({ finding: found, amongFiles }: GatewayFault): Finding {
  return amongFiles === undefined ? found : { ...found, severity: 'warning', message: amongFiles };
}

const passesThrough = ({ spec }: K8sGateway): boolean =>
  (spec.listeners ?? []).some(({ protocol, tls }) => protocol === 'TLS' && tls?.mode === 'Passthrough');

/** Reports a Gateway whose class the files lack, if it may be ours. */
function unknownClass(gateway: K8sGateway, view: GatewayView): Finding[] {
  const { gatewayClassName = '' } = gateway.spec;
  if (view.gatewayClass(gatewayClassName) !== undefined || !passesThrough(gateway)) return [];
  const message = `GatewayClass ${quote(gatewayClassName)} is not among the files: the Gateway was not checked`;
  return [finding('GatewayClassUnknown', { message, path: 'spec.gatewayClassName', value: gatewayClassName })];
}

/** Reports the parentRefs of a route whose Gateways the files lack. */
function unknownParents(route: K8sTlsRoute, view: GatewayView): Finding[] {
  return (route.spec.parentRefs ?? []).flatMap((ref, index) => {
    const target = gatewayOf(ref, route);
    if (target === undefined || view.gateway(target.namespace, target.name) !== undefined) return [];
    const name = quote(`${target.namespace}/${target.name}`);
    const message = `Gateway ${name} is not among the files: whether it takes the route was not checked`;
    return [finding('TLSRouteParentUnknown', { message, path: `spec.parentRefs[${index}].name`, value: target.name })];
  });
}

function parentFinding({ fault, uncertain }: JudgedParent, route: K8sTlsRoute, partial: boolean): Finding[] {
  if (fault === undefined) return [];
  if (!partial || uncertain !== true) return [fault.finding];
  const namespace = quote(route.metadata.namespace);
  const message = `${fault.finding.message}, as far as is known: Namespace ${namespace} is not among the files`;
  return [finding('TLSRouteParentUnknown', { message, path: fault.finding.path ?? 'spec.parentRefs' })];
}

function routeFindings(judged: JudgedRoute, partial: boolean): Finding[] {
  const { route, parents, rules, findings } = judged;
  const backends = rules.flat().flatMap(({ fault }) => (fault === undefined ? [] : [fault]));
  // Without a hostname, each parent would repeat it.
  const named = parents.some(({ fault }) => fault?.reason !== 'UnsupportedValue');
  return [
    ...findings,
    ...(named ? parents : parents.slice(0, 1)).flatMap((parent) => parentFinding(parent, route, partial)),
    ...unservedHostnames(judged),
    ...backends.map((fault) => (partial ? softened(fault) : fault.finding)),
  ];
}

/** Codes about the address of a Gateway, of which one finding says all. */
const ABOUT_ADDRESS: ReadonlySet<string> = new Set(['FrontendIPRequired', 'FrontendIPForbidden']);

/**
 * Returns what the appliance would find fault with: addresses, hosts of other namespaces, members. What the objects alone
 * decide is reported already.
 *
 * @param partial Services may have members that were not read.
 */
function applianceFindings(
  routes: readonly JudgedRoute[],
  objects: readonly K8sObject[],
  rules: InterpretRules,
  partial: boolean,
): [GatewayObject, Finding][] {
  const view = objectView(objects);
  const withSlices = servicesWithSlices(objects);
  const known = ({ value = '' }: Finding, { metadata }: K8sTlsRoute): boolean => {
    const [service = ''] = value.split(':');
    return withSlices.has(service.includes('/') ? service : `${metadata.namespace}/${service}`);
  };
  const addresses = new Set<string>();
  return routes.flatMap((judged): [GatewayObject, Finding][] => {
    const { route } = judged;
    const state = tlsRouteState(judged, view, INSIDE_CLUSTER);
    if (state.parents.length === 0) return [];
    const all = { ...rules, mostFindings: Number.POSITIVE_INFINITY };
    const { findings } = interpretTlsRoute('lint', state, state.parents, all);
    return findings
      .filter((found) => {
        if (found.code.startsWith('TLSRoute') || found.code === 'GatewayAddressInvalid') return false;
        // Without a value, it is about the weights, which are all in the file.
        if (found.code === 'NoEndpoints') return !partial || found.value === undefined || known(found, route);
        if (!ABOUT_ADDRESS.has(found.code)) return true;
        const isNew = !addresses.has(found.message);
        addresses.add(found.message);
        return isNew;
      })
      .map((found) => [route, found]);
  });
}

function ownFindings(judged: GatewayJudgement, partial: boolean): [GatewayObject, Finding][] {
  const of = (object: GatewayObject, faults: readonly (GatewayFault | undefined)[]): [GatewayObject, Finding][] =>
    faults.flatMap((fault) => (fault === undefined ? [] : [[object, fault.finding]]));
  return [
    ...judged.classes.flatMap(({ gatewayClass, fault }) => of(gatewayClass, [fault])),
    ...judged.gateways.flatMap((each) =>
      gatewayFindings(each).map((found): [GatewayObject, Finding] => [each.gateway, found]),
    ),
    ...judged.routes.flatMap((route): [GatewayObject, Finding][] =>
      routeFindings(route, partial).map((found) => [route.route, found]),
    ),
  ];
}

/** What objects of the Gateway API are judged by. */
export interface GatewayLintSettings extends ObjectSettings {
  /** Rules of the appliance. */
  readonly rules: InterpretRules;
}

/**
 * Applies the rules of the Gateway API to objects, and returns the problems of each with their lines. Objects of other
 * controllers have none.
 *
 * @param others the other objects: Services and their members.
 */
export function lintGateways(
  sources: readonly LintedGatewayObject[],
  others: readonly K8sObject[],
  { rules, ...settings }: GatewayLintSettings,
): GatewayLintResult {
  const { partial } = settings;
  const given = sources.map(({ object }) => object);
  const { judged, view } = judgeObjects(given, others, settings);
  const unknown = partial
    ? given.flatMap((object): [GatewayObject, Finding][] => {
        if (object.kind === 'Gateway') return unknownClass(object, view).map((found) => [object, found]);
        return object.kind === 'TLSRoute' ? unknownParents(object, view).map((found) => [object, found]) : [];
      })
    : [];
  const sourceOf = new Map(sources.map((source) => [source.object, source]));
  const ofAppliance = applianceFindings(judged.routes, others, rules, partial);
  const findings = [...ownFindings(judged, partial), ...unknown, ...ofAppliance].flatMap(([object, found]) => {
    const source = sourceOf.get(object);
    if (source === undefined) return [];
    const named = {
      metadata: { namespace: object.metadata.namespace, name: nameOfKind(object.kind, object.metadata.name) },
    };
    return [locate(found, { ...source, object: named })];
  });
  return { findings, routes: judged.routes.length, gateways: judged.gateways.length };
}
