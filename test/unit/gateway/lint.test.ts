import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classStatus } from '../../../lib/gateway/class-status.ts';
import { gatewayStatus } from '../../../lib/gateway/gateway-status.ts';
import { routeStatus } from '../../../lib/gateway/route-status.ts';
import { lint } from '../../../lib/library/index.ts';
import { GATEWAY_CORPUS } from '../../corpus/gateway.ts';
import {
  gateway,
  gatewayClass,
  grant,
  judged,
  listener,
  namespace,
  service,
  tlsRoute,
} from '../../corpus/gateway-case.ts';

const text = (objects: readonly unknown[]): string => objects.map((each) => JSON.stringify(each)).join('\n---\n');

/** `error Code namespace/name: message`, of a list of manifests. */
const said = (...objects: unknown[]): string[] =>
  lint({ 'a.yaml': text(objects) }, { defaultVip: '192.0.2.10' }).map(
    ({ severity, code, namespace: of, name, message }) => `${severity} ${code} ${of}/${name}: ${message}`,
  );

const ours = gatewayClass('ours');
const web = service('shop', 'web');

describe('nspass lint of the Gateway API', () => {
  it('correct routes → nothing', () => {
    expect(said(ours, gateway([listener()]), web, tlsRoute(), tlsRoute({}, { name: 'web2' }))).toEqual([]);
  });

  it('GW-16: back ends that all have the weight 0 → a warning; one among others → nothing', () => {
    const weighted = (...weights: number[]) =>
      tlsRoute({ rules: [{ backendRefs: weights.map((weight) => ({ name: 'web', port: 443, weight })) }] });
    expect(said(ours, gateway([listener()]), web, weighted(0, 0))).toEqual([
      'warning NoEndpoints shop/tlsroute/web: every back end has the weight 0: the hosts of the route are reset',
    ]);
    expect(said(ours, gateway([listener()]), web, weighted(0, 1))).toEqual([]);
  });

  it('a Gateway without routes → nothing', () => {
    expect(said(ours, gateway([listener()]))).toEqual([]);
  });

  it('GW-1: the class netscaler-passthrough is assumed; objects of other classes are left alone', () => {
    const named = { gatewayClassName: 'netscaler-passthrough' };
    expect(said(gateway([listener({ protocol: 'UDP' })], named))).toEqual([
      'error GatewayListenerUnsupported shop/gateway/edge: the protocol "UDP" is not supported',
    ]);
    const other = gatewayClass('ours', { controllerName: 'example.com/controller' });
    expect(said(other, gateway([listener({ protocol: 'UDP' })]), tlsRoute())).toEqual([]);
  });

  it('GW-1: a class that the files lack → a warning where the Gateway passes TLS through', () => {
    expect(said(gateway([listener()]))).toEqual([
      'warning GatewayClassUnknown shop/gateway/edge: GatewayClass "ours" is not among the files: the Gateway was not checked',
    ]);
    expect(said(gateway([listener({ protocol: 'HTTP' })]))).toEqual([]);
  });

  it('GW-1: parameters of a class → an error of the class, and one of each Gateway', () => {
    const withParameters = gatewayClass('ours', { parametersRef: { group: '', kind: 'ConfigMap', name: 'x' } });
    expect(said(withParameters, gateway([listener()]))).toEqual([
      expect.stringContaining(
        'error GatewayParametersUnsupported /gatewayclass/ours: spec.parametersRef names "ConfigMap/x"',
      ),
      expect.stringContaining(
        'error GatewayParametersUnsupported shop/gateway/edge: GatewayClass "ours" is not accepted',
      ),
    ]);
  });

  it('GW-8: a Gateway that the files lack → a warning', () => {
    expect(said(web, tlsRoute())).toEqual([
      'warning TLSRouteParentUnknown shop/tlsroute/web: Gateway "shop/edge" is not among the files: whether it takes the route was not checked',
    ]);
  });

  it('GW-9: a Namespace that the files lack → a warning, and an error if they have it', () => {
    const allowedRoutes = { namespaces: { from: 'Selector', selector: { matchLabels: { tier: 'a' } } } };
    const objects = [ours, gateway([listener({ allowedRoutes })]), web, tlsRoute()];
    expect(said(...objects)).toEqual([
      'warning TLSRouteParentUnknown shop/tlsroute/web: no listener of Gateway "shop/edge" takes routes of the namespace "shop", as far as is known: Namespace "shop" is not among the files',
    ]);
    expect(said(...objects, namespace('shop'))).toContain(
      'error TLSRouteNotAttached shop/tlsroute/web: no listener of Gateway "shop/edge" takes routes of the namespace "shop"',
    );
    expect(said(...objects, namespace('shop', { tier: 'a' }))).toEqual([]);
  });

  it('GW-11: what the files lack → a warning; what they contradict → an error', () => {
    const to = (ref: object) =>
      said(ours, gateway([listener()]), web, tlsRoute({ rules: [{ backendRefs: [ref] }] }))[0];
    expect(to({ name: 'x', port: 443 })).toBe(
      'warning TLSRouteBackendNotFound shop/tlsroute/web: Service "shop/x" is not among the files',
    );
    expect(to({ name: 'web', port: 1 })).toBe(
      'error TLSRouteBackendNotFound shop/tlsroute/web: Service "shop/web" has no TCP port 1',
    );
    expect(to({ name: 'web', namespace: 'x', port: 1 })).toBe(
      'warning TLSRouteBackendForbidden shop/tlsroute/web: no ReferenceGrant among the files lets a TLSRoute of namespace "shop" use Service "x/web"',
    );
  });

  it('GW-10, GW-12: what the API server refuses of a route', () => {
    const found = said(ours, gateway([listener()]), tlsRoute({ hostnames: ['a_b'], rules: [] }));
    expect(found.filter((each) => each.startsWith('error')).sort()).toEqual([
      'error TLSRouteHostnameInvalid shop/tlsroute/web: the hostname "a_b" has an underscore, which host names cannot have',
      'error TLSRouteInvalid shop/tlsroute/web: the route has 0 rules, expected one',
      'error TLSRouteNotAttached shop/tlsroute/web: the route has no valid hostname',
    ]);
  });

  it('GW-10: a hostname that no listener has, beside one that a listener has → a warning; alone → an error', () => {
    const edge = (...hostnames: string[]) =>
      gateway(hostnames.map((hostname, index) => listener({ name: `tls-${index}`, hostname })));
    const names = (...hostnames: string[]) => tlsRoute({ hostnames });
    const unserved = (hostname: string, theirs: string) =>
      `warning TLSRouteHostnameUnserved shop/tlsroute/web: "${hostname}" matches no listener that takes the route (${theirs}): only the other hostnames are served`;
    expect(said(ours, edge('*.example.com'), web, names('a.example.com', 'a.example.org', '*.org'))).toEqual([
      unserved('*.org', '"*.example.com"'),
      unserved('a.example.org', '"*.example.com"'),
    ]);
    expect(said(ours, edge('*.example.com', 'a.example.org'), web, names('a.example.com', 'a.example.org'))).toEqual(
      [],
    );
    expect(said(ours, edge('*.example.com'), web, names('a.example.com', 'A.B.example.com.'))).toEqual([]);
    expect(said(ours, edge('*.example.com'), web, names('a.example.org'))).toEqual([
      'error TLSRouteNotAttached shop/tlsroute/web: none of the route’s hostnames ("a.example.org") matches a listener of Gateway "shop/edge" ("*.example.com")',
    ]);
  });

  it('GW-10: listeners that the parentRef does not select do not count, nor does what a Gateway that is missing may take', () => {
    const edge = gateway([
      listener({ name: 'a', hostname: '*.example.com' }),
      listener({ name: 'b', hostname: '*.example.org' }),
    ]);
    const hostnames = ['a.example.com', 'a.example.org'];
    const refs = (...parentRefs: object[]) => tlsRoute({ hostnames, parentRefs });
    const [first, second] = ['a', 'b'].map((sectionName) => ({ name: 'edge', sectionName }));
    expect(said(ours, edge, web, refs(first as object))).toEqual([
      expect.stringContaining('TLSRouteHostnameUnserved shop/tlsroute/web: "a.example.org" matches no listener'),
    ]);
    expect(said(ours, edge, web, refs(first as object, second as object))).toEqual([]);
    expect(said(ours, edge, web, refs(first as object, { name: 'other' }))).toEqual([
      expect.stringContaining('TLSRouteParentUnknown'),
    ]);
  });

  it('findings have the line of their field', () => {
    const lines = lint({
      'a.yaml': `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  gatewayClassName: netscaler-passthrough
  listeners:
    - name: tls
      port: 443
      protocol: TLS
      tls:
        mode: Terminate
`,
    }).map(({ code, line, column }) => [code, line, column]);
    expect(lines).toEqual([['GatewayListenerUnsupported', 11, 15]]);
  });

  it('a comment and an annotation ignore findings', () => {
    const ignoring = { annotations: { 'netscaler-passthrough/lint-ignore': 'TLSRouteBackendNotFound, Nonsense' } };
    expect(said(ours, gateway([listener()]), tlsRoute())).toHaveLength(1);
    expect(said(ours, gateway([listener()]), tlsRoute({}, ignoring))).toEqual([
      expect.stringContaining('InvalidAnnotation shop/tlsroute/web: '),
    ]);
  });

  it('a field of a wrong type → the reader reports it under the name of the object', () => {
    expect(said(ours, gateway([listener({ port: 'https' })]))).toEqual(
      expect.arrayContaining([
        'error ManifestInvalid shop/gateway/edge: Gateway shop/edge: spec.listeners[0].port: expected a whole number, got text',
      ]),
    );
  });

  it('another name twice → reported, as for other kinds', () => {
    expect(said(ours, gateway([]), gateway([listener()]))).toEqual([
      expect.stringContaining('error ManifestInvalid /: Gateway shop/edge is also defined at a.yaml:5'),
    ]);
  });

  it.each([
    ['gateway.networking.k8s.io/v1alpha2', 'TLSRoute', 1],
    ['gateway.networking.k8s.io/v1alpha2', 'Gateway', 0],
    ['networking.istio.io/v1', 'Gateway', 0],
    ['example.com/v1', 'TLSRoute', 0],
    ['v1', 'Gateway', 0],
  ])('%s %s → %i hints', (apiVersion, kind, hints) => {
    const found = said({ apiVersion, kind, metadata: { name: 'x' }, spec: {} });
    expect(found).toHaveLength(hints);
    for (const each of found) expect(each).toContain('KindNotRead');
  });

  it('a kind in small letters → the kind to write', () => {
    expect(said({ ...tlsRoute(), kind: 'tlsroute' })).toEqual([
      expect.stringContaining('kind "tlsroute" does not exist: write TLSRoute'),
    ]);
  });
});

