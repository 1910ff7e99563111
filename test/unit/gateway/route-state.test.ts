import { describe, expect, it } from 'vitest';
import { TlsRouteState } from '../../../lib/contract/tls-route.ts';
import { interpretTlsRoute } from '../../../lib/gateway/interpret.ts';
import { tlsRouteState } from '../../../lib/gateway/route-state.ts';
import { objectView } from '../../../lib/ingress/index.ts';
import { GATEWAY_CORPUS } from '../../corpus/gateway.ts';
import { type GatewayCase, gateway, judged, listener, service, tlsRoute } from '../../corpus/gateway-case.ts';

const INSIDE = { nodeAddressType: 'InternalIP', podAddressesForNodePort: false } as const;
const SLICE = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace: 'shop', name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.1.0.2'] }, { addresses: ['10.1.0.1'] }],
  ports: [{ port: 8443, protocol: 'TCP' }],
};

function statesOf(entry: Pick<GatewayCase, 'objects' | 'settings'>): TlsRouteState[] {
  const { read, judgement } = judged({ rule: '', name: '', status: [], ...entry });
  const view = objectView(read.objects.map(({ object }) => object));
  return judgement.routes.map((route) => tlsRouteState(route, view, INSIDE));
}

const stateOf = (...objects: unknown[]): TlsRouteState => statesOf({ objects })[0] as TlsRouteState;
const listenersOf = (...objects: unknown[]): string[] =>
  stateOf(...objects).parents.map(({ gateway: of, listener: name }) => `${of.namespace}/${of.name}/${name}`);

describe('GW-17: the state of a TLSRoute in an event', () => {
  it('its hostnames, the listener, and the members of its back end', () => {
    const metadata = { uid: 'b1946ac9-2f3c-4e5d-8a71-0123456789ab', creationTimestamp: '2026-01-01T00:00:00Z' };
    const spec = { addresses: [{ value: '192.0.2.7' }] };
    expect(stateOf(gateway([listener({ hostname: '*.example.com' })], spec), tlsRoute({}, metadata), SLICE)).toEqual({
      namespace: 'shop',
      name: 'web',
      uid: metadata.uid,
      created: 1_767_225_600,
      hostnames: ['shop.example.com'],
      parents: [
        {
          gateway: { namespace: 'shop', name: 'edge' },
          class: 'ours',
          listener: 'tls',
          port: 443,
          hostname: '*.example.com',
          addresses: ['192.0.2.7'],
        },
      ],
      rules: [
        {
          backends: [
            {
              namespace: 'shop',
              service: 'web',
              port: 443,
              weight: 1,
              members: [
                { address: '10.1.0.1', port: 8443 },
                { address: '10.1.0.2', port: 8443 },
              ],
            },
          ],
        },
      ],
    });
  });

  it('the annotations of this project, without that of lint', () => {
    const own = { 'netscaler-passthrough/allow-sources': '10.0.0.0/8' };
    const others = { 'netscaler-passthrough/lint-ignore': 'NoEndpoints', 'example.com/team': 'shop' };
    const annotated = (annotations: object) => stateOf(gateway([listener()]), tlsRoute({}, { annotations }), SLICE);
    expect(annotated({ ...own, ...others }).annotations).toEqual(own);
    expect(annotated(others)).not.toHaveProperty('annotations');
    expect(TlsRouteState.parse(annotated(own))).toEqual(annotated(own));
  });

  it('two parentRefs that select one listener → the listener once', () => {
    const parentRefs = [{ name: 'edge' }, { name: 'edge', sectionName: 'tls' }];
    expect(listenersOf(gateway([listener()]), tlsRoute({ parentRefs }))).toEqual(['shop/edge/tls']);
  });

  it.each([
    [
      'listeners in conflict',
      [listener({ name: 'a' }), listener({ name: 'b' }), listener({ name: 'c', port: 8443 })],
      {},
      ['c'],
    ],
    ['a Gateway with parameters', [listener()], { infrastructure: { parametersRef: { name: 'x' } } }, []],
    ['an address of another type', [listener()], { addresses: [{ type: 'Hostname', value: 'a.example.com' }] }, []],
    [
      'only an unusable address, which must not mean the default VIP',
      [listener()],
      { addresses: [{ value: '127.0.0.1' }] },
      [],
    ],
    [
      'an unusable address beside a usable one',
      [listener()],
      { addresses: [{ value: '127.0.0.1' }, { value: '192.0.2.7' }] },
      ['tls'],
    ],
  ])('%s → only what can be programmed', (_, listeners, spec, names) => {
    expect(listenersOf(gateway(listeners, spec), tlsRoute())).toEqual(names.map((name) => `shop/edge/${name}`));
  });

  it('back ends that cannot be used → their problem, without members', () => {
    const backendRefs = [
      { name: 'missing', port: 443, weight: 3 },
      { name: 'web', port: 443, namespace: 'other' },
      { kind: 'Bucket', name: 'b' },
      { name: 'web', port: 443, weight: -1 },
    ];
    const [rule] = stateOf(
      gateway([listener()]),
      service('other', 'web'),
      tlsRoute({ rules: [{ backendRefs }] }),
    ).rules;
    expect(rule?.backends).toEqual([
      { namespace: 'shop', service: 'missing', port: 443, weight: 3, problem: 'BackendNotFound', members: [] },
      { namespace: 'other', service: 'web', port: 443, weight: 1, problem: 'RefNotPermitted', members: [] },
      { namespace: 'shop', service: 'b', weight: 1, problem: 'InvalidKind', members: [] },
      { namespace: 'shop', service: 'web', port: 443, weight: 0, problem: 'UnsupportedValue', members: [] },
    ]);
  });

  const cases = Object.values(GATEWAY_CORPUS).flat();

  it.each(cases.map((entry) => [entry.name, entry] as const))(
    'the contract and the functions take it: %s',
    (_, entry) => {
      for (const state of statesOf(entry)) {
        expect(TlsRouteState.safeParse(state).error).toBeUndefined();
        const rules = { ipsets: [], hostOwnership: [], defaultVip: '192.0.2.10' };
        const { routes } = interpretTlsRoute('test', state, state.parents, rules);
        const attached = entry.status.some((line) => /^TLSRoute .*: Accepted /.test(line));
        // A route that no listener takes has no host on the appliance.
        if (!attached) expect(routes.routes).toEqual([]);
      }
    },
  );

  it('an attached route of the official tests → its hosts on the appliance', () => {
    const hosts = (hostname: string | undefined, hostnames: readonly string[]): string[] => {
      const state = stateOf(gateway([listener(hostname === undefined ? {} : { hostname })]), tlsRoute({ hostnames }));
      const rules = { ipsets: [], hostOwnership: [], defaultVip: '192.0.2.10' };
      return interpretTlsRoute('test', state, state.parents, rules).routes.routes.map(({ host }) => host);
    };
    expect(hosts('abc.example.com', ['*.example.com'])).toEqual(['abc.example.com']);
    expect(hosts('*.example.com', ['*.com'])).toEqual(['**.example.com']);
    expect(hosts('*.com', ['*.example.com'])).toEqual(['**.example.com']);
    expect(hosts(undefined, ['abc.example.com'])).toEqual(['abc.example.com']);
  });
});
