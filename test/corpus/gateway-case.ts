import { parseAllDocuments } from 'yaml';
import { readManifests } from '../../lib/forwarder/source/manifests.ts';
import { classStatus } from '../../lib/gateway/class-status.ts';
import { gatewayStatus } from '../../lib/gateway/gateway-status.ts';
import { type GatewayJudgement, judgeGateways } from '../../lib/gateway/judge.ts';
import { routeStatus } from '../../lib/gateway/route-status.ts';
import { GATEWAY_CONTROLLER, type GatewaySettings } from '../../lib/gateway/settings.ts';
import { type CertificateState, gatewayView } from '../../lib/gateway/view.ts';

/** Objects of the Gateway API with their expected meaning. */
export interface GatewayCase {
  /** Ids of the rules that the case tests. */
  readonly rule: string;
  readonly name: string;
  /** Manifests; the GatewayClass `ours` and the Service `shop/web` with port 443 are added. */
  readonly objects: readonly unknown[];
  readonly settings?: GatewaySettings;
  /** States of Secrets, by `namespace/name`; all others are missing. */
  readonly certificates?: Readonly<Record<string, CertificateState>>;
  /** What the appliance says: all listeners answer on the requested addresses where absent. */
  readonly appliance?: 'silent' | { readonly refuses: string };
  /** Expected status of classes, Gateways, listeners and routes, as {@link renderStatus} renders it. */
  readonly status: readonly string[];
}

/** A listener without a fault, and without routes. */
export const GOOD = 'Accepted !Conflicted:NoConflicts ResolvedRefs Programmed';
/** The status of the Gateway `shop/edge`, without a fault, on the default VIP. */
export const EDGE = 'Gateway shop/edge [192.0.2.10]: Accepted Programmed';

const GROUP = 'gateway.networking.k8s.io';

export const gatewayClass = (name: string, spec: object = {}): object => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'GatewayClass',
  metadata: { name, generation: 1 },
  spec: { controllerName: GATEWAY_CONTROLLER, ...spec },
});

/** A listener on port 443 that passes TLS through, with the given changes. */
export const listener = (changes: object = {}): object => ({
  name: 'tls',
  port: 443,
  protocol: 'TLS',
  tls: { mode: 'Passthrough' },
  ...changes,
});

/** The Gateway `shop/edge` of our class. */
export const gateway = (listeners: unknown, spec: object = {}, metadata: object = {}): object => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Gateway',
  metadata: { namespace: 'shop', name: 'edge', generation: 1, ...metadata },
  spec: { gatewayClassName: 'ours', listeners, ...spec },
});

/** The TLSRoute `shop/web`, attached to the Gateway `shop/edge` for `shop.example.com`. */
export const tlsRoute = (spec: object = {}, metadata: object = {}): object => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'TLSRoute',
  metadata: { namespace: 'shop', name: 'web', generation: 1, ...metadata },
  spec: {
    parentRefs: [{ name: 'edge' }],
    hostnames: ['shop.example.com'],
    rules: [{ backendRefs: [{ name: 'web', port: 443 }] }],
    ...spec,
  },
});

export const grant = (namespace: string, from: object, to: object): object => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'ReferenceGrant',
  metadata: { namespace, name: 'grant' },
  spec: { from: [from], to: [to] },
});

export const service = (namespace: string, name: string, spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace, name },
  spec: { ports: [{ port: 443 }], ...spec },
});

