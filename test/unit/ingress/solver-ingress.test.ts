import { describe, expect, it } from 'vitest';
import { withSolvers } from '../../../lib/ingress/index.ts';
import type { K8sIngress } from '../../../lib/ingress/kubernetes.ts';

const ACME = 'netscaler-passthrough/acme-challenge';
const TOKEN = '/.well-known/acme-challenge/T';

interface Shape {
  readonly namespace?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly rules?: readonly (readonly [host: string | undefined, ...paths: string[]])[];
}

const ingress = (name: string, { namespace = 'n', annotations = {}, labels = {}, rules = [] }: Shape): K8sIngress => ({
  kind: 'Ingress',
  metadata: { name, namespace, annotations, labels },
  spec: {
    rules: rules.map(([host, ...paths]) => ({
      ...(host === undefined ? {} : { host }),
      http: { paths: paths.map((path) => ({ path, backend: { service: { name, port: { number: 80 } } } })) },
    })),
  },
});

const LABELS = { 'acme.cert-manager.io/http01-solver': 'true' };
const shop = ingress('shop', { annotations: { [ACME]: 'allow' }, rules: [['Shop.example.com', '/']] });
const solver = (name: string, shape: Shape = {}) =>
  ingress(name, { labels: LABELS, rules: [['shop.example.com', TOKEN]], ...shape });
const taken = (...solvers: K8sIngress[]): string[] =>
  (withSolvers(shop, solvers).spec.rules ?? [])
    .slice(1)
    .flatMap(({ host, http }) =>
      (http?.paths ?? []).map(({ path, backend }) => `${host}${path} > ${backend?.service?.name}`),
    );

describe('VAL-19: challenges of an issuer’s own Ingress', () => {
  it('count as rules of the Ingress that has the host, in any spelling, whatever their order', () => {
    const found = [
      'shop.example.com/.well-known/acme-challenge/T > a',
      'shop.example.com/.well-known/acme-challenge/T > b',
    ];
    expect(taken(solver('b'), solver('a'))).toEqual(found);
    expect(taken(solver('a', { rules: [['SHOP.example.com.', TOKEN]] }))).toEqual(found.slice(0, 1));
  });

  it.each([
    ['of another namespace', solver('a', { namespace: 'other' })],
    ['without the label', solver('a', { labels: {} })],
    ['with another value of the label', solver('a', { labels: { 'acme.cert-manager.io/http01-solver': 'false' } })],
    ['for another host', solver('a', { rules: [['two.example.com', TOKEN]] })],
    ['for a wildcard that covers the host', solver('a', { rules: [['*.example.com', TOKEN]] })],
    ['without a host', solver('a', { rules: [[undefined, TOKEN]] })],
    ['with other paths', solver('a', { rules: [['shop.example.com', '/', '/admin', '/.well-known/acme-challenge']] })],
    ['without rules', { ...solver('a'), spec: {} }],
  ])('those of an Ingress %s do not count', (_what, other) => {
    expect(withSolvers(shop, [other])).toBe(shop);
  });

  it('other paths beside a challenge never come along', () => {
    expect(taken(solver('a', { rules: [['shop.example.com', '/', TOKEN]] }))).toEqual([`shop.example.com${TOKEN} > a`]);
  });

  it('an Ingress without the annotation takes none, nor does a solver', () => {
    const plain = ingress('shop', { rules: [['shop.example.com', '/']] });
    expect(withSolvers(plain, [solver('a')])).toBe(plain);
    const annotated = solver('b', { annotations: { [ACME]: 'allow' } });
    expect(withSolvers(annotated, [solver('a')])).toBe(annotated);
  });
});
