import { describe, expect, it } from 'vitest';
import { emptyListIsDoubtful, type NodeNeed } from '../../../../lib/forwarder/kubernetes/empty-list.ts';
import type { K8sKind, K8sService } from '../../../../lib/ingress/kubernetes.ts';

const need = (type: string | undefined, more: Partial<NodeNeed> = {}): NodeNeed => ({
  known: true,
  backends: ['shop/web'],
  service: (name) =>
    name === 'shop/web' && type !== undefined
      ? ({ kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { type } } as K8sService)
      : undefined,
  ...more,
});

describe('LIF-6: a list that holds nothing of its kind', () => {
  it.each<[K8sKind | 'Namespace' | 'TLSRoute', string, NodeNeed, boolean]>([
    ['Service', 'whatever there is', need(undefined), true],
    ['EndpointSlice', 'whatever there is', need(undefined), true],
    ['Ingress', 'whatever there is', need('NodePort'), false],
    ['IngressClass', 'whatever there is', need('NodePort'), false],
    ['Namespace', 'whatever there is', need(undefined), true],
    ['TLSRoute', 'whatever there is', need('NodePort'), false],
    ['Node', 'an Ingress leads to a NodePort', need('NodePort'), true],
    ['Node', 'an Ingress leads to a LoadBalancer', need('LoadBalancer'), true],
    ['Node', 'an Ingress leads to a ClusterIP', need('ClusterIP'), false],
    ['Node', 'the Service is not there', need(undefined), false],
    ['Node', 'no Ingress leads there', need('NodePort', { backends: [] }), false],
    ['Node', 'Ingresses are not read yet', need('ClusterIP', { known: false }), true],
  ])('%s, %s ', (kind, _what, given, expected) => {
    expect(emptyListIsDoubtful(kind, given)).toBe(expected);
  });
});
