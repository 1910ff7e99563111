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
    ['no filter', state('a', 'x'), {}, 'yes'],
    ['no filter, no class', state('a'), {}, 'yes'],
    ['a listed class', state('a', 'x'), { ingressClasses: ['y', 'x'] }, 'yes'],
    ['a listed class in another case', state('a', 'edge'), { ingressClasses: ['EDGE'] }, 'yes'],
    ['another class', state('a', 'x'), { ingressClasses: ['y'] }, 'class'],
    ['an Ingress without class', state('a'), { ingressClasses: ['y'] }, 'class'],
    ['a listed namespace', state('a', 'x'), { namespaces: ['a'] }, 'yes'],
    ['another namespace', state('b', 'x'), { namespaces: ['a'] }, 'namespace'],
    ['a listed namespace in another case', state('a', 'x'), { namespaces: ['A'] }, 'namespace'],
    ['another namespace and another class', state('b', 'x'), { namespaces: ['a'], ingressClasses: ['y'] }, 'namespace'],
    ['an empty list', state('a', 'x'), { ingressClasses: [] }, 'class'],
  ] as const)('%s → $3', (_, ingress, filter, answer) => {
    expect(appliesTo(ingress, filter)).toBe(answer);
  });
});
