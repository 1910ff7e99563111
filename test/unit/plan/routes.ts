import fc from 'fast-check';
import {
  type BackendSettings,
  backendRef,
  canonical,
  hostForm,
  type Route,
  type RouteSet,
} from '../../../lib/route/index.ts';

export const OWNERS = ['a', 'b', 'c'].map((name) => ({ cluster: name === 'c' ? 'c2' : 'c1', namespace: 'n', name }));

export interface RoutesOptions {
  readonly name?: string;
  readonly created?: number;
  readonly vip?: string;
  readonly port?: number;
  /** Host → Service. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly members?: number;
  readonly settings?: BackendSettings;
  readonly redirect?: boolean;
  readonly frontendSettings?: RouteSet['frontendSettings'];
}

/** A set of routes, in few words. */
export function routesOf(options: RoutesOptions = {}): RouteSet {
  const { name = 'a', created = 100, vip = '192.0.2.10', port = 443, members = 1, settings = {}, redirect } = options;
  const hosts = options.hosts ?? { [`${name}.example.com`]: 'web' };
  const list = Array.from({ length: members }, (_, index) => ({ address: `10.0.0.${index + 1}`, port: 8443 }));
  return canonical({
    owner: OWNERS.find((owner) => owner.name === name) ?? { cluster: 'c1', namespace: 'n', name },
    created,
    backends: [...new Set(Object.values(hosts))].map((service) => ({ service, port: '443', members: list, settings })),
    routes: Object.entries(hosts).flatMap(([host, service]): Route[] => [
      {
        kind: 'passthrough',
        frontend: { vip, port, kind: 'tls' },
        host,
        backend: backendRef({ service, port: '443' }),
      },
      ...(redirect === true && hostForm(host) !== 'many-label'
        ? [{ kind: 'redirect', frontend: { vip, port: 80, kind: 'http' }, host, securePort: port } as const]
        : []),
    ]),
    frontendSettings: options.frontendSettings ?? {},
  });
}

/** What owners may want, few enough that they meet. */
export const routes: fc.Arbitrary<RouteSet> = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c'),
    created: fc.constantFrom(100, 200, 300),
    vip: fc.constantFrom('192.0.2.10', '192.0.2.10', '192.0.2.11'),
    hosts: fc.dictionary(
      fc.constantFrom('x.example.com', 'y.example.com', '*.example.com', '**.example.com', '**.com', 'example.com'),
      fc.constantFrom('web', 'api'),
      { minKeys: 1, maxKeys: 3, noNullPrototype: true },
    ),
    members: fc.constantFrom(0, 1, 2),
    settings: fc.constantFrom<BackendSettings>(
      {},
      {},
      { lbvserver: { lbmethod: 'TOKEN' } },
      { monitor: { type: 'HTTP' } },
    ),
    redirect: fc.boolean(),
    frontendSettings: fc.constantFrom<RouteSet['frontendSettings']>({}, {}, { clttimeout: 60 }, { ipset: 'set' }),
  })
  .map(routesOf);
