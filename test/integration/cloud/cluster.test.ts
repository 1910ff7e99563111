import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeTls } from '../../../lib/cli/demo/probe.ts';
import { type LocalBackend, startBackend } from '../../../lib/cli/local/backends.ts';
import { ControlPlane, NO_ASSETS, requireAssets } from '../../support/envtest.ts';
import { CLOUD_TOOLS, REGION, SKIPPED } from './support/ministack.ts';
import { ROOT } from './support/project.ts';
import { CLUSTER, startWorld, until, type World } from './support/world.ts';

const assets = await requireAssets();
const RUNS = CLOUD_TOOLS && assets !== undefined;
const WHY = assets === undefined ? ` (skipped: ${NO_ASSETS})` : SKIPPED;
const VIP = '192.0.2.10';
const HOST = 'shop.example.com';

const meta = (name: string, more: object = {}) => ({ name, namespace: 'default', ...more });

const OBJECTS: [string, object][] = [
  [
    '/apis/networking.k8s.io/v1/ingressclasses',
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'netscaler' },
      spec: { controller: 'citrix.com/ingress-controller' },
    },
  ],
  [
    '/api/v1/namespaces/default/services',
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta('shop'),
      spec: { ports: [{ name: 'tls', port: 443, targetPort: 8443 }] },
    },
  ],
  [
    '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: meta('shop-1', { labels: { 'kubernetes.io/service-name': 'shop' } }),
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.244.0.5'], conditions: { ready: true } }],
      ports: [{ name: 'tls', port: 8443 }],
    },
  ],
  [
    '/apis/networking.k8s.io/v1/namespaces/default/ingresses',
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: meta('shop', {
        annotations: { 'ingress.citrix.com/ssl-passthrough': 'true', 'ingress.citrix.com/frontend-ip': VIP },
      }),
      spec: {
        ingressClassName: 'netscaler',
        tls: [{ hosts: [HOST] }],
        rules: [
          {
            host: HOST,
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'shop', port: { number: 443 } } } }],
            },
          },
        ],
      },
    },
  ],
];

// Everything real but cloud and appliance: API server, the forwarder's process, the packaged functions, TLS.
describe.skipIf(!RUNS)(`from a cluster to a TLS client, through the packaged stack${WHY}`, () => {
  let world: World;
  let plane: ControlPlane;
  let backend: LocalBackend;
  let forwarder: ChildProcess;
  let log = '';

  beforeAll(async () => {
    backend = await startBackend(() => ['default/shop'], '10.244.0.5:8443');
    world = await startWorld({ map: new Map([['10.244.0.5:8443', { host: backend.host, port: backend.port }]]) });
    plane = await ControlPlane.start(assets ?? '');
    const config = join(plane.folder, 'forwarder.json');
    await writeFile(
      config,
      JSON.stringify({
        cluster: CLUSTER,
        bus: { name: world.stack.outputs.get('BusName'), endpoint: world.ministack.endpoint, region: REGION },
        outcomes: { queueUrl: world.stack.outputs.get('OutcomesQueueUrlC1'), endpoint: world.ministack.endpoint },
        kubernetes: { kubeconfig: await plane.kubeconfig() },
        lease: { namespace: 'default' },
        http: { port: 0, adminPort: 0 },
      }),
    );
    forwarder = spawn(process.execPath, ['lib/forwarder/process/main.ts'], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, NSPASS_CONFIG: config, POD_NAME: 'forwarder-0', AWS_REGION: REGION },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [forwarder.stdout, forwarder.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        log += text;
      });
    }
  });

  afterAll(async () => {
    if (forwarder !== undefined && forwarder.exitCode === null) {
      const ended = new Promise((resolve) => forwarder.once('close', resolve));
      forwarder.kill('SIGTERM');
      await ended;
    }
    await plane?.stop();
    await world?.stop();
    await backend?.stop();
  });

  const reach = async () => {
    const place = world.appliance.frontends.get(`${VIP}:443`);
    return place === undefined ? undefined : probeTls(place, HOST);
  };

  it('serves a host end to end, and shows the address on the Ingress (TLS-1, REP-1)', async () => {
    for (const [path, object] of OBJECTS) await plane.ok('POST', path, object);
    await until(world, `a client reaches ${HOST}; the forwarder said: ${log}`, async () => {
      const result = await reach();
      return result?.kind === 'certificate' && result.commonName === 'default/shop at 10.244.0.5:8443';
    });
    await until(world, 'the address is on the Ingress', async () => {
      const { status } = await plane.ok('GET', '/apis/networking.k8s.io/v1/namespaces/default/ingresses/shop');
      return status?.loadBalancer?.ingress?.[0]?.ip === VIP;
    });
  });

  it('repairs what somebody changed on the appliance, without anyone touching Kubernetes (LIF-7)', async () => {
    const path = `policystringmap_pattern_binding/nsp_f_192_0_2_10_443?args=key:${HOST}`;
    await fetch(`${world.appliance.url}/nitro/v1/config/${path}`, {
      method: 'DELETE',
      headers: { 'x-nitro-user': 'nspass', 'x-nitro-pass': 'secret' },
    });
    expect((await reach())?.kind).not.toBe('certificate');
    await world.invoke(world.stack.resources.get('AuditLambdaFunction') ?? '');
    await until(world, 'it is reached again', async () => (await reach())?.kind === 'certificate');
  });

  it('takes a deleted Ingress off the appliance (SEL-3)', async () => {
    await plane.ok('DELETE', '/apis/networking.k8s.io/v1/namespaces/default/ingresses/shop');
    await until(world, 'nothing of it is left', () => !world.config().some((line) => line.includes(HOST)));
    expect((await reach())?.kind).not.toBe('certificate');
  });
});