describe('nspass lint of the Gateway API by the rules of an appliance', () => {
  const CONFIG = `appliances:
  - name: edge
    clusters: [test]
    endpoints: ['https://10.0.0.5']
    credentials: { secret: nspass/edge }
    frontendIPs: [192.0.2.0/24]
    memberNetworks: [10.1.0.0/16]
    hostOwnership:
      - { suffix: example.com, namespaces: [other] }
`;
  const codes = (config: string | undefined, ...objects: unknown[]): string[] =>
    lint({ 'a.yaml': text(objects) }, config === undefined ? {} : { config }).map(
      ({ severity, code, name }) => `${severity} ${code} ${name}`,
    );
  const at = (value: string) => gateway([listener()], { addresses: [{ value }] });
  const slice = (addresses: readonly string[]) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'shop', name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({ addresses: [address] })),
    ports: [{ port: 8443 }],
  });
  const elsewhere = tlsRoute({ hostnames: ['shop.example.org'] });

  it('no address and no default VIP → an error, once for all routes of the Gateway', () => {
    const second = tlsRoute({}, { name: 'second' });
    expect(codes(undefined, ours, gateway([listener()]), web, tlsRoute(), second)).toEqual([
      'error FrontendIPRequired tlsroute/web',
    ]);
  });

  it('an address outside of the ranges, and one inside', () => {
    expect(codes(CONFIG, ours, at('198.51.100.7'), web, elsewhere)).toEqual(['error FrontendIPForbidden tlsroute/web']);
    expect(codes(CONFIG, ours, at('192.0.2.7'), web, elsewhere)).toEqual([]);
  });

  it('a hostname of another namespace', () => {
    expect(codes(CONFIG, ours, at('192.0.2.7'), web, tlsRoute())).toContain('error HostForbidden tlsroute/web');
  });

  it('members: none that is usable, none allowed; of a Service without slices nothing is known', () => {
    expect(codes(CONFIG, ours, at('192.0.2.7'), web, elsewhere, slice([]))).toEqual([
      'warning NoEndpoints tlsroute/web',
    ]);
    expect(codes(CONFIG, ours, at('192.0.2.7'), web, elsewhere, slice(['10.2.0.1']))).toEqual([
      'warning MemberForbidden tlsroute/web',
      'warning NoEndpoints tlsroute/web',
    ]);
    expect(codes(CONFIG, ours, at('192.0.2.7'), web, elsewhere, slice(['10.1.0.1']))).toEqual([]);
  });
});

