import type { InterpretRules, K8sObject, ResolutionSettings } from '../../lib/ingress/index.ts';

/** One Ingress, with what it must mean. */
export interface Case {
  /** The rules that decide it. */
  readonly rule: string;
  readonly name: string;
  /** A manifest, as parsed from YAML: nothing about it is checked. */
  readonly ingress: unknown;
  /** The rest of the cluster; the one of `cluster.ts` where absent. */
  readonly cluster?: readonly K8sObject[];
  readonly classNames?: readonly string[];
  readonly resolution?: Partial<ResolutionSettings>;
  /** The appliance's rules, beyond none. */
  readonly rules?: Partial<InterpretRules>;
  /** Whether the Ingress is ours; true where absent. */
  readonly selected?: boolean;
  /** Its front end belongs to another appliance. */
  readonly elsewhere?: boolean;
  /** `host vip:port > service:port members settings`, in canonical order; none where absent. */
  readonly routes?: readonly string[];
  /** `Code path`, sorted; none where absent. */
  readonly findings?: readonly string[];
  /** Front-end settings; none where absent. */
  readonly frontend?: Readonly<Record<string, string | number>>;
}

const VIP = '192.0.2.10';

/** What the front end of most cases sends to the Service `web`. */
export const WEB = 'web:443 10.1.0.1:8443,10.1.0.2:8443';

/** The back end of a host whose Ingress names none that can be used. */
export const CLOSED = 'closed:0';

/** `host` on the usual front end, sent to `target`. */
export function route(host: string, target = WEB, frontend = `${VIP}:443`): string {
  return `${host} ${frontend} > ${target}`;
}

const PREFIX = 'ingress.citrix.com/';

/** Where an annotation of the vendor's prefix stands. */
export function at(name: string): string {
  return `metadata.annotations["${PREFIX}${name}"]`;
}

export interface Shape {
  /** One rule for each, with the path `/` to `web:443`. */
  readonly hosts?: readonly unknown[];
  /** Instead of `hosts`. */
  readonly rules?: unknown;
  /** One entry without hosts where absent. */
  readonly tls?: unknown;
  /** Without the vendor's prefix where they have no `/`; undefined takes a usual one away. */
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly className?: unknown;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** `path` to a Service and port. */
export function path(value: unknown, service: unknown, port: unknown = 443): object {
  const key = typeof port === 'number' ? 'number' : 'name';
  return { path: value, pathType: 'Prefix', backend: { service: { name: service, port: { [key]: port } } } };
}

/** A rule of paths. */
export function rule(host: unknown, ...paths: unknown[]): object {
  return { ...(host === undefined ? {} : { host }), http: { paths } };
}

/** A manifest like the vendor's sample, with a difference. */
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
