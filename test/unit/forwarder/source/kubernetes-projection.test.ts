import { describe, expect, it } from 'vitest';
import { FieldReader, renderPath } from '../../../../lib/forwarder/source/field-reader.ts';
import { projectObject } from '../../../../lib/forwarder/source/kubernetes-projection.ts';
import type { K8sKind } from '../../../../lib/ingress/kubernetes.ts';

function project(kind: K8sKind, raw: unknown) {
  const notes: string[] = [];
  const object = projectObject(kind, raw, (_, message) => notes.push(message));
  return { object, notes };
}

describe('projectObject: the fields that the rules read, and no others', () => {
  const managed = {
    name: 'x',
    namespace: 'n',
    uid: 'u',
    creationTimestamp: '2026-01-01T00:00:00Z',
    resourceVersion: '7',
    managedFields: [{}],
  };

  it('Ingress', () => {
    const raw = {
      metadata: {
        ...managed,
        annotations: { a: 'b', 'kubectl.kubernetes.io/last-applied-configuration': '{…}' },
        labels: { app: 'x' },
      },
      spec: {
        ingressClassName: 'citrix',
        defaultBackend: { resource: { apiGroup: 'g', kind: 'Bucket', name: 'b' } },
        rules: [
          {
            host: 'a',
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { name: 'https' } } } }],
            },
          },
          { host: 'b' },
        ],
        tls: [{ hosts: ['a'], secretName: 'never read' }],
      },
      status: { loadBalancer: {} },
    };
    expect(project('Ingress', raw)).toEqual({
      notes: [],
      object: {
        kind: 'Ingress',
        metadata: {
          name: 'x',
          namespace: 'n',
          uid: 'u',
          creationTimestamp: '2026-01-01T00:00:00Z',
          annotations: { a: 'b' },
        },
        spec: { ...raw.spec, tls: [{ hosts: ['a'] }] },
      },
    });
  });

  it('Service', () => {
    const spec = {
      type: 'NodePort',
      clusterIP: '10.0.0.1',
      externalTrafficPolicy: 'Local',
      ports: [{ name: 'https', port: 443, targetPort: 'tls', nodePort: 30443, protocol: 'TCP' }],
    };
    const raw = {
      metadata: { ...managed, annotations: { a: 'b' } },
      spec: { ...spec, selector: { app: 'x' }, sessionAffinity: 'None' },
    };
    expect(project('Service', raw).object).toEqual({
      kind: 'Service',
      metadata: { name: 'x', namespace: 'n', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' },
      spec,
    });
  });

  it('EndpointSlice', () => {
    const endpoints = [
      { addresses: ['10.1.0.1'], conditions: { ready: true, serving: true, terminating: false }, nodeName: 'n1' },
    ];
    const raw = {
      metadata: { name: 'x', namespace: 'n', labels: { 'kubernetes.io/service-name': 's', other: 'x' } },
      addressType: 'IPv4',
      endpoints: endpoints.map((each) => ({ ...each, targetRef: { kind: 'Pod' }, zone: 'z' })),
      ports: [{ name: 'https', port: 8443, protocol: 'TCP', appProtocol: 'x' }],
    };
    expect(project('EndpointSlice', raw).object).toEqual({
      kind: 'EndpointSlice',
      metadata: { name: 'x', namespace: 'n', labels: { 'kubernetes.io/service-name': 's' } },
      addressType: 'IPv4',
      endpoints,
      ports: [{ name: 'https', port: 8443, protocol: 'TCP' }],
    });
  });

  it('Node, without the conditions that carry heartbeats', () => {
    const addresses = [{ type: 'InternalIP', address: '10.0.0.1' }];
    const raw = {
      metadata: { name: 'x', labels: { zone: 'z' } },
      spec: { unschedulable: true, podCIDR: '10.1.0.0/24' },
      status: {
        addresses,
        conditions: [
          { type: 'Ready', status: 'True', lastHeartbeatTime: 'now' },
          { type: 'DiskPressure', status: 'False' },
        ],
        images: [{}],
      },
    };
    expect(project('Node', raw).object).toEqual({
      kind: 'Node',
      metadata: { name: 'x', namespace: '' },
      spec: { unschedulable: true },
      status: { addresses, conditions: [{ type: 'Ready', status: 'True' }] },
    });
  });

  it('IngressClass', () => {
    const annotations = { 'ingressclass.kubernetes.io/is-default-class': 'true' };
    const raw = {
      metadata: { name: 'citrix', annotations: { ...annotations, other: 'x' } },
      spec: { controller: 'citrix.com/ingress-controller', parameters: {} },
    };
    expect(project('IngressClass', raw).object).toEqual({
      kind: 'IngressClass',
      metadata: { name: 'citrix', namespace: '', annotations },
      spec: { controller: 'citrix.com/ingress-controller' },
    });
  });

  it.each<K8sKind>(['Ingress', 'IngressClass', 'Service', 'EndpointSlice', 'Node'])('%s of nothing at all', (kind) => {
    for (const raw of [undefined, null, 7, 'x', [], {}])
      expect(project(kind, raw).object).toMatchObject({ kind, metadata: { name: '' } });
  });
});

