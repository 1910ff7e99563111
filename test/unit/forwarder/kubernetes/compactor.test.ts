import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Compactor } from '../../../../lib/forwarder/kubernetes/compactor.ts';
import { withoutManagedFields } from '../../../../lib/forwarder/kubernetes/managed-fields.ts';
import type { K8sTlsRoute } from '../../../../lib/gateway/kubernetes.ts';
import type { K8sEndpointSlice, K8sIngress } from '../../../../lib/ingress/kubernetes.ts';

const slice = (name: string): K8sEndpointSlice => ({
  kind: 'EndpointSlice',
  metadata: { name, namespace: ['sh', 'op'].join(''), uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' },
  endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true }, nodeName: ['node', '1'].join('-') }],
  ports: [{ port: 8443, protocol: 'TCP' }],
});

/** Returns the fields of an object that is kept as text. */
const plain = (object: unknown): unknown => JSON.parse(JSON.stringify(object));

describe('Compactor', () => {
  it('keeps what is read, without the identity of what is no Ingress', () => {
    const { uid: _uid, creationTimestamp: _created, ...metadata } = slice('a').metadata;
    expect(plain(new Compactor().compact(slice('a')))).toEqual({ ...slice('a'), metadata });
    const ingress: K8sIngress = {
      kind: 'Ingress',
      metadata: slice('a').metadata,
      spec: { rules: [{ host: 'a.test' }] },
    };
    expect(plain(new Compactor().compact(ingress))).toEqual(ingress);
  });

  it('has equal values once', () => {
    const compactor = new Compactor();
    const [a, b] = ['a', 'b'].map((name) => compactor.compact(slice(name)) as K8sEndpointSlice);
    expect(a?.ports).toBe(b?.ports);
    expect(a?.endpoints?.[0]?.conditions).toBe(b?.endpoints?.[0]?.conditions);
    expect(a?.endpoints?.[0]).not.toBe(b?.endpoints?.[0]);
    expect(a?.metadata.name).toBe('a');
  });

  it('keeps the copy of an object that is reported again unchanged, and no other', () => {
    const compactor = new Compactor();
    const route = (generation: number): K8sTlsRoute => ({
      kind: 'TLSRoute',
      metadata: { name: 'web', namespace: 'shop', generation },
      spec: { hostnames: ['a.test'] },
    });
    const cases = [
      [slice('a'), { ...slice('a'), ports: [{ port: 443 }] }],
      [route(1), route(2)],
    ] as const;
    for (const [first, changed] of cases) {
      const known = compactor.compact(first);
      expect(compactor.compact(structuredClone(first), known)).toBe(known);
      expect(plain(compactor.compact(changed, known))).toEqual(plain(compactor.compact(changed)));
      expect(plain(compactor.compact(changed, known))).not.toEqual(plain(known));
    }
  });

  it('goes on sharing when there were more values than it remembers', () => {
    const compactor = new Compactor();
    for (let index = 0; index < 5_000; index += 1) compactor.compact(slice(`a-${index}`));
    expect(plain(compactor.compact(slice('b')))).toMatchObject({ endpoints: slice('b').endpoints as object[] });
  });
});

describe('withoutManagedFields', () => {
  const dropped = (value: unknown, indent?: number): unknown =>
    JSON.parse(withoutManagedFields(Buffer.from(JSON.stringify(value, null, indent))));

  it('drops nothing but the field, whatever stands in it and around it', () => {
    fc.assert(
      fc.property(
        // Those of the API server are no deeper than three.
        fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 4 }),
        fc.jsonValue(),
        fc.jsonValue(),
        (fields, before, after) => {
          const object = { before, metadata: { managedFields: fields, name: 'x' }, after };
          expect(dropped(object)).toEqual(
            JSON.parse(JSON.stringify({ before, metadata: { managedFields: null, name: 'x' }, after })),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['the name in a text', { note: '"managedFields":[1],' }],
    ['the name as a value', { a: 'managedFields', b: ['managedFields'] }],
    ['another type', { managedFields: { a: [1] } }],
    ['nothing of it', { a: [1] }],
  ])('leaves an object with %s as it is', (_what, object) => {
    expect(dropped(object)).toEqual(object);
  });

  it('leaves an object of many megabytes to the parser', () => {
    const object = { managedFields: Array.from({ length: 400_000 }, () => ({ f: { '.': {} } })) };
    expect(withoutManagedFields(Buffer.from(JSON.stringify(object)))).toBe(JSON.stringify(object));
  });

  it('leaves a list that broke off to the parser', () => {
    expect(withoutManagedFields(Buffer.from('{"managedFields":[{"a":"]"'))).toBe('{"managedFields":[{"a":"]"');
  });
});
