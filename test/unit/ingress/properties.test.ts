import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Interpretation, K8sObject } from '../../../lib/ingress/index.ts';
import { canonical } from '../../../lib/route/index.ts';
import { type Case, ingress, path, rule } from '../../corpus/case.ts';
import { CLUSTER } from '../../corpus/cluster.ts';
import { CORPUS } from '../../corpus/index.ts';
import { run } from '../../corpus/run.ts';

const cases = Object.values(CORPUS).flat();

/** Fisher–Yates by a given source of randomness in [0, 1). */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}

/** Every list and every mapping of a manifest in another order. */
function disorder(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return shuffled(value, random).map((item) => disorder(item, random));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    shuffled(Object.entries(value), random).map(([key, item]) => [key, disorder(item, random)]),
  );
}

/** Codes of findings, whose paths follow the positions and so change. */
const codes = (meaning: Interpretation | undefined): string[] =>
  (meaning?.findings ?? []).map(({ code }) => code).sort();

/** The endpoint's first address counts, so these keep their order. */
function disorderCluster(objects: readonly K8sObject[], random: () => number): readonly K8sObject[] {
  return shuffled(objects, random).map((object) => {
    if (object.kind === 'Node') return disorder(object, random) as K8sObject;
    if (object.kind !== 'EndpointSlice') return object;
    return {
      ...object,
      endpoints: shuffled(object.endpoints ?? [], random),
      ports: shuffled(object.ports ?? [], random),
    };
  });
}