describe('Cursor', () => {
  const notes: string[] = [];
  const at = (value: unknown) => new FieldReader({ field: value }, (_, message) => notes.push(message)).at('field');
  const noted = <T>(read: () => T) => {
    notes.length = 0;
    return { value: read(), notes: [...notes] };
  };

  const cases: [
    name: string,
    read: (cursor: FieldReader) => unknown,
    raw: unknown,
    value: unknown,
    note: string | undefined,
  ][] = [
    ['text', (each) => each.text(), 'a', 'a', undefined],
    ['text of a number', (each) => each.text(), 7, '7', 'field: expected text (put it in quotes: "7"), got a number'],
    ['text of a fraction', (each) => each.text(), 1.1, '1.1', 'field: expected text (put it in quotes), got a number'],
    [
      'text of a boolean',
      (each) => each.text(),
      true,
      'true',
      'field: expected text (put it in quotes: "true"), got a boolean',
    ],
    ['text of a list', (each) => each.text(), [], undefined, 'field: expected text, got a list'],
    ['integer', (each) => each.integer(), 7, 7, undefined],
    [
      'integer of digits',
      (each) => each.integer(),
      '7',
      7,
      'field: expected a whole number (without quotes), got text',
    ],
    ['integer of a fraction', (each) => each.integer(), 1.5, undefined, 'field: expected a whole number, got a number'],
    ['integer of words', (each) => each.integer(), 'https', undefined, 'field: expected a whole number, got text'],
    [
      'integer of too many digits',
      (each) => each.integer(),
      '1'.repeat(10),
      undefined,
      'field: expected a whole number, got text',
    ],
    ['integer or text', (each) => each.integerOrText(), 'https', 'https', undefined],
    ['integer or text of a number', (each) => each.integerOrText(), 443, 443, undefined],
    ['boolean', (each) => each.boolean(), false, false, undefined],
    ['boolean of text', (each) => each.boolean(), 'false', undefined, 'field: expected true or false, got text'],
    ['list of a mapping', (each) => each.list(() => 1), {}, undefined, 'field: expected a list, got a mapping'],
    ['mapping of a boolean', (each) => each.mapping(), true, undefined, 'field: expected a mapping, got a boolean'],
    ['texts of a list', (each) => each.texts(() => true), ['a'], undefined, 'field: expected a mapping, got a list'],
    [
      'texts, only those kept',
      (each) => each.texts((key) => key !== 'b'),
      { a: 'x', b: 7, c: null },
      { a: 'x' },
      undefined,
    ],
  ];
  it.each(cases)('%s', (_, read, raw, value, note) => {
    expect(noted(() => read(at(raw)))).toEqual({ value, notes: note === undefined ? [] : [note] });
  });

  it('takes null for absent, as Kubernetes does', () => {
    for (const raw of [null, undefined]) {
      const cursor = at(raw);
      const read = () => [
        cursor.text(),
        cursor.integer(),
        cursor.integerOrText(),
        cursor.boolean(),
        cursor.list(() => 1),
        cursor.mapping(),
        cursor.texts(() => true),
      ];
      expect(noted(read)).toEqual({ value: Array(7).fill(undefined), notes: [] });
    }
  });

  it('reads no inherited fields, and makes none of annotations', () => {
    expect(new FieldReader({}, () => {}).at('constructor').present).toBe(false);
    const texts = new FieldReader(JSON.parse('{"__proto__": "x", "a": "b"}'), () => {}).texts(() => true);
    expect(Object.keys(texts ?? {})).toEqual(['__proto__', 'a']);
    expect(Object.getPrototypeOf(texts)).toBe(Object.prototype);
  });

  it('renders paths', () => {
    expect(renderPath(['metadata', 'annotations', 'a.b/c"d', 0])).toBe('metadata.annotations["a.b/c\\"d"][0]');
    expect(renderPath([])).toBe('');
  });
});
