import { describe, expect, it } from 'vitest';
import { interpret, type K8sIngress, projectIngress } from '../../../lib/ingress/index.ts';

const project = (ingress: unknown, className?: string) =>
  projectIngress(
    ingress as K8sIngress,
    { selected: true, findings: [], ...(className === undefined ? {} : { class: className }) },
    [
      { service: 'b', port: 443, members: [] },
      { service: 'a', port: 'tls', members: [] },
    ],
  );

describe('the state that an event carries', () => {
  it('holds the fields that the rules read, sorted where order has no meaning', () => {
    const state = project(
      {
        metadata: {
          namespace: 'shop',
          name: 'web',
          uid: 'u1',
          resourceVersion: '7',
          creationTimestamp: '2026-01-02T03:04:05.678Z',
          labels: { a: 'b' },
          annotations: {
            'kubernetes.io/ingress.class': 'citrix',
            'ingress.citrix.com/ssl-passthrough': 'True',
            'ingress.citrix.com/frontend-ip': '192.0.2.1',
            'kubectl.kubernetes.io/last-applied-configuration': '{}',
            'ingress.citrix.com/secure-port': 443,
          },
        },
        spec: {
          ingressClassName: 'citrix',
          defaultBackend: { service: { name: 'd', port: { name: 'x' } } },
          rules: [{ host: 'z.example' }, { host: 'a.example' }],
          tls: [{ hosts: ['z', 'a', 'a'], secretName: 's' }, { secretName: 't' }, { hosts: ['a'] }],
        },
        status: { loadBalancer: {} },
      },
      'citrix',
    );
    expect(JSON.stringify(state)).toBe(
      JSON.stringify({
        namespace: 'shop',
        name: 'web',
        uid: 'u1',
        created: 1767323045,
        class: 'citrix',
        annotations: {
          'ingress.citrix.com/frontend-ip': '192.0.2.1',
          'ingress.citrix.com/ssl-passthrough': 'True',
          'kubernetes.io/ingress.class': 'citrix',
        },
        defaultBackend: { service: { name: 'd', port: 'x' } },
        rules: [
          { host: 'z.example', paths: [] },
          { host: 'a.example', paths: [] },
        ],
        tls: [{ hosts: ['a', 'z'] }, { hosts: ['a'] }, { hosts: [] }],
        backends: [
          { service: 'a', port: 'tls', members: [] },
          { service: 'b', port: 443, members: [] },
        ],
      }),
    );
  });

  it.each([
    [undefined, 0],
    ['', 0],
    ['yesterday', 0],
    ['1969-12-31T23:59:59Z', 0],
    ['1970-01-01T00:00:01.999Z', 1],
    [7, 0],
  ])('creation time %j → %d', (creationTimestamp, created) => {
    expect(project({ metadata: { namespace: 'a', name: 'b', creationTimestamp } }).created).toBe(created);
  });

  it('is empty for an empty manifest', () => {
    expect(project({})).toEqual({
      namespace: '',
      name: '',
      created: 0,
      annotations: {},
      rules: [],
      tls: [],
      backends: expect.any(Array),
    });
  });

  it('keeps the kind of a resource back end without a name', () => {
    const rules = [{ http: { paths: [{ backend: { resource: { kind: 'Bucket' } } }] } }];
    expect(project({ spec: { rules } }).rules).toEqual([
      { paths: [{ backend: { resource: { kind: 'Bucket', name: '' } } }] },
    ]);
  });
});

describe('VAL-7: an event without a resolved back end', () => {
  it('means that the Service does not exist', () => {
    const paths = [{ path: '/', backend: { service: { name: 'web', port: 443 } } }];
    const state = {
      namespace: 'shop',
      name: 'web',
      created: 7,
      annotations: { 'ingress.citrix.com/frontend-ip': '192.0.2.1' },
      rules: [{ host: 'a.example', paths }],
      tls: [{ hosts: [] }],
      backends: [],
    };
    const { routes, findings } = interpret('prod', state, { ipsets: [], hostOwnership: [] });
    expect(findings.map(({ code }) => code)).toEqual(['ServiceNotFound']);
    expect(routes).toEqual({
      owner: { cluster: 'prod', namespace: 'shop', name: 'web' },
      created: 7,
      backends: [{ service: 'web', port: '443', members: [], settings: {} }],
      routes: [
        {
          kind: 'passthrough',
          frontend: { vip: '192.0.2.1', port: 443, kind: 'tls' },
          host: 'a.example',
          backend: 'web:443',
        },
      ],
      frontendSettings: {},
    });
  });
});
