import { describe, expect, it } from 'vitest';
import { candidatesFor } from '../../../../lib/cli/why/candidates.ts';
import type { K8sObject } from '../../../../lib/ingress/index.ts';
import { ingress } from '../../../corpus/case.ts';
import { CLUSTER } from '../../../corpus/cluster.ts';

const HOST = 'shop.example.com';
const RULES = { ipsets: [], hostOwnership: [], defaultVip: '192.0.2.10' };

const nginxByDefault = {
  kind: 'IngressClass',
  metadata: {
    name: 'nginx',
    namespace: '',
    annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
  },
  spec: { controller: 'k8s.io/ingress-nginx' },
} as K8sObject;

function reasonIn(partial: boolean, objects: readonly unknown[]): string | undefined {
  const sources = objects.map((object) => ({ object: object as K8sObject, file: 'f', lineOf: () => 1 }));
  const { candidates } = candidatesFor({ objects: sources, partial }, HOST, 'prod', RULES);
  return candidates[0]?.findings[0]?.message;
}

describe('Ingresses that name a host', () => {
  it.each([
    ['manifests', true],
    // A cluster is silent about Ingresses of others, and this question is about one.
    ['a live cluster', false],
  ])('%s: a class of another controller is the reason, and not the annotation', (_what, partial) => {
    const named = ingress({ hosts: [HOST], className: 'nginx' });
    expect(reasonIn(partial, [...CLUSTER, nginxByDefault, named])).toMatch(/class "nginx" is not handled/);
    const without = ingress({ hosts: [HOST], className: null });
    expect(reasonIn(partial, [nginxByDefault, without])).toMatch(/class "nginx" is not handled/);
  });

  it('selected Ingresses are returned as a forwarder would publish them', () => {
    const sources = [...CLUSTER, ingress({ hosts: [HOST] })].map((object) => ({
      object: object as K8sObject,
      file: 'f',
      lineOf: () => 1,
    }));
    const { candidates, states } = candidatesFor({ objects: sources, partial: false }, `${HOST}.`, 'prod', RULES);
    expect(candidates).toMatchObject([{ selected: true, routed: true }]);
    expect(states).toHaveLength(1);
  });
});
