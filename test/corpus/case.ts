import type { InterpretRules, K8sObject, ResolutionSettings } from '../../lib/ingress/index.ts';

/** One Ingress with its expected meaning. */
export interface Case {
  /** Ids of the rules that the case tests. */
  readonly rule: string;
  readonly name: string;
  /** A manifest as parsed from YAML, unchecked. */
  readonly ingress: unknown;
  /** The other objects of the cluster; those of `cluster.ts` where absent. */
  readonly cluster?: readonly K8sObject[];
  readonly classNames?: readonly string[];
  readonly resolution?: Partial<ResolutionSettings>;
  /** Rules of the appliance. */
  readonly rules?: Partial<InterpretRules>;
  /** Expected selection; true where absent. */
  readonly selected?: boolean;
  /** The front end belongs to another appliance. */
  readonly elsewhere?: boolean;
  /** `host vip:port > service:port members settings`, in canonical order; none where absent. */
  readonly routes?: readonly string[];
  /** `Code path`, sorted; none where absent. */
  readonly findings?: readonly string[];
  /** Front-end settings; none where absent. */
  readonly frontend?: Readonly<Record<string, string | number>>;
}

const VIP = '192.0.2.10';

/** The back end of most cases: the Service `web` with its members. */
export const WEB = 'web:443 10.1.0.1:8443,10.1.0.2:8443';

/** The back end of a host whose Ingress names no usable one. */
export const CLOSED = 'closed:0';

/** Returns the line of a route: `host` on the usual front end, sent to `target`. */
export function route(host: string, target = WEB, frontend = `${VIP}:443`): string {
  return `${host} ${frontend} > ${target}`;
}

const PREFIX = 'ingress.citrix.com/';

/** Returns the path of an annotation with the vendor's prefix. */
export function at(name: string): string {
  return `metadata.annotations["${PREFIX}${name}"]`;
}

export interface Shape {
  /** Hosts with one rule each, from path `/` to `web:443`. */
  readonly hosts?: readonly unknown[];
  /** Replaces the rules of `hosts`. */
  readonly rules?: unknown;
  /** One entry without hosts where absent. */
  readonly tls?: unknown;
  /** Keys without `/` get the vendor's prefix; undefined removes a usual annotation. */
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly className?: unknown;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Returns a path to a Service and port. */
export function path(value: unknown, service: unknown, port: unknown = 443): object {
  const key = typeof port === 'number' ? 'number' : 'name';
  return { path: value, pathType: 'Prefix', backend: { service: { name: service, port: { [key]: port } } } };
}

/** Returns a rule with paths. */
export function rule(host: unknown, ...paths: unknown[]): object {
  return { ...(host === undefined ? {} : { host }), http: { paths } };
}

/** Returns a manifest like the vendor's sample, with the given changes. */
export function ingress(shape: Shape = {}): object {
  const { hosts = ['shop.example.com'], tls = [{ secretName: 'cert' }], className = 'citrix' } = shape;
  const given = { 'frontend-ip': VIP, 'ssl-passthrough': 'True', ...shape.annotations };
  const annotations = Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key.includes('/') ? key : `${PREFIX}${key}`, value]),
  );
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'default', name: 'shop', annotations, ...shape.metadata },
    spec: {
      ...(className === undefined || className === null ? {} : { ingressClassName: className }),
      rules: shape.rules ?? hosts.map((host) => rule(host, path('/', 'web'))),
      tls,
      ...shape.spec,
    },
  };
}
