import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../../lib/forwarder/settings.ts';
import { desiredState } from '../../../../lib/forwarder/state/desired-state.ts';
import { GatewayStore } from '../../../../lib/forwarder/state/gateway-store.ts';
import { ClusterStore } from '../../../../lib/forwarder/state/store.ts';
import type { GatewayObject, K8sGateway, K8sTlsRoute } from '../../../../lib/gateway/index.ts';
import { service } from '../support.ts';

const meta = (name: string, namespace = 'default') => ({ name, namespace });
const CLASS: GatewayObject = {
  kind: 'GatewayClass',
  metadata: meta('ours', ''),
  spec: { controllerName: 'netscaler-passthrough.io/gateway-controller' },
};
const gateway = (more: Partial<K8sGateway['spec']> = {}): K8sGateway => ({
  kind: 'Gateway',
  metadata: meta('edge', 'infra'),
  spec: {
    gatewayClassName: 'ours',
    addresses: [{ value: '192.0.2.10' }],
    listeners: [
      {
        name: 'tls',
        port: 443,
        protocol: 'TLS',
        tls: { mode: 'Passthrough' },
        allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { edge: 'yes' } } } },
      },
    ],
    ...more,
  },
});
const route = (name: string, backend: { name: string; namespace?: string } = { name: 'web' }): K8sTlsRoute => ({
  kind: 'TLSRoute',
  metadata: meta(name),
  spec: {
    parentRefs: [{ name: 'edge', namespace: 'infra' }],
    hostnames: [`${name}.example.com`],
    rules: [{ backendRefs: [{ port: 443, ...backend }] }],
  },
});
const namespace = (labels: Record<string, string>): GatewayObject => ({
  kind: 'Namespace',
  metadata: { ...meta('default', ''), labels },
});
const GRANT: GatewayObject = {
  kind: 'ReferenceGrant',
  metadata: meta('grant', 'shop'),
  spec: {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'TLSRoute', namespace: 'default' }],
    to: [{ group: '', kind: 'Service' }],
  },
};
const A = 'default/tlsroute/a';
const B = 'default/tlsroute/b';
const EDGE = 'infra/gateway/edge';

/** Two routes: `a` to a Service of its namespace, `b` to one of another. @param assigned of every Gateway. */
function stores(assigned: readonly string[] = []) {
  const cluster = new ClusterStore();
  const gateways = new GatewayStore(cluster, {}, () => assigned);
  for (const object of service('web', ['10.1.0.1'])) cluster.upsert(object);
  for (const object of [CLASS, gateway(), namespace({ edge: 'yes' })]) gateways.upsert(object);
  for (const object of [route('a'), route('b', { name: 'shop', namespace: 'shop' })]) gateways.upsert(object);
  const desired = (name: string) => desiredState(cluster, name, DEFAULT_SETTINGS, gateways);
  return { cluster, gateways, desired };
}

describe('what it lists', () => {
  it('the Gateways of a class, judged once each, and all objects of a kind', () => {
    const { gateways } = stores();
    expect([...gateways.gatewaysOfClass('ours')]).toEqual(['infra/edge']);
    expect([...gateways.gatewaysOfClass('other')]).toEqual([]);
    expect(gateways.judgedGateway('infra/edge')?.accepted.status).toBe(true);
    expect(gateways.judgedGateway('infra/edge')).toBe(gateways.judgedGateway('infra/edge'));
    expect(gateways.judgedGateway('infra/other')).toBeUndefined();
    expect(Array.from(gateways.all('TLSRoute'), ({ metadata }) => metadata.name)).toEqual(['a', 'b']);
  });
});

describe('which TLSRoutes and Gateways a change affects', () => {
  it.each<[string, GatewayObject, string[]]>([
    ['a route: itself', route('a', { name: 'other' }), [A]],
    ['a Gateway: itself, and those that name it', gateway({ addresses: [] }), [A, B, EDGE]],
    [
      'a GatewayClass: its Gateways, and their routes',
      { ...CLASS, spec: { controllerName: 'other' } } as GatewayObject,
      [A, B, EDGE],
    ],
    ['a ReferenceGrant: those with a back end in its namespace', GRANT, [B]],
    ['a Namespace: its own', namespace({}), [A, B]],
    [
      'a Gateway that nobody names: itself',
      { ...gateway(), metadata: meta('other', 'infra') },
      ['infra/gateway/other'],
    ],
    ['nothing: an object that is reported again', gateway(), []],
  ])('%s', (_what, object, names) => {
    expect([...stores().gateways.upsert(object)].sort()).toEqual(names);
  });

  it('a ReferenceGrant affects the Gateways with a certificate in its namespace, and their routes', () => {
    const gateways = new GatewayStore(new ClusterStore(), { https: true });
    const listener = { name: 'https', port: 443, protocol: 'HTTPS' };
    const tls = { certificateRefs: [{ name: 'certificate', namespace: 'shop' }] };
    for (const object of [CLASS, gateway({ listeners: [{ ...listener, tls }] }), route('a')]) gateways.upsert(object);
    const fault = () => gateways.judgedGateway('infra/edge')?.listeners[0]?.refsFault?.reason;
    expect(fault()).toBe('RefNotPermitted');
    const from = [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'infra' }];
    const grant = { ...GRANT, spec: { from, to: [{ group: '', kind: 'Secret' }] } } as GatewayObject;
    expect([...gateways.upsert(grant)].sort()).toEqual([A, EDGE].sort());
    expect(fault()).toBeUndefined();
    gateways.upsert(gateway({ listeners: [listener] }));
    expect([...gateways.remove('ReferenceGrant', 'shop', 'grant')]).toEqual([]);
  });

  it('Services and their slices affect the routes that follow them, until these go', () => {
    const { cluster, gateways } = stores();
    const [, slice] = service('web', ['10.1.0.2']);
    expect([...cluster.upsert(slice as Parameters<ClusterStore['upsert']>[0])]).toEqual([A]);
    expect([...gateways.remove('TLSRoute', 'default', 'a')]).toEqual([A]);
    expect([...cluster.remove('Service', 'default', 'web')]).toEqual([]);
    expect([...gateways.remove('Gateway', 'infra', 'edge')]).toEqual([EDGE, B]);
  });
});

