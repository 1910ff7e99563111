import type { CaseScope, ConformanceCase, Manifest } from '../case.ts';
import { apply, ingress, remove, served, service, unserved } from '../manifests.ts';
import { whole } from './whole.ts';

const passthrough = (value: string | undefined) => () => ({ annotations: { 'ssl-passthrough': value } });

/** Other controllers read other spellings. */
const VALUES = ['annotation-values'] as const;

/** Returns the namespace's IngressClass of another controller. */
const otherClass = (scope: CaseScope): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: `${scope.namespace}-other` },
  spec: { controller: 'example.com/another-controller' },
});

/** Which Ingresses are ours: SEL-1 to SEL-4. */
export const SELECTION_CASES: readonly ConformanceCase[] = [
  whole('on', 'SEL-1', 'ssl-passthrough: true', passthrough('true'), 'served'),
  whole(
    'on-title',
    'SEL-1',
    'ssl-passthrough: True, as in the vendor’s sample',
    passthrough('True'),
    'served',
    undefined,
    VALUES,
  ),
  whole('on-upper', 'SEL-1', 'ssl-passthrough: TRUE', passthrough('TRUE'), 'served', undefined, VALUES),
  whole('off', 'SEL-1', 'ssl-passthrough: false is off', passthrough('false'), 'unserved'),
  whole('off-empty', 'SEL-1', 'an empty ssl-passthrough is off', passthrough(''), 'unserved', undefined, VALUES),
  whole('off-absent', 'SEL-4', 'an Ingress without the annotation is left alone', passthrough(undefined), 'unserved'),
  whole(
    'off-yes',
    'SEL-1',
    'ssl-passthrough: yes is off, and reported',
    passthrough('yes'),
    'unserved',
    'InvalidAnnotation',
  ),
  whole('off-1', 'SEL-1', 'ssl-passthrough: 1 is off, and reported', passthrough('1'), 'unserved', 'InvalidAnnotation'),
  {
    id: 'valid-other-class',
    rules: ['SEL-2'],
    title: 'an Ingress of another controller’s class is left alone',
    needs: [],
    steps: (scope) => [
      apply(
        otherClass(scope),
        service(scope, 'web', ['a']),
        ingress(scope, 'shop', { rules: [scope.host()], className: `${scope.namespace}-other` }),
        ingress(scope, 'witness', { rules: [scope.host('witness')] }),
      ),
      served(scope.host('witness'), 'a'),
      unserved(scope.host()),
    ],
  },
  {
    id: 'valid-class-annotation',
    rules: ['SEL-2'],
    title: 'kubernetes.io/ingress.class decides',
    needs: [],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'shop', {
          rules: [scope.host()],
          className: null,
          annotations: { 'kubernetes.io/ingress.class': scope.className },
        }),
      ),
      served(scope.host(), 'a'),
    ],
  },
  {
    id: 'valid-switched-off',
    rules: ['SEL-3'],
    title: 'a route goes when ssl-passthrough is switched off, and comes back',
    needs: [],
    steps: (scope) => [
      apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host()] })),
      served(scope.host(), 'a'),
      apply(ingress(scope, 'shop', { rules: [scope.host()], annotations: { 'ssl-passthrough': 'false' } })),
      unserved(scope.host()),
      apply(ingress(scope, 'shop', { rules: [scope.host()] })),
      served(scope.host(), 'a'),
    ],
  },
  {
    id: 'valid-deleted',
    rules: ['SEL-3'],
    title: 'a deleted Ingress is withdrawn',
    needs: [],
    steps: (scope) => {
      const shop = ingress(scope, 'shop', { rules: [scope.host()] });
      return [
        apply(service(scope, 'web', ['a']), shop),
        served(scope.host(), 'a'),
        remove(shop),
        unserved(scope.host()),
      ];
    },
  },
];
