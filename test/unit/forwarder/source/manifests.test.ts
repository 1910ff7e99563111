import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectId, readManifests } from '../../../../lib/forwarder/source/manifests.ts';

const read = (text: string) => {
  const { objects, problems, unreadable } = readManifests(text, 'a.yaml');
  return {
    objects: objects.map(({ object, line }) => `${objectId(object)}:${line}`),
    problems: problems.map(({ line, message }) => `${line}: ${message}`),
    unreadable,
  };
};

const INGRESS = 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\n';

describe('readManifests: what a document is', () => {
  const cases: [name: string, text: string, objects: string[], problems: RegExp[]][] = [
    ['nothing', '', [], []],
    ['only comments', '# nothing\n---\n# here\n', [], []],
    ['an Ingress', INGRESS, ['Ingress default/web:1'], []],
    [
      'several documents',
      `${INGRESS}---\n${INGRESS.replace('web', 'other')}`,
      ['Ingress default/web:1', 'Ingress default/other:5'],
      [],
    ],
    ['JSON', '{"apiVersion":"v1","kind":"Service","metadata":{"name":"s","namespace":"n"}}', ['Service n/s:1'], []],
    ['cluster-scoped', 'apiVersion: v1\nkind: Node\nmetadata: {name: n1, namespace: ignored}\n', ['Node n1:1'], []],
    ['another kind', 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n', [], []],
    [
      'another project’s kind of the same name',
      'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: s}\n',
      [],
      [],
    ],
    [
      'a key unfolded',
      `x-common: &c {name: web}\n${INGRESS.replace('{name: web}', '\n  <<: *c')}`,
      ['Ingress default/web:1'],
      [],
    ],
    ['text', 'hello\n', [], [/^1: is not a Kubernetes object but text$/]],
    ['a list', '- a\n', [], [/^1: is not a Kubernetes object but a list$/]],
    ['no kind', '\n\nname: x\n', [], [/^3: is not a Kubernetes object: it has no kind$/]],
    ['no apiVersion', 'kind: Ingress\n', [], [/^1: .* no apiVersion$/]],
    [
      'no name',
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {generateName: web-}\n',
      [],
      [/^1: Ingress: metadata.name is missing$/],
    ],
    ['no metadata', 'apiVersion: v1\nkind: Node\n', [], [/^1: Node: metadata.name is missing$/]],
    ['a name that would be a path', INGRESS.replace('web', 'a/b'), [], [/metadata.name "a\/b" is not a valid name/]],
    ['a name too long', INGRESS.replace('web', 'a'.repeat(254)), [], [/not a valid name/]],
    [
      'a namespace that is none',
      INGRESS.replace('{name: web}', '{name: web, namespace: A_b}'),
      [],
      [/metadata.namespace "A_b" is not a valid name/],
    ],
    [
      'a Service name that would break a record',
      `${INGRESS}spec: {defaultBackend: {service: {name: "a;b", port: {number: 1}}}}\n`,
      [],
      [/service name "a;b" is not a valid name/],
    ],
    [
      'a Service name of a path',
      `${INGRESS}spec: {rules: [{http: {paths: [{backend: {service: {name: A_b}}}]}}]}\n`,
      [],
      [/service name "A_b" is not a valid name/],
    ],
    [
      'the old Ingress',
      'apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: web}\n',
      [],
      [/^1: Ingress of apiVersion "extensions\/v1beta1" is not read: write it as networking.k8s.io\/v1$/],
    ],
    [
      'the second old Ingress',
      'apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata: {name: web}\n',
      [],
      [/write it as networking.k8s.io\/v1/],
    ],
    [
      'an old EndpointSlice',
      'apiVersion: discovery.k8s.io/v1beta1\nkind: EndpointSlice\nmetadata: {name: e}\n',
      [],
      [/write it as discovery.k8s.io\/v1/],
    ],
    [
      'a group forgotten',
      'apiVersion: v1\nkind: Ingress\nmetadata: {name: web}\n',
      [],
      [/write it as networking.k8s.io\/v1/],
    ],
  ];
  it.each(cases)('%s', (_, text, objects, problems) => {
    const result = read(text);
    expect(result.objects).toEqual(objects);
    expect(result.problems).toHaveLength(problems.length);
    for (const [index, problem] of problems.entries()) expect(result.problems[index]).toMatch(problem);
    expect(result.unreadable).toBe(false);
  });
});

describe('readManifests: what is nearly an object of ours, or stands for one elsewhere', () => {
  const said = (text: string) =>
    readManifests(text, 'a.yaml').problems.map(
      ({ line, message, hint }) => `${line}${hint ? ' hint' : ''}: ${message}`,
    );

  it.each([
    ['kind in small letters', 'ingress', '1: kind "ingress" does not exist: write Ingress'],
    ['kind in the plural', 'Ingresses', '1: kind "Ingresses" does not exist: write Ingress'],
    ['kind in capitals', 'INGRESS', '1: kind "INGRESS" does not exist: write Ingress'],
  ])('%s', (_, kind, message) => {
    expect(said(INGRESS.replace('Ingress', kind))).toEqual([message]);
  });

  it('another group’s kind in small letters is nobody’s concern', () => {
    expect(said('apiVersion: example.com/v1\nkind: service\nmetadata: {name: s}\n')).toEqual([]);
  });

  it.each([
    [
      'beside metadata',
      `${INGRESS}annotations: {ingress.citrix.com/ssl-passthrough: "true"}\n`,
      '4: Ingress default/web: annotations is not a field of an Ingress and has no effect (put it under metadata)',
    ],
    [
      'in spec',
      `${INGRESS}spec:\n  annotations: {ingress.citrix.com/ssl-passthrough: "true"}\n`,
      '5: Ingress default/web: spec.annotations is not a field of an Ingress and has no effect (put it under metadata)',
    ],
    [
      'directly in metadata',
      INGRESS.replace('{name: web}', '\n  name: web\n  ingress.citrix.com/ssl-passthrough: "true"'),
      '5: Ingress default/web: metadata["ingress.citrix.com/ssl-passthrough"] is not a field of an Ingress and has no effect (put it under metadata.annotations)',
    ],
    [
      'at the top',
      `${INGRESS}ingress.citrix.com/ssl-passthrough: "true"\n`,
      '4: Ingress default/web: ["ingress.citrix.com/ssl-passthrough"] is not a field of an Ingress and has no effect (put it under metadata.annotations)',
    ],
  ])('annotations %s', (_, text, message) => {
    expect(said(text)).toEqual([message]);
  });

  it('JSON that stands in an annotation without quotes comes with the text to write', () => {
    const annotations = `annotations:\n    ingress.citrix.com/secure-backend: {"app1": "it's"}\n`;
    expect(said(INGRESS.replace('{name: web}\n', `\n  name: web\n  ${annotations}`))).toEqual([
      `6: Ingress default/web: metadata.annotations["ingress.citrix.com/secure-backend"]: expected text (put it in single quotes: '{"app1":"it''s"}'), got a mapping`,
    ]);
  });

  it('a wildcard host without quotes is an alias of YAML: said where it stands', () => {
    const { problems, unreadable } = readManifests(`${INGRESS}spec:\n  rules:\n  - host: *.example.com\n`, 'a.yaml');
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '6: is not valid YAML: "*.example.com" without quotes is a YAML alias that is not defined (put it in quotes)',
    ]);
    expect(unreadable).toBe(true);
  });

  const other = (apiVersion: string, kind: string, spec: string) =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x, namespace: n}\nspec: ${spec}\n`;
  it.each([
    ['projectcontour.io/v1', 'HTTPProxy', '{virtualhost: {tls: {passthrough: true}}}'],
    ['route.openshift.io/v1', 'Route', '{tls: {termination: passthrough}}'],
    ['traefik.io/v1alpha1', 'IngressRouteTCP', '{tls: {passthrough: true}}'],
  ])('%s %s that asks for passthrough', (apiVersion, kind, spec) => {
    expect(said(other(apiVersion, kind, spec))).toEqual([
      `1 hint: ${kind} n/x: requests passthrough, but is not read: use an Ingress`,
    ]);
  });

  it.each([
    ['route.openshift.io/v1', 'Route', '{tls: {termination: edge}}'],
    ['traefik.io/v1alpha1', 'IngressRouteTCP', '[]'],
    ['example.com/v1', 'TLSRoute', '{}'],
  ])('not %s %s %s', (apiVersion, kind, spec) => {
    expect(said(other(apiVersion, kind, spec))).toEqual([]);
  });

  it('a TLSRoute of an older version, with the version to write', () => {
    expect(said(other('gateway.networking.k8s.io/v1alpha2', 'TLSRoute', '{}'))).toEqual([
      '1 hint: TLSRoute of apiVersion "gateway.networking.k8s.io/v1alpha2" is not read: write it as gateway.networking.k8s.io/v1',
    ]);
  });

  it('Endpoints, of which a folder has no slices', () => {
    expect(said('apiVersion: v1\nkind: Endpoints\nmetadata: {name: web}\n')).toEqual([
      '1 hint: Endpoints default/web: Endpoints are not read: the API server derives EndpointSlices from them, but a folder must contain the EndpointSlices',
    ]);
  });
});

describe('readManifests: lists', () => {
  const item = (name: string) => `  - apiVersion: v1\n    kind: Service\n    metadata: {name: ${name}}\n`;

  it('unfolds them, each object with its own line', () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n${item('a')}${item('b')}  - 7\n`;
    expect(read(text)).toMatchObject({
      objects: ['Service default/a:4', 'Service default/b:7'],
      problems: ['10: is not a Kubernetes object but a number'],
    });
  });

  it('bounds lists within lists', () => {
    const nest = (depth: number): object =>
      depth === 0 ? { kind: 'Secret', apiVersion: 'v1' } : { kind: 'List', apiVersion: 'v1', items: [nest(depth - 1)] };
    expect(read(JSON.stringify(nest(4))).problems).toEqual([]);
    expect(read(JSON.stringify(nest(5))).problems).toEqual(['1: lists are nested more than 4 deep']);
  });

  it('survives a list that contains itself', () => {
    expect(read('&a\nkind: List\napiVersion: v1\nitems: [*a]\n').problems.join()).toMatch(
      /nested more than|has aliases that cannot be resolved/,
    );
  });
});