describe('the order of the input has no effect', () => {
  it('rules, paths, tls entries, annotations and cluster objects: over the whole corpus', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), (stream) => {
        const random = (): number => stream.next().value as number;
        for (const entry of cases.filter(({ name }) => !name.startsWith('a thousand rules'))) {
          const before = run(entry);
          const after = run({
            ...entry,
            ingress: disorder(entry.ingress, random),
            cluster: disorderCluster(entry.cluster ?? CLUSTER, random),
          });
          expect(after.selection.selected, entry.name).toBe(before.selection.selected);
          expect(after.meaning?.routes, entry.name).toEqual(before.meaning?.routes);
          expect(codes(after.meaning), entry.name).toEqual(codes(before.meaning));
        }
      }),
      { numRuns: 5 },
    );
  });

  it('VAL-5, VAL-6: rules and paths that repeat hosts', () => {
    const host = fc.constantFrom('a.example', 'A.example.', 'b.example', '*.example', 'a_b', undefined);
    const target = fc.constantFrom(
      path('/', 'web'),
      path('', 'web'),
      path('/a', 'web'),
      path('/', 'api'),
      path('/b', 'api', 'admin'),
      {},
    );
    const rules = fc.array(fc.tuple(host, fc.array(target, { maxLength: 4 })), { maxLength: 6 });
    fc.assert(
      fc.property(
        rules,
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        (list, stream) => {
          const random = (): number => stream.next().value as number;
          const given = list.map(([name, paths]) => rule(name, ...paths));
          const means = (value: unknown) => run({ rule: '', name: '', ingress: ingress({ rules: value }) }).meaning;
          const before = means(given);
          const after = means(disorder(given, random));
          expect(after?.routes).toEqual(before?.routes);
          expect(codes(after)).toEqual(codes(before));
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Anything that YAML can hold, with the words of an Ingress among its keys and values. */
const { junk } = fc.letrec<{ junk: unknown }>((tie) => ({
  junk: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -1, 1.5, 443, 70_000, Number.NaN, Number.POSITIVE_INFINITY),
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'a.example',
      '*.example',
      '192.0.2.1',
      '::1',
      'True',
      'redirect',
      '{"web":{"lbmethod":"LRTM"}}',
      '{"a":',
    ),
    fc.array(tie('junk'), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom(
        'host',
        'http',
        'paths',
        'path',
        'backend',
        'service',
        'resource',
        'name',
        'port',
        'number',
        'kind',
        'hosts',
        '__proto__',
        'constructor',
      ),
      tie('junk'),
      { maxKeys: 5, noNullPrototype: true },
    ),
  ),
}));

const annotationName = fc.constantFrom(
  'frontend-ip',
  'frontend-ipset-name',
  'secure-port',
  'insecure-port',
  'insecure-termination',
  'secure-backend',
  'lbvserver',
  'servicegroup',
  'monitor',
  'csvserver',
  'netprofile',
  'secure_port',
  'path-match-method',
  'x',
  '__proto__',
);

const broken: fc.Arbitrary<Case> = fc
  .record({
    annotations: fc.dictionary(annotationName, fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json(), junk), {
      noNullPrototype: true,
    }),
    rules: fc.oneof(
      junk,
      fc.array(
        fc.record({ host: junk, http: fc.record({ paths: fc.array(fc.record({ path: junk, backend: junk })) }) }),
      ),
    ),
    tls: junk,
    defaultBackend: junk,
    metadata: fc.dictionary(fc.constantFrom('namespace', 'name', 'uid', 'creationTimestamp'), junk, {
      noNullPrototype: true,
    }),
    cluster: fc.array(
      fc.record({
        kind: fc.constantFrom('Service', 'EndpointSlice', 'Node', 'IngressClass'),
        metadata: fc.record({
          namespace: fc.constant('default'),
          name: fc.constantFrom('web', 'a', 'citrix'),
          labels: fc.constant({ 'kubernetes.io/service-name': 'web' }),
        }),
        spec: junk,
        addressType: junk,
        endpoints: junk,
        ports: junk,
        status: junk,
      }),
      { maxLength: 5 },
    ),
    rest: fc.record(
      {
        defaultVip: fc.option(fc.string(), { nil: '192.0.2.1' }),
        frontendIPs: fc.array(fc.string()),
        memberNetworks: fc.array(fc.string()),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ annotations, rules, tls, defaultBackend, metadata, cluster, rest }) => ({
    rule: 'bad input',
    name: 'generated',
    ingress: ingress({ annotations, rules, metadata, spec: { tls, defaultBackend } }),
    cluster: [...CLUSTER, ...(cluster as unknown as K8sObject[])],
    rules: rest,
  }));

/** Matches the canonical form of any manifest, valid or broken. */
function expectSound(meaning: Interpretation): void {
  const { routes, findings } = meaning;
  expect(canonical(routes)).toEqual(routes);
  for (const { host, frontend } of routes.routes) {
    expect(host).toMatch(/^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);
    expect(frontend.vip).toMatch(/^[0-9a-f.:]+$/);
    expect(frontend.port).toBeGreaterThanOrEqual(1);
    expect(frontend.port).toBeLessThanOrEqual(65_535);
  }
  for (const { members } of routes.backends) {
    for (const { address, port } of members) {
      expect(address).toMatch(/^[0-9a-f.:]+$/);
      expect(Number.isInteger(port) && port >= 1 && port <= 65_535).toBe(true);
    }
  }
  expect(findings.length).toBeLessThanOrEqual(100);
  for (const { message, path = '', value = '', remedy = '' } of findings) {
    expect(path.length).toBeLessThan(500);
    expect(remedy.length).toBeLessThan(700);
    expect(message.length).toBeLessThan(1500);
    expect(value.length).toBeLessThan(130);
    expect(`${message}${value}`).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    expect(remedy).not.toBe('');
  }
}

describe('very long input gives short findings, without quadratic work', () => {
  const many = 200_000;
  const long: readonly (readonly [name: string, value: string])[] = [
    ['blanks', `${' '.repeat(many)}x`],
    ['quotes', `${'"'.repeat(many)}x`],
    ['letters', 'x'.repeat(many)],
    ['letters that are not ASCII', 'ü'.repeat(many)],
    ['dots', '.'.repeat(many)],
    ['labels', 'a.'.repeat(many)],
    ['digits', '1'.repeat(many)],
    ['colons', ':'.repeat(many)],
    ['hyphens', `auth-${'http-'.repeat(many / 5)}`],
    ['brackets', '['.repeat(many)],
    ['attributes', `{"web":{${Array.from({ length: 5000 }, (_, i) => `"a${i}":1`).join()}}}`],
    ['Services', `{${Array.from({ length: 5000 }, (_, i) => `"s${i}":1`).join()}}`],
  ];
  const names = [
    'ssl-passthrough',
    'frontend-ip',
    'secure-port',
    'insecure-termination',
    'secure-backend',
    'secure_backend',
    'lbvserver',
    'csvserver',
    'netprofile',
  ];

  // Quadratic work on such an input would take hours, and end at the limit of the test.
  it.each(long)('%s, in any field', (_, value) => {
    const shapes = [
      ...names.map((name) => ({ annotations: { [name]: value } })),
      { annotations: { [`ingress.citrix.com/${value}`]: 'x' } },
      { hosts: [value] },
      { tls: [{ hosts: [value] }] },
      { rules: [rule('a.example', path(value, value, value))] },
      { className: value },
    ];
    for (const shape of shapes) {
      const { selection, meaning } = run({ rule: '', name: '', ingress: ingress(shape) });
      if (meaning !== undefined) expectSound(meaning);
      expect(JSON.stringify([selection.findings, meaning?.findings]).length).toBeLessThan(100_000);
    }
  });
});

describe('bad input gives findings, never an exception', () => {
  it('a broken structure', () => {
    fc.assert(
      fc.property(broken, (entry) => {
        const { meaning } = run(entry);
        if (meaning !== undefined) expectSound(meaning);
      }),
      { numRuns: 1000 },
    );
  });

  it('any value in place of an Ingress', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.object(), junk, fc.anything()).filter((value) => value !== null && value !== undefined),
        (value) => {
          expect(run({ rule: '', name: '', ingress: value }).selection.findings).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
