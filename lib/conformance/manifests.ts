import type { CaseScope, CaseStep, Manifest } from './case.ts';
import { type Profile, VENDOR } from './profile.ts';

const SERVICE_PORT = 443;

/** A rule, or a host whose only path leads to the Service. */
export type CaseRule = string | undefined | Readonly<Record<string, unknown>>;

/** Differences from the usual Ingress. */
export interface IngressShape {
  readonly rules: readonly CaseRule[];
  /** Service that hosts lead to; `web` if absent. */
  readonly service?: string;
  /** Keys without a prefix get the vendor's; undefined takes a usual annotation away. */
  readonly annotations?: Readonly<Record<string, string | undefined>>;
  readonly tls?: unknown;
  /** Null: no class. */
  readonly className?: string | null;
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** Returns a path to a Service. */
export function pathTo(service: string, path = '/', port: number | string = SERVICE_PORT): object {
  const ref = typeof port === 'number' ? { number: port } : { name: port };
  return { path, pathType: 'Prefix', backend: { service: { name: service, port: ref } } };
}

/** Returns a rule with paths. */
export function ruleOf(host: string | undefined, ...paths: readonly object[]): Readonly<Record<string, unknown>> {
  return { ...(host === undefined ? {} : { host }), http: { paths } };
}

/** Returns an annotation's name: a name without a prefix is the vendor's, or the profile's where it has one. */
function annotationName(name: string, { passthrough, frontendIp }: Profile): string | undefined {
  if (name.includes('/')) return name;
  if (name === 'ssl-passthrough') return passthrough;
  return name === 'frontend-ip' ? frontendIp : `${VENDOR}${name}`;
}

/** Returns an Ingress with passthrough on the target's VIP. */
export function ingress(scope: CaseScope, name: string, shape: IngressShape): Manifest {
  const usual = { 'frontend-ip': scope.vip, 'ssl-passthrough': 'true', ...shape.annotations };
  const annotations = Object.fromEntries(
    Object.entries(usual).flatMap(([key, value]) => {
      const name = annotationName(key, scope.profile);
      return value === undefined || name === undefined ? [] : [[name, value]];
    }),
  );
  const className = shape.className === undefined ? scope.className : shape.className;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: scope.namespace, annotations },
    spec: {
      ...(className === null ? {} : { ingressClassName: className }),
      tls: shape.tls ?? [{ secretName: 'certificate' }],
      rules: shape.rules.map((rule) =>
        typeof rule === 'object' ? rule : ruleOf(rule, pathTo(shape.service ?? 'web')),
      ),
      ...shape.spec,
    },
  };
}

/** Returns a Service without selector, whose slices lead to back ends of the suite. */
export function service(scope: CaseScope, name: string, backends: readonly string[]): Manifest[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: scope.namespace },
      spec: { ports: [{ name: 'https', port: SERVICE_PORT, protocol: 'TCP' }] },
    },
    ...slices(scope, name, backends),
  ];
}

/** Returns a slice for each back end: they may listen on different ports. */
export function slices(
  scope: CaseScope,
  serviceName: string,
  backends: readonly string[],
  conditions: Readonly<Record<string, boolean>> = { ready: true },
): Manifest[] {
  return backends.map((backend) => {
    const { address, port } = scope.member(backend);
    return {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: `${serviceName}-${backend}`,
        namespace: scope.namespace,
        labels: { 'kubernetes.io/service-name': serviceName },
      },
      addressType: address.includes(':') ? 'IPv6' : 'IPv4',
      ports: [{ name: 'https', port, protocol: 'TCP' }],
      endpoints: [{ addresses: [address], conditions }],
    };
  });
}

export const apply = (...objects: readonly (Manifest | readonly Manifest[])[]): CaseStep => ({
  kind: 'apply',
  objects: objects.flat() as Manifest[],
});

export const remove = (...objects: readonly (Manifest | readonly Manifest[])[]): CaseStep => ({
  kind: 'remove',
  objects: objects.flat() as Manifest[],
});

/** The host leads to one of these back ends. */
export const served = (host: string, ...backends: readonly string[]): CaseStep => ({
  kind: 'tls',
  request: { host },
  answer: { backends },
});

/** No back end answers for the host. */
export const unserved = (host: string): CaseStep => ({ kind: 'tls', request: { host }, answer: 'unserved' });

/** The connection ends, whatever the controller is: TLS-4. */
export const reset = (host: string | undefined): CaseStep => ({ kind: 'tls', request: { host }, answer: 'reset' });

export const told = (name: string, reason: string): CaseStep => ({ kind: 'reason', ingress: name, reason });

export const address = (name: string, ...addresses: readonly string[]): CaseStep => ({
  kind: 'address',
  ingress: name,
  addresses,
});
