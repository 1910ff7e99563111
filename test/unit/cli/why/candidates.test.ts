import { describe, expect, it } from 'vitest';
import { candidatesFor } from '../../../../lib/cli/why/candidates.ts';
import { walk } from '../../../../lib/cli/why/chain.ts';
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

  it('two Ingresses with one host: the younger one has the conflict, and why ends there without an appliance', () => {
    const named = (name: string, creationTimestamp: string) =>
      ingress({ hosts: [HOST], metadata: { name, creationTimestamp } });
    const objects = [...CLUSTER, named('old', '2024-01-01T00:00:00Z'), named('young', '2026-01-01T00:00:00Z')];
    const sources = objects.map((object) => ({ object: object as K8sObject, file: 'f', lineOf: () => 1 }));
    const { candidates } = candidatesFor({ objects: sources, partial: false }, HOST, 'prod', RULES);
    expect(candidates.map(({ name, conflict }) => [name.split('/')[1], conflict !== undefined])).toEqual([
      ['old', false],
      ['young', true],
    ]);
    const appliance = { kind: 'unseen', why: 'no appliance' } as const;
    const input = { host: HOST, cluster: 'prod', candidates, appliance, queue: 'no AWS', probes: 'no probe', now: 0 };
    expect(walk(input).at(-1)).toMatchObject({
      step: 'holder',
      result: 'failed',
      text: expect.stringContaining('/young: '),
    });
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
