import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PackedRoute } from '../../../../lib/forwarder/kubernetes/packed-route.ts';
import { projectGatewayObject } from '../../../../lib/forwarder/source/gateway-projection.ts';
import type { K8sTlsRoute } from '../../../../lib/gateway/kubernetes.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const optional = (model: Record<string, fc.Arbitrary<unknown>>) => fc.record(model, { requiredKeys: [] });
const port = fc.integer({ min: -1, max: 70_000 });
const ref = { group: text, kind: text, namespace: text, name: text, port };

const raw = fc.record({
  metadata: fc.record(
    {
      name: text,
      namespace: text,
      uid: text,
      creationTimestamp: text,
      generation: fc.nat(),
      annotations: fc.dictionary(
        text.map((end) => `netscaler-passthrough/${end}`),
        text,
        { maxKeys: 2 },
      ),
    },
    { requiredKeys: ['name', 'namespace'] },
  ),
  spec: optional({
    parentRefs: fc.array(optional({ ...ref, sectionName: text }), { maxLength: 3 }),
    hostnames: fc.array(text, { maxLength: 3 }),
    rules: fc.array(optional({ backendRefs: fc.array(optional({ ...ref, weight: port }), { maxLength: 3 }) }), {
      maxLength: 3,
    }),
  }),
});

/** Routes as the projection makes them. */
const route = raw.map((value) => projectGatewayObject('TLSRoute', value, () => {}) as K8sTlsRoute);

const packed = (of: K8sTlsRoute): PackedRoute => new PackedRoute(of, (shared) => shared);

describe('PackedRoute', () => {
  it('has each field of the route, in whatever order routes are read', () => {
    fc.assert(
      fc.property(route, route, (a, b) => {
        const [one, other] = [packed(a), packed(b)];
        for (const [mine, its] of [[one, a] as const, [other, b] as const, [one, a] as const]) {
          expect(mine.kind).toBe('TLSRoute');
          expect(mine.metadata).toEqual(its.metadata);
          expect(mine.spec).toEqual(its.spec);
          expect(JSON.parse(JSON.stringify(mine))).toEqual(JSON.parse(JSON.stringify(its)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is equal to another exactly where the routes are', () => {
    fc.assert(
      fc.property(route, route, (a, b) => {
        expect(isDeepStrictEqual(packed(a), packed(structuredClone(a)))).toBe(true);
        expect(isDeepStrictEqual(packed(a), packed(b))).toBe(isDeepStrictEqual(a, b));
      }),
      { numRuns: 300 },
    );
  });

  it('differs where a list is empty instead of absent', () => {
    const metadata = { namespace: 'shop', name: 'web' };
    const [empty, absent] = [{ parentRefs: [] }, {}].map((spec) => packed({ kind: 'TLSRoute', metadata, spec }));
    expect(empty?.spec).toEqual({ parentRefs: [] });
    expect(absent?.spec).toEqual({});
    expect(isDeepStrictEqual(empty, absent)).toBe(false);
  });
});