describe('every case of the corpus → findings where a condition is bad, and only there', () => {
  const cases = Object.values(GATEWAY_CORPUS)
    .flat()
    .filter(({ settings, appliance }) => settings === undefined && appliance === undefined);

  it.each(cases.map((entry) => [entry.name, entry] as const))('%s', (_, entry) => {
    const found = lint({ 'a.yaml': text([ours, web, ...entry.objects]) }, { defaultVip: '192.0.2.10' });
    const bad = entry.status.some((line) =>
      line
        .split(': ')
        .slice(1)
        .join()
        .split(' ')
        .some((each) => (each.startsWith('!') && each !== '!Conflicted:NoConflicts') || each.includes('NotValid')),
    );
    if (bad) expect(found).not.toEqual([]);
    const nothingOfOurs = entry.status.length === 0;
    if (!bad && !nothingOfOurs && !/cannot be read|other kinds|twice|two is valid|without back ends/.test(entry.name))
      expect(found).toEqual([]);
  });
});

/** Objects of the Gateway API whose fields hold anything. */
const garbage = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, -1, 0, 443, 1.5, '', 'edge', 'shop', 'TLS', 'Selector', '*.example.com', '__proto__'),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        'name',
        'namespace',
        'kind',
        'group',
        'port',
        'hostname',
        'protocol',
        'tls',
        'mode',
        'allowedRoutes',
        'namespaces',
        'from',
        'selector',
        'matchLabels',
        'matchExpressions',
        'key',
        'operator',
        'values',
        'kinds',
        'to',
        'sectionName',
        'backendRefs',
        'weight',
        'type',
        'value',
        'constructor',
      ),
      tie('value'),
      { maxKeys: 6 },
    ),
  ),
})).value;
const object = fc.record({
  apiVersion: fc.constantFrom('gateway.networking.k8s.io/v1', 'v1'),
  kind: fc.constantFrom('GatewayClass', 'Gateway', 'TLSRoute', 'ReferenceGrant', 'Namespace', 'Service'),
  metadata: fc.record({
    name: fc.constantFrom('edge', 'web', 'ours'),
    namespace: fc.constantFrom('shop', 'x'),
    labels: garbage,
  }),
  spec: fc.record(
    {
      gatewayClassName: fc.oneof(fc.constant('ours'), garbage),
      controllerName: garbage,
      parametersRef: garbage,
      listeners: fc.oneof(fc.array(garbage), garbage),
      addresses: garbage,
      infrastructure: garbage,
      parentRefs: fc.oneof(fc.constant([{ name: 'edge', namespace: 'shop' }]), garbage),
      hostnames: fc.oneof(fc.constant(['a.example.com']), garbage),
      rules: fc.oneof(fc.array(garbage), garbage),
      from: garbage,
      to: garbage,
      ports: garbage,
    },
    { requiredKeys: [] },
  ),
});

