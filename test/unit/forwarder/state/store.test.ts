import { describe, expect, it } from 'vitest';
import { ClusterStore } from '../../../../lib/forwarder/state/store.ts';
import type { K8sNode, K8sObject, K8sService } from '../../../../lib/ingress/kubernetes.ts';
import { ingress, service, slice } from '../support.ts';

const node = (name: string, ready = true): K8sNode => ({
  kind: 'Node',
  metadata: { name, namespace: '' },
  status: {
    addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
  },
});

const typed = (name: string, spec: K8sService['spec']): K8sService => ({
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec,
});

const ingressClass = (name: string): K8sObject => ({
  kind: 'IngressClass',
  metadata: { name, namespace: '' },
  spec: { controller: 'c' },
});

const onNode = (name: string, nodeName: string): K8sObject => ({
  kind: 'EndpointSlice',
  metadata: { name: `${name}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
  endpoints: [{ addresses: ['10.1.0.1'], nodeName }],
});

function storeWith(...objects: readonly K8sObject[]): ClusterStore {
  const store = new ClusterStore();
  for (const object of objects) store.upsert(object);
  return store;
}

const sorted = (dirty: Iterable<string>): string[] => [...dirty].sort();

describe('ClusterStore: a change costs the Ingresses that it concerns', () => {
  const a = ingress('a', { class: 'Citrix', service: 'shared' });
  const b = ingress('b', { service: 'shared' });
  const c = ingress('c', { class: 'other' });
  const elsewhere = ingress('a', { namespace: 'elsewhere', service: 'shared', class: 'other' });
  const annotated = ingress('d', { class: 'other', annotations: { 'kubernetes.io/ingress.class': 'CITRIX' } });
  const all = [a, b, c, elsewhere, annotated];

  const cases: [change: string, object: K8sObject, concerned: string[]][] = [
    ['an Ingress', ingress('b', { host: 'new.example.com' }), ['default/b']],
    ['a new Ingress', ingress('e'), ['default/e']],
    ['a Service, in its namespace only', typed('shared', {}), ['default/a', 'default/b']],
    ['a slice', slice('shared', ['10.1.0.1']), ['default/a', 'default/b']],
    ['a slice of a Service that nobody names', slice('lonely', ['10.1.0.1']), []],
    ['a slice without Service', { kind: 'EndpointSlice', metadata: { name: 's', namespace: 'default' } }, []],
    [
      'a class, and those without one, for it may be the default',
      ingressClass('citrix'),
      ['default/a', 'default/b', 'default/d'],
    ],
    ['a class that nobody names', ingressClass('nginx'), ['default/b']],
    ['a node, where no Service is on nodes', node('n1'), []],
  ];
  it.each(cases)('%s', (_, object, concerned) => {
    expect(sorted(storeWith(...all).upsert(object))).toEqual(concerned);
  });

  it.each(cases)('%s: told again without a difference concerns nobody', (_, object) => {
    expect(sorted(storeWith(...all, object).upsert(structuredClone(object)))).toEqual([]);
  });

  it.each(cases)('%s: removed concerns the same, removed again nobody', (_, object, concerned) => {
    const store = storeWith(...all, object);
    const { name, namespace } = object.metadata;
    expect(sorted(store.remove(object.kind, namespace, name))).toEqual(concerned);
    expect(sorted(store.remove(object.kind, namespace, name))).toEqual([]);
  });

  it('follows a slice that moves to another Service, and an Ingress that does', () => {
    const store = storeWith(ingress('a'), ingress('b'), slice('a', ['10.1.0.1'], 'default', 's'));
    expect(sorted(store.upsert(slice('b', ['10.1.0.1'], 'default', 's')))).toEqual(['default/a', 'default/b']);
    expect([...store.endpointSlices('default', 'a')]).toEqual([]);
    expect([...store.endpointSlices('default', 'b')]).toHaveLength(1);
    store.upsert(ingress('a', { service: 'b' }));
    expect(sorted(store.upsert(typed('b', {})))).toEqual(['default/a', 'default/b']);
    expect(sorted(store.upsert(typed('a', {})))).toEqual([]);
  });
});

describe('ClusterStore: Ingresses that an issuer makes for challenges (VAL-19)', () => {
  const taker = (name: string, namespace = 'default') =>
    ingress(name, { namespace, annotations: { 'netscaler-passthrough/acme-challenge': 'allow' } });
  const solver = (name: string, service = name): K8sObject => {
    const { metadata, ...rest } = ingress(name, { service });
    return { ...rest, metadata: { ...metadata, labels: { 'acme.cert-manager.io/http01-solver': 'true' } } };
  };
  const others = [taker('shop'), taker('away', 'elsewhere'), ingress('plain')];

  it('one concerns those of its namespace that let challenges through, as it comes, changes and goes', () => {
    const store = storeWith(...others);
    expect(sorted(store.upsert(solver('s')))).toEqual(['default/s', 'default/shop']);
    expect([...store.solversIn('default')].map(({ metadata }) => metadata.name)).toEqual(['s']);
    expect(sorted(store.upsert(solver('s', 'new')))).toEqual(['default/s', 'default/shop']);
    expect(sorted(store.upsert(ingress('s')))).toEqual(['default/s', 'default/shop']);
    expect([...store.solversIn('default')]).toEqual([]);
    store.upsert(solver('s'));
    expect(sorted(store.remove('Ingress', 'default', 's'))).toEqual(['default/s', 'default/shop']);
  });

  it.each<[string, K8sObject]>([
    ['Service', typed('s', {})],
    ['slice', slice('s', ['10.1.0.1'])],
  ])('so does its %s', (_what, object) => {
    expect(sorted(storeWith(...others, solver('s')).upsert(object))).toEqual(['default/s', 'default/shop']);
    expect(sorted(storeWith(...others).upsert(object))).toEqual([]);
  });

  it('and a node, where its Service is on nodes', () => {
    const store = storeWith(...others, solver('s'), typed('s', { type: 'NodePort' }));
    expect(sorted(store.upsert(node('n1')))).toEqual(['default/s', 'default/shop']);
  });

  it('an Ingress without the annotation is no longer concerned', () => {
    const store = storeWith(...others, ingress('shop'));
    expect(sorted(store.upsert(solver('s')))).toEqual(['default/s']);
  });
});

describe('ClusterStore: nodes (END-2, END-3)', () => {
  const cases: [name: string, spec: K8sService['spec'], concerned: boolean][] = [
    ['ClusterIP by default', {}, false],
    ['ClusterIP', { type: 'ClusterIP' }, false],
    ['NodePort', { type: 'NodePort' }, true],
    ['LoadBalancer', { type: 'LoadBalancer' }, true],
    ['Local, with an endpoint on the node', { type: 'NodePort', externalTrafficPolicy: 'Local' }, true],
  ];
  it.each(cases)('%s', (_, spec, concerned) => {
    const store = storeWith(ingress('a'), ingress('b'), typed('a', spec), onNode('a', 'n1'));
    expect(sorted(store.upsert(node('n1')))).toEqual(concerned ? ['default/a'] : []);
    expect(sorted(store.upsert(node('n1', false)))).toEqual(concerned ? ['default/a'] : []);
  });

  it('Local, without an endpoint on the node: not concerned', () => {
    const store = storeWith(
      ingress('a'),
      typed('a', { type: 'NodePort', externalTrafficPolicy: 'Local' }),
      onNode('a', 'n2'),
    );
    expect(sorted(store.upsert(node('n1')))).toEqual([]);
  });

  it('a Service that is no longer on nodes', () => {
    const store = storeWith(ingress('a'), typed('a', { type: 'NodePort' }));
    store.upsert(typed('a', { type: 'ClusterIP' }));
    expect(sorted(store.upsert(node('n1')))).toEqual([]);
    store.upsert(typed('a', { type: 'NodePort' }));
    store.remove('Service', 'default', 'a');
    expect(sorted(store.upsert(node('n2')))).toEqual([]);
  });
});

describe('ClusterStore as a view', () => {
  it('gives what was told', () => {
    const store = storeWith(...service('a', ['10.1.0.1']), node('n1'), ingressClass('citrix'), ingress('a'));
    expect(store.service('default', 'a')?.metadata.name).toBe('a');
    expect(store.service('default', 'b')).toBeUndefined();
    expect([...store.endpointSlices('default', 'a')]).toHaveLength(1);
    expect([...store.nodes()]).toHaveLength(1);
    expect([...store.ingressClasses()]).toHaveLength(1);
    expect(store.ingress('default/a')?.metadata.name).toBe('a');
    expect(store.ingressCount).toBe(1);
  });
});
