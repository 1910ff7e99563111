import { describe, expect, it } from 'vitest';
import { observeGateways } from '../../../../lib/cli/local/gateway-remarks.ts';
import type { ClusterSource, SourceSink } from '../../../../lib/forwarder/index.ts';
import type { K8sGateway, K8sTlsRoute } from '../../../../lib/gateway/index.ts';

type K8sListener = NonNullable<K8sGateway['spec']['listeners']>[number];

const TLS: K8sListener = { name: 'tls', port: 443, protocol: 'TLS', tls: { mode: 'Passthrough' } };

const gateway = (listeners: readonly K8sListener[], gatewayClassName = 'netscaler-passthrough'): K8sGateway => ({
  kind: 'Gateway',
  metadata: { namespace: 'shop', name: 'edge' },
  spec: { gatewayClassName, listeners },
});

const route = (parent: string, hostnames: readonly string[], namespace = 'shop'): K8sTlsRoute => ({
  kind: 'TLSRoute',
  metadata: { namespace, name: 'web' },
  spec: {
    parentRefs: [{ name: parent, namespace: 'shop' }],
    hostnames,
    rules: [{ backendRefs: [{ name: 'missing', port: 443 }] }],
  },
});

/** A source that says what the test does; what was remarked, and what came through. */
async function watched() {
  let given: SourceSink | undefined;
  const source: ClusterSource = {
    start: async (sink) => {
      given = sink;
    },
    stop: async () => {},
  };
  const said: string[] = [];
  const through: string[] = [];
  await observeGateways(source, {}, (about, { code }) => said.push(`${about} ${code}`)).start({
    upsert: ({ kind }) => through.push(`upsert ${kind}`),
    remove: (kind) => through.push(`remove ${kind}`),
    missing: (kind) => through.push(`missing ${kind}`),
    synced: (complete) => through.push(`synced ${complete}`),
    problems: () => through.push('problems'),
  });
  if (given === undefined) throw new Error('not started');
  return { sink: given, said, through };
}

describe('what never reaches an appliance is said in a folder', () => {
  it.each<[string, readonly (K8sGateway | K8sTlsRoute)[], readonly string[]]>([
    ['nothing of a route that is taken: its outcome names the back end', [gateway([TLS]), route('edge', ['a.b'])], []],
    [
      'a route whose namespace no listener admits',
      [gateway([TLS]), route('edge', ['a.b'], 'other')],
      ['other/tlsroute/web TLSRouteNotAttached'],
    ],
    [
      'a hostname that no listener has, beside one that has',
      [gateway([{ ...TLS, hostname: 'a.b' }]), route('edge', ['a.b', 'c.d'])],
      ['shop/tlsroute/web TLSRouteHostnameUnserved'],
    ],
    ['a Gateway that is not there', [route('egde', ['a.b'])], ['shop/tlsroute/web TLSRouteParentUnknown']],
    [
      'a route without a valid hostname',
      [gateway([TLS]), route('edge', ['a_b.c'])],
      ['shop/tlsroute/web TLSRouteHostnameInvalid', 'shop/tlsroute/web TLSRouteNotAttached'],
    ],
    [
      'not an invalid hostname beside a valid one: the outcome names it',
      [gateway([TLS]), route('edge', ['a_b.c', 'a.b'])],
      [],
    ],
    [
      'a listener that is not accepted',
      [gateway([TLS, { name: 'udp', port: 53, protocol: 'UDP' }])],
      ['shop/gateway/edge GatewayListenerUnsupported'],
    ],
    ['a class that is not there', [gateway([TLS], 'edge')], ['shop/gateway/edge GatewayClassUnknown']],
  ])('%s', async (_, objects, expected) => {
    const { sink, said } = await watched();
    for (const object of objects) sink.upsert(object);
    sink.problems([]);
    expect(said).toEqual(expected);
  });

  it('once, not after it is mended, and again when it comes back', async () => {
    const { sink, said } = await watched();
    sink.upsert(route('edge', ['a.b']));
    sink.problems([]);
    sink.problems([]);
    expect(said).toEqual(['shop/tlsroute/web TLSRouteParentUnknown']);
    sink.upsert(gateway([TLS]));
    sink.problems([]);
    expect(said).toHaveLength(1);
    sink.remove('Gateway', 'shop', 'edge');
    sink.problems([]);
    expect(said).toHaveLength(2);
  });

  it('forgets what is missing, and lets everything through', async () => {
    const { sink, said, through } = await watched();
    sink.upsert(route('edge', ['a.b']));
    sink.missing('TLSRoute', [{ namespace: 'shop', name: 'web' }]);
    sink.problems([]);
    sink.synced(true);
    expect(said).toEqual([]);
    expect(through).toEqual(['upsert TLSRoute', 'missing TLSRoute', 'problems', 'synced true']);
  });
});