describe('the desired state of a TLSRoute', () => {
  it('has the listeners that carry it, and its back ends with members', () => {
    const { desired } = stores();
    expect(desired(A).state).toMatchObject({
      name: 'a',
      hostnames: ['a.example.com'],
      parents: [
        {
          gateway: { namespace: 'infra', name: 'edge' },
          class: 'ours',
          listener: 'tls',
          port: 443,
          addresses: ['192.0.2.10'],
        },
      ],
      rules: [{ backends: [{ service: 'web', port: 443, weight: 1, members: [{ address: '10.1.0.1', port: 8443 }] }] }],
    });
    expect(desired(A).unpublishable).toBeUndefined();
  });

  it('GW-11: a back end in another namespace needs a grant', () => {
    const { cluster, gateways, desired } = stores();
    const problem = () => {
      const { state } = desired(B);
      return state !== undefined && 'parents' in state ? state.rules[0]?.backends[0]?.problem : 'no state';
    };
    expect(problem()).toBe('RefNotPermitted');
    for (const object of service('shop', ['10.1.0.9'])) {
      cluster.upsert({ ...object, metadata: { ...object.metadata, namespace: 'shop' } } as typeof object);
    }
    gateways.upsert(GRANT);
    expect(problem()).toBeUndefined();
    gateways.remove('ReferenceGrant', 'shop', 'grant');
    expect(problem()).toBe('RefNotPermitted');
  });

  it.each<[string, GatewayObject, string[]]>([
    ['GW-9: its namespace is not admitted', namespace({}), ['TLSRouteNotAttached']],
    ['GW-6: the address of the Gateway cannot be used', gateway({ addresses: [{ value: '127.0.0.1' }] }), []],
    ['GW-1: the Gateway is of another controller', gateway({ gatewayClassName: 'theirs' }), []],
  ])('none where %s', (_what, object, codes) => {
    const { gateways, desired } = stores();
    gateways.upsert(object);
    const { state, findings } = desired(A);
    expect(state).toBeUndefined();
    expect(findings.map(({ code }) => code)).toEqual(codes);
  });

  it('none without the object', () => {
    expect(stores().desired('default/tlsroute/none')).toEqual({ findings: [] });
  });
});

describe('the desired state of a Gateway', () => {
  const http = { name: 'http', port: 80, protocol: 'HTTP' };
  const udp = { name: 'udp', port: 53, protocol: 'UDP' };

  it('has its class, its addresses and the listeners that are accepted', () => {
    const { gateways, desired } = stores(['192.0.2.99']);
    const [tls] = gateway().spec.listeners ?? [];
    gateways.upsert(gateway({ listeners: [tls as object, http, udp] }));
    const { state, findings, unpublishable } = desired(EDGE);
    expect(state).toEqual({
      namespace: 'infra',
      name: 'edge',
      created: 0,
      class: 'ours',
      addresses: ['192.0.2.10'],
      listeners: [
        { name: 'tls', port: 443, protocol: 'TLS' },
        { name: 'http', port: 80, protocol: 'HTTP' },
      ],
    });
    expect(findings.map(({ code }) => code)).toEqual(['GatewayListenerUnsupported']);
    expect(unpublishable).toBeUndefined();
  });

  it('GW-6: without an address, it and its routes say which one they were given', () => {
    const { gateways, desired } = stores(['192.0.2.65']);
    gateways.upsert(gateway({ addresses: [] }));
    expect(desired(EDGE).state).toMatchObject({ addresses: [], assigned: ['192.0.2.65'] });
    expect(desired(A).state).toMatchObject({ parents: [{ addresses: [], assigned: ['192.0.2.65'] }] });
  });

  it('its metadata are found by its name among those of all kinds', () => {
    const { gateways } = stores();
    expect(gateways.metadata(EDGE)?.name).toBe('edge');
    expect(gateways.metadata(A)?.name).toBe('a');
    expect(gateways.metadata('infra/edge')).toBeUndefined();
  });

  it.each<[string, K8sGateway, string[]]>([
    ['GW-1: it is of another controller', gateway({ gatewayClassName: 'theirs' }), []],
    ['GW-2: no listener is accepted', gateway({ listeners: [udp] }), ['GatewayListenerUnsupported']],
    ['GW-6: no address can be used', gateway({ addresses: [{ value: '127.0.0.1' }] }), ['GatewayAddressInvalid']],
    ['GW-7: it has parameters', gateway({ parametersRef: { name: 'x' } }), ['GatewayParametersUnsupported']],
    ['it has no listener', gateway({ listeners: [] }), ['GatewayListenerInvalid']],
  ])('none where %s', (_what, object, codes) => {
    const { gateways, desired } = stores();
    gateways.upsert(object);
    const { state, findings } = desired(EDGE);
    expect(state).toBeUndefined();
    expect(findings.map(({ code }) => code)).toEqual(codes);
  });

  it('none without the object', () => {
    expect(stores().desired('infra/gateway/none')).toEqual({ findings: [] });
  });
});