describe('readManifests: what cannot be read (LIF-6)', () => {
  it('names the line, and uses the other documents', () => {
    const text = `${INGRESS}---\nb: [\n---\n${INGRESS.replace('web', 'other')}`;
    const result = read(text);
    expect(result.objects).toEqual(['Ingress default/web:1', 'Ingress default/other:7']);
    expect(result.problems).toEqual([expect.stringMatching(/^[56]: is not valid YAML: /)]);
    expect(result.unreadable).toBe(true);
  });

  it('bounds what aliases unfold to', () => {
    let text = 'a: &a [x,x,x,x,x,x,x,x,x]\n';
    let last = 'a';
    for (const name of 'bcdefghi') {
      text += `${name}: &${name} [${Array(9).fill(`*${last}`).join(',')}]\n`;
      last = name;
    }
    expect(read(text)).toMatchObject({
      objects: [],
      unreadable: true,
      problems: [expect.stringMatching(/has aliases that cannot be resolved/)],
    });
  });

  it('survives nesting beyond any stack', () => {
    const result = read('['.repeat(100_000));
    expect(result.unreadable).toBe(true);
    expect(result.problems).toHaveLength(1);
  });

  it('takes a key given twice for an error, as strict clients do', () => {
    expect(read(`${INGRESS}kind: Service\n`).unreadable).toBe(true);
  });
});