export const namespace = (name: string, labels: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

/** Returns the objects of a manifest in YAML. */
export const yaml = (text: string): unknown[] => parseAllDocuments(text).map((document) => document.toJS());

interface StatusJson {
  readonly conditions?: readonly { type: string; status: string; reason: string; observedGeneration: number }[];
  readonly addresses?: readonly { value: string }[];
  readonly listeners?: readonly (StatusJson & {
    name: string;
    supportedKinds: { kind: string }[];
    attachedRoutes: number;
  })[];
  readonly parents?: readonly (StatusJson & {
    parentRef: { name: string; namespace?: string; sectionName?: string };
  })[];
}

/** `Accepted`, `!Conflicted:NoConflicts`: the reason only where it is not the type. */
function renderConditions({ conditions = [] }: StatusJson): string {
  return conditions
    .map(({ type, status, reason }) => `${status === 'True' ? '' : '!'}${type}${reason === type ? '' : `:${reason}`}`)
    .join(' ');
}

/** Reads the manifests of a case as a folder does, and judges them. */
export function judged(entry: GatewayCase) {
  const objects = [gatewayClass('ours'), service('shop', 'web'), ...entry.objects];
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const read = readManifests(text, 'a.yaml');
  const services = read.objects.flatMap(({ object }) => (object.kind === 'Service' ? [object] : []));
  const gatewayObjects = read.gatewayObjects.map(({ object }) => object);
  const certificate = (secretNamespace: string, name: string): CertificateState =>
    entry.certificates?.[`${secretNamespace}/${name}`] ?? 'missing';
  const view = gatewayView(gatewayObjects, services, certificate);
  return { read, judgement: judgeGateways(gatewayObjects, view, entry.settings ?? {}) };
}

/** Renders the status of everything that is ours, except the class `ours`, in the form of the cases. */
export function renderStatus(
  entry: GatewayCase,
  { classes, gateways, routes, attachedRoutes }: GatewayJudgement,
): string[] {
  const now = '2026-01-01T00:00:00Z';
  const ofClasses = classes
    .filter(({ gatewayClass: { metadata } }) => metadata.name !== 'ours')
    .map((each) => {
      const status = classStatus(each, [{ name: 'tlsroutes', bundleVersion: 'v1.6.3' }], undefined, now);
      return `GatewayClass ${each.gatewayClass.metadata.name}: ${renderConditions(status as StatusJson)}`;
    });
  const ofGateways = gateways.flatMap((each) => {
    const { metadata } = each.gateway;
    const requested = each.addresses.addresses.length === 0 ? ['192.0.2.10'] : each.addresses.addresses;
    const answer = {
      addresses: entry.appliance === undefined ? requested : [],
      listeners: new Set(each.listeners.map(({ name }) => name)),
      ...(typeof entry.appliance === 'object' ? { refusal: entry.appliance.refuses } : {}),
    };
    const confirmation = entry.appliance === 'silent' ? undefined : answer;
    const attached = (each: Parameters<typeof attachedRoutes.get>[0]): number => attachedRoutes.get(each) ?? 0;
    const status = gatewayStatus(each, attached, confirmation, undefined, now) as StatusJson;
    const addresses = (status.addresses ?? []).map(({ value }) => value).join(',');
    return [
      `Gateway ${metadata.namespace}/${metadata.name} [${addresses}]: ${renderConditions(status)}`,
      ...(status.listeners ?? []).map((one) => {
        const kinds = one.supportedKinds.map(({ kind }) => kind).join(',');
        return `  ${one.name} (${kinds}) ${one.attachedRoutes}: ${renderConditions(one)}`;
      }),
    ];
  });
  const ofRoutes = routes.flatMap((each) => {
    const { namespace: own, name } = each.route.metadata;
    const status = routeStatus(each, entry.settings ?? {}, undefined, now) as StatusJson;
    return (status.parents ?? []).map((parent) => {
      const { parentRef } = parent;
      const section = parentRef.sectionName === undefined ? '' : `/${parentRef.sectionName}`;
      return `TLSRoute ${own}/${name} > ${parentRef.name}${section}: ${renderConditions(parent)}`;
    });
  });
  return [...ofClasses, ...ofGateways, ...ofRoutes];
}

/** Returns the codes of all findings about what is ours. */
export function findingCodes({ classes, gateways, routes }: GatewayJudgement): string[] {
  const faults = [
    ...classes.map(({ fault }) => fault),
    ...gateways.flatMap(({ fault, addresses, listeners }) => [
      fault,
      ...addresses.unsupported,
      ...addresses.unusable,
      ...listeners.flatMap((each) => [each.fault, each.refsFault]),
    ]),
    ...routes.flatMap(({ parents, rules }) => [...parents, ...rules.flat()].map(({ fault }) => fault)),
  ];
  const own = routes.flatMap(({ findings }) => findings.map(({ code }) => code));
  return [...own, ...faults.flatMap((fault) => (fault === undefined ? [] : [fault.finding.code]))];
}