describe('objects with anything in their fields', () => {
  it('→ findings and conditions, never an error', () => {
    fc.assert(
      fc.property(fc.array(object, { maxLength: 6 }), garbage, (objects, status) => {
        expect(() => lint({ 'a.yaml': text(objects) })).not.toThrow();
        const { classes, gateways, routes } = judged({ rule: '', name: '', objects, status: [] }).judgement;
        for (const each of classes) classStatus(each, [], status, 'now');
        for (const each of gateways) gatewayStatus(each, () => 0, undefined, status, 'now');
        for (const each of routes) routeStatus(each, {}, status, 'now');
      }),
    );
  });

  it('grants that cannot be read permit nothing', () => {
    fc.assert(
      fc.property(garbage, garbage, (from, to) => {
        const whole = { group: 'gateway.networking.k8s.io', kind: 'TLSRoute', namespace: 'shop' };
        const objects = [
          gateway([listener()]),
          service('back', 'web'),
          grant('back', { ...whole, namespace: [from] }, { group: '', kind: 'Service' }),
          grant('back', whole, { group: '', kind: 'Service', name: [to] }),
          tlsRoute({ rules: [{ backendRefs: [{ name: 'web', namespace: 'back', port: 443 }] }] }),
        ];
        const { routes } = judged({ rule: '', name: '', objects, status: [] }).judgement;
        expect(routes[0]?.rules[0]?.[0]?.fault?.reason).toBe('RefNotPermitted');
      }),
    );
  });
});
