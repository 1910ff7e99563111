import { describe, expect, it } from 'vitest';
import { emptyListIsDoubtful, type NodeNeed } from '../../../../lib/forwarder/kubernetes/empty-list.ts';
import type { K8sIngress, K8sKind, K8sService } from '../../../../lib/ingress/kubernetes.ts';

const backend = { service: { name: 'web', port: { number: 443 } } };
const ingress: K8sIngress = {
  kind: 'Ingress',
  metadata: { name: 'a', namespace: 'shop' },
  spec: { rules: [{ host: 'a.test', http: { paths: [{ path: '/', backend }] } }] },
};
const need = (type: string | undefined, more: Partial<NodeNeed> = {}): NodeNeed => ({
  known: true,
  ingresses: [ingress],
  service: (name) =>
    name === 'shop/web' && type !== undefined
      ? ({ kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { type } } as K8sService)
      : undefined,
  ...more,
});

describe('LIF-6: a list that holds nothing of its kind', () => {
  it.each<[K8sKind, string, NodeNeed, boolean]>([
    ['Service', 'whatever there is', need(undefined), true],
    ['EndpointSlice', 'whatever there is', need(undefined), true],
    ['Ingress', 'whatever there is', need('NodePort'), false],
    ['IngressClass', 'whatever there is', need('NodePort'), false],
    ['Node', 'an Ingress leads to a NodePort', need('NodePort'), true],
    ['Node', 'an Ingress leads to a LoadBalancer', need('LoadBalancer'), true],
    ['Node', 'an Ingress leads to a ClusterIP', need('ClusterIP'), false],
    ['Node', 'the Service is not there', need(undefined), false],
    ['Node', 'no Ingress leads there', need('NodePort', { ingresses: [] }), false],
    ['Node', 'Ingresses are not read yet', need('ClusterIP', { known: false }), true],
  ])('%s, %s ', (kind, _what, given, expected) => {
    expect(emptyListIsDoubtful(kind, given)).toBe(expected);
  });
});
