import { describe, expect, it } from 'vitest';
import { environment, isEchoServer, type Pod, secretFiles } from '../../gateway-api-suite/pod-spec.ts';

const CONTAINER = {
  name: 'tls-backend',
  image: 'registry.k8s.io/gateway-api/echo-basic:v1.5.1',
  volumeMounts: [
    { name: 'secret-volume', mountPath: '/etc/secret-volume' },
    { name: 'scratch', mountPath: '/tmp' },
  ],
  env: [
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'TLS_SERVER_CERT', value: '/etc/secret-volume/crt' },
    { name: 'TCP_ECHO_SERVER', value: '1' },
  ],
};
const POD: Pod = {
  metadata: { name: 'web-1', namespace: 'shop', uid: 'u' },
  spec: {
    containers: [CONTAINER],
    volumes: [
      { name: 'secret-volume', secret: { secretName: 'cert', items: [{ key: 'tls.crt', path: 'crt' }] } },
      { name: 'scratch' },
    ],
  },
};

describe('a pod of the suite', () => {
  it.each([
    ['registry.k8s.io/gateway-api/echo-basic:v1.5.1', true],
    ['echo-basic', true],
    ['registry.k8s.io/coredns/coredns:v1.12.2', false],
    ['registry.k8s.io/gateway-api/echo-basic-2:v1', false],
  ])('of the image %s runs: %s', (image, runs) => {
    expect(isEchoServer({ name: 'x', image })).toBe(runs);
  });

  it('wants the files of its Secrets', () => {
    expect(secretFiles(POD, CONTAINER)).toEqual([{ secret: 'cert', key: 'tls.crt', path: '/etc/secret-volume/crt' }]);
  });

  it('gets its environment, with files where they really are', () => {
    expect(environment(POD, CONTAINER, new Map([['/etc/secret-volume/crt', '/somewhere/crt']]))).toEqual({
      POD_NAME: 'web-1',
      NAMESPACE: 'shop',
      TLS_SERVER_CERT: '/somewhere/crt',
      TCP_ECHO_SERVER: '1',
    });
  });

  it('is refused where it wants what this kubelet does not know', () => {
    const env = [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }];
    expect(() => environment(POD, { ...CONTAINER, env }, new Map())).toThrow('IP: ');
    const volumes = [{ name: 'secret-volume', secret: { secretName: 'cert' } }];
    expect(() => secretFiles({ ...POD, spec: { ...POD.spec, volumes } }, CONTAINER)).toThrow('secret-volume');
  });
});
