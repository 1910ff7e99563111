import { describe, expect, it } from 'vitest';
import type { IngressState } from '../../../lib/contract/index.ts';
import { appliesTo } from '../../../lib/ingress/index.ts';

const state = (namespace: string, className?: string): IngressState => ({
  namespace,
  name: 'web',
  created: 0,
  ...(className === undefined ? {} : { class: className }),
  annotations: {},
  rules: [],
  tls: [],
  backends: [],
});

describe('protocol rule 6: the Ingresses that an appliance selects', () => {
  it.each([
    ['everything without a filter', state('a', 'x'), {}, 'yes'],
    ['everything without a filter, also without class', state('a'), {}, 'yes'],
    ['a class that it names', state('a', 'x'), { ingressClasses: ['y', 'x'] }, 'yes'],
    ['a class that it names in another case', state('a', 'edge'), { ingressClasses: ['EDGE'] }, 'yes'],
    ['not another class', state('a', 'x'), { ingressClasses: ['y'] }, 'class'],
    ['not an Ingress without class', state('a'), { ingressClasses: ['y'] }, 'class'],
    ['a namespace that it names', state('a', 'x'), { namespaces: ['a'] }, 'yes'],
    ['not another namespace', state('b', 'x'), { namespaces: ['a'] }, 'namespace'],
    ['not a namespace in another case', state('a', 'x'), { namespaces: ['A'] }, 'namespace'],
    ['the namespace before the class', state('b', 'x'), { namespaces: ['a'], ingressClasses: ['y'] }, 'namespace'],
    ['nothing with an empty list', state('a', 'x'), { ingressClasses: [] }, 'class'],
  ] as const)('%s', (_, ingress, filter, answer) => {
    expect(appliesTo(ingress, filter)).toBe(answer);
  });
});