describe('readManifests: the same object twice', () => {
  it('takes the last, and names both places', () => {
    const second =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {ingressClassName: b}\n';
    const { objects, problems } = readManifests(`${INGRESS}---\n${second}`, 'dir/a.yaml');
    expect(objects).toHaveLength(1);
    expect(objects[0]?.object).toMatchObject({ spec: { ingressClassName: 'b' } });
    expect(problems).toEqual([
      {
        file: 'dir/a.yaml',
        line: 1,
        message:
          'Ingress default/web is also defined at dir/a.yaml:5, which takes precedence: this definition has no effect',
      },
    ]);
  });
});

describe('readManifests: fields of a wrong type', () => {
  it('names each with its line and reads the rest', () => {
    const text = [
      'apiVersion: networking.k8s.io/v1',
      'kind: Ingress',
      'metadata:',
      '  name: web',
      '  creationTimestamp: yesterday',
      '  annotations:',
      '    ingress.citrix.com/ssl-passthrough: True',
      'spec:',
      '  tls: {hosts: [a]}',
      '  rules:',
      '    - host: 12',
      '      http:',
      '        paths:',
      '          - path: /',
      '            backend:',
      '              service:',
      '                name: s',
      '                port: {number: "443"}',
      '    - oops',
    ].join('\n');
    const { objects, problems } = readManifests(text, 'a.yaml');
    expect(problems.map(({ line, message }) => `${line} ${message}`).sort()).toEqual([
      '11 Ingress default/web: spec.rules[0].host: expected text (put it in quotes: "12"), got a number',
      '18 Ingress default/web: spec.rules[0].http.paths[0].backend.service.port.number: expected a whole number (without quotes), got text',
      '19 Ingress default/web: spec.rules[1]: expected a mapping, got text',
      '5 Ingress default/web: metadata.creationTimestamp "yesterday" is not a date: the epoch is used',
      '7 Ingress default/web: metadata.annotations["ingress.citrix.com/ssl-passthrough"]: expected text (put it in quotes: "true"), got a boolean',
      '9 Ingress default/web: spec.tls: expected a list, got a mapping',
    ]);
    expect(objects[0]?.object).toEqual({
      kind: 'Ingress',
      metadata: { name: 'web', namespace: 'default', annotations: { 'ingress.citrix.com/ssl-passthrough': 'true' } },
      spec: {
        rules: [
          { host: '12', http: { paths: [{ path: '/', backend: { service: { name: 's', port: { number: 443 } } } }] } },
          {},
        ],
      },
    });
  });

  it('VAL-3: a tls entry that cannot be read does not become one that covers every host', () => {
    const text = `${INGRESS}spec: {tls: [{hosts: web.example.com}, text, {hosts: [a.example.com]}, {}, null]}\n`;
    const { objects } = readManifests(text, 'a.yaml');
    expect(objects[0]?.object).toMatchObject({ spec: { tls: [{ hosts: ['a.example.com'] }, {}] } });
  });
});

