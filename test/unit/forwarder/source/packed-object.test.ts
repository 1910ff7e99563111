import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectGatewayObject } from '../../../../lib/forwarder/source/gateway-projection.ts';
import { packed, unpacked } from '../../../../lib/forwarder/source/packed-object.ts';
import { RowText } from '../../../../lib/forwarder/source/row-text.ts';
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

describe('packed', () => {
  it('has each field of the route, in whatever order routes are read', () => {
    fc.assert(
      fc.property(route, route, (a, b) => {
        const [one, other] = [packed(a), packed(b)];
        for (const [mine, its] of [[one, a] as const, [other, b] as const, [one, a] as const]) {
          expect(mine.kind).toBe('TLSRoute');
          expect({ ...unpacked(mine) }).toEqual({ ...its });
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
    const [empty, absent] = [{ parentRefs: [] }, {}].map((spec) =>
      packed({ kind: 'TLSRoute' as const, metadata, spec }),
    );
    expect(empty?.spec).toEqual({ parentRefs: [] });
    expect(absent?.spec).toEqual({});
    expect(isDeepStrictEqual(empty, absent)).toBe(false);
  });
});

describe('RowText', () => {
  const json = fc.jsonValue();

  it('reads what it wrote, with whichever number of parts', () => {
    fc.assert(
      fc.property(fc.array(json, { maxLength: 5 }), fc.nat(4), (values, limit) => {
        const rows = new RowText(limit);
        const texts = values.map((value) => rows.write({ value, ports: value }));
        for (const [index, value] of values.entries()) {
          const plain: unknown = JSON.parse(JSON.stringify(value));
          expect(rows.read(texts[index] as string)).toEqual({ value: plain, ports: plain });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps a key that is special in JavaScript as any other', () => {
    const object: unknown = JSON.parse('{"__proto__":"a","constructor":"b"}');
    for (const limit of [0, 10]) {
      const rows = new RowText(limit);
      expect(JSON.stringify(rows.read(rows.write(object)))).toBe('{"__proto__":"a","constructor":"b"}');
    }
  });

  it('writes keys, conditions and ports once, but no node ports', () => {
    const rows = new RowText();
    const service = (port: object) => ({ name: 'web', ports: [port] });
    rows.write(service({ port: 443 }));
    expect(rows.write(service({ port: 443 }))).toBe('[1,"web",[0]]');
    expect(rows.write(service({ port: 443, nodePort: 30_001 }))).toBe('[1,"web",[-1,[2,443,30001]]]');
  });

  it('writes equal values as equal texts, also when no more parts are kept', () => {
    const rows = new RowText(2);
    const values = [{ a: 1 }, { ports: [1] }, { b: 2 }, { ports: [2] }];
    const texts = values.map((value) => rows.write(value));
    expect(values.map((value) => rows.write(value))).toEqual(texts);
  });
});
