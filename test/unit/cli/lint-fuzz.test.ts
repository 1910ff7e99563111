import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lint } from '../../../lib/ingress/index.ts';
import { readSource } from '../../../lib/library/lint-source.ts';

const MANIFEST = `apiVersion: v1
kind: List
items:
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata:
    name: shop
    annotations: &a
      ingress.citrix.com/frontend-ip: 192.0.2.10
      ingress.citrix.com/ssl-passthrough: "True"
      ingress.citrix.com/lbvserver: '{"web":{"lbmethod":"ROUNDROBIN"}}'
  spec:
    ingressClassName: citrix
    rules:
    - host: "*.a.example"
      http: { paths: [{ path: /, backend: { service: { name: web, port: { number: 443 } } } }] }
    tls: [{ secretName: cert }]
- apiVersion: v1
  kind: Service
  metadata: { name: web, annotations: *a }
  spec: { ports: [{ port: 443 }] }
`;

/** Findings of a file, with what every one of them must have. */
function check(text: string): void {
  const { objects, problems } = readSource(text, 'f.yaml');
  const { findings } = lint(objects, { rules: { ipsets: [], hostOwnership: [] }, classNames: [], partial: true });
  const last = text.split('\n').length;
  for (const { code, message, remedy, line } of [...problems, ...findings]) {
    expect(code).not.toBe('');
    expect(message).not.toBe('');
    expect(remedy).not.toBe('');
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(last);
  }
}

describe('bad input: findings at a line of the file, never an exception', () => {
  it('from any text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), check), { numRuns: 500 });
  });

  it('from any bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('utf8'));
    fc.assert(fc.property(bytes, check), { numRuns: 500 });
  });

  it('from a manifest with some bytes changed', () => {
    const edit = fc.record({
      at: fc.nat({ max: MANIFEST.length }),
      remove: fc.nat({ max: 12 }),
      insert: fc.oneof(
        fc.constant(''),
        fc.string({ maxLength: 6 }),
        fc.constantFrom('\n', ': ', '- ', '&a ', '*a', '<<: *a', '{', ']', '"', '!!binary ', 'null', '\t', '---\n'),
      ),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        check(
          edits.reduce(
            (text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove),
            MANIFEST,
          ),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('from nesting without end', () => {
    check('['.repeat(20_000));
    check('a: &a [*a]\n');
    check(`apiVersion: v1\nkind: List\nitems: &i\n- apiVersion: v1\n  kind: List\n  items: *i\n`);
  });
});