describe('readManifests: anything at all', () => {
  it('never throws, and every problem has a line within the file', () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 5 }, scalar, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
      object: fc.dictionary(
        fc.constantFrom(
          'metadata',
          'name',
          'namespace',
          'annotations',
          'labels',
          'spec',
          'rules',
          'host',
          'http',
          'paths',
          'tls',
          'hosts',
          'ports',
          'port',
          'backend',
          'service',
          'items',
          'endpoints',
          'conditions',
          'status',
          'addresses',
          '__proto__',
          'constructor',
        ),
        tie('value'),
        { maxKeys: 5 },
      ),
    }));
    const manifest = fc.record({
      kind: fc.constantFrom('Ingress', 'Service', 'Node', 'EndpointSlice', 'IngressClass', 'List'),
      apiVersion: fc.constantFrom('networking.k8s.io/v1', 'v1', 'discovery.k8s.io/v1'),
      metadata: value,
      spec: value,
      status: value,
      endpoints: value,
      items: value,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          manifest.map((each) => JSON.stringify(each)),
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.constantFrom(...'a: -\n[]{}&*!|>"\'#%@`\t?,') }),
        ),
        (text) => {
          const { problems } = readManifests(text, 'a.yaml');
          const lines = text.split('\n').length;
          for (const { line } of problems) expect(line).toSatisfy((at: number) => at >= 1 && at <= lines);
        },
      ),
      { numRuns: 300 },
    );
  });
});
