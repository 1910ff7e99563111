import { describe, expect, it } from 'vitest';
import { type K8sIngress, resolveBackends, serviceRefs } from '../../../lib/ingress/index.ts';
import { integer, list, record, text } from '../../../lib/ingress/shape.ts';
import { objectView } from '../../../lib/ingress/view.ts';
import { ingress, path, rule } from '../../corpus/case.ts';
import { CLUSTER } from '../../corpus/cluster.ts';

const manifest = ingress({
  rules: [
    rule('a', path('/', 'web'), path('/b', 'api', 'admin'), path('/c', 'web', '443')),
    rule(
      'b',
      path('/', 'api', 8443),
      { backend: { resource: { kind: 'X' } } },
      { backend: { service: { name: 'x' } } },
    ),
  ],
  spec: { defaultBackend: { service: { name: 'unused', port: { number: 1 } } } },
}) as K8sIngress;

describe('VAL-7: the back ends to resolve for an Ingress', () => {
  it('are each Service and port of its rules, once, sorted', () => {
    expect(serviceRefs(manifest)).toEqual([
      { service: 'api', port: 8443 },
      { service: 'api', port: 'admin' },
      { service: 'web', port: 443 },
    ]);
  });

  it('END-1: are resolved in the namespace of the Ingress', () => {
    const settings = { nodeAddressType: 'InternalIP', podAddressesForNodePort: false } as const;
    const elsewhere = { ...manifest, metadata: { ...manifest.metadata, namespace: 'elsewhere' } };
    const problems = (value: K8sIngress) =>
      resolveBackends(value, objectView(CLUSTER), settings).map(({ problem }) => problem);
    expect(problems(manifest)).toEqual([undefined, undefined, undefined]);
    expect(problems(elsewhere)).toEqual(['ServiceNotFound', 'ServiceNotFound', 'ServiceNotFound']);
  });
});

describe('fields of unchecked type', () => {
  it.each([
    ['x', 'x', [], {}, undefined],
    [7, undefined, [], {}, 7],
    [1.5, undefined, [], {}, undefined],
    [Number.MAX_VALUE, undefined, [], {}, undefined],
    [null, undefined, [], {}, undefined],
    [undefined, undefined, [], {}, undefined],
    [[1], undefined, [1], {}, undefined],
    [{ a: 1 }, undefined, [], { a: 1 }, undefined],
  ])('%j is read as text, list, record and integer', (value, asText, asList, asRecord, asInteger) => {
    expect([text(value), list(value), record(value), integer(value)]).toEqual([asText, asList, asRecord, asInteger]);
  });
});
