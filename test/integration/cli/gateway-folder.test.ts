import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { service } from '../../../lib/cli/demo/manifests.ts';
import { probeTls } from '../../../lib/cli/demo/probe.ts';
import { type LocalStack, startLocalStack } from '../../../lib/cli/local/stack.ts';
import type { ReceivedEvent } from '../../../lib/contract/index.ts';

const GATEWAY = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: default }
spec:
  gatewayClassName: netscaler-passthrough
  addresses: [{ value: 192.0.2.20 }]
  listeners:
    - { name: tls, port: 443, protocol: TLS, hostname: '*.example.com', tls: { mode: Passthrough } }
`;

const EVERY_PROTOCOL = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: default }
spec:
  gatewayClassName: netscaler-passthrough
  listeners:
    - { name: tls, port: 443, protocol: TLS, tls: { mode: Passthrough } }
    - { name: http, port: 80, protocol: HTTP }
    - { name: https, port: 8443, protocol: HTTPS, tls: { certificateRefs: [{ name: any }] } }
`;

const route = (name: string, hostname: string, backends: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: { name: ${name}, namespace: default }
spec:
  parentRefs: [{ name: edge }]
  hostnames: ['${hostname}']
  rules: [{ backendRefs: [${backends}] }]
`;

/** TLSRoutes in a folder, over the real forwarder, bus, queue and functions to the simulated appliance. */
describe('TLSRoutes in a folder', () => {
  let folder: string;
  let stack: LocalStack;
  let outcomes: ReceivedEvent[];
  let sent: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nspass-gateway-'));
    outcomes = [];
    sent = [];
    await writeFile(join(folder, 'services.yaml'), service('web', ['10.244.0.11']));
    await writeFile(join(folder, 'canary.yaml'), service('canary', ['10.244.0.12']));
    await writeFile(join(folder, 'gateway.yaml'), GATEWAY);
    await writeFile(join(folder, 'routes.yaml'), route('web', 'web.example.com', '{ name: web, port: 443 }'));
    stack = await startLocalStack({
      folder,
      windowMs: 20,
      drainSeconds: 0,
      onOutcome: (event) => outcomes.push(event),
      onEvent: ({ detailType }) => sent.push(detailType),
    });
    await stack.ready;
    await stack.settled();
  });
  afterEach(async () => {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const front = () => stack.appliance.frontends.get('192.0.2.20:443') as { host: string; port: number };
  const probe = async (name: string) => (await probeTls(front(), name)).kind;

  it('are routed, follow their Gateway, and leave when they go', async () => {
    expect(sent).toEqual(expect.arrayContaining(['TLSRoute Snapshot', 'Cluster Snapshot']));
    expect(outcomes).toContainEqual(
      expect.objectContaining({
        detailType: 'TLSRoute Programmed',
        data: expect.objectContaining({ name: 'web', hosts: ['web.example.com'] }),
      }),
    );
    expect(await probe('web.example.com')).toBe('certificate');
    expect(await probe('other.example.com')).toBe('reset');

    // A wildcard of a Gateway covers more than one label.
    await writeFile(join(folder, 'routes.yaml'), route('web', '*.example.com', '{ name: web, port: 443 }'));
    await expect.poll(() => probe('a.b.example.com')).toBe('certificate');

    // Another hostname of the listener: the route has none in common with it.
    await writeFile(join(folder, 'gateway.yaml'), GATEWAY.replace('*.example.com', '*.example.net'));
    await expect.poll(() => probe('a.b.example.com')).toBe('reset');

    await writeFile(join(folder, 'gateway.yaml'), GATEWAY);
    await expect.poll(() => probe('a.b.example.com')).toBe('certificate');
    await rm(join(folder, 'routes.yaml'));
    await expect.poll(() => probe('a.b.example.com')).toBe('reset');
    expect(outcomes.map(({ detailType }) => detailType)).toContain('TLSRoute Removed');
    // The Gateway itself keeps its listener open.
    await stack.settled();
    expect(stack.appliance.frontends.has('192.0.2.20:443')).toBe(true);
    await rm(join(folder, 'gateway.yaml'));
    await expect.poll(() => stack.appliance.frontends.has('192.0.2.20:443')).toBe(false);
  });

  it('share connections by weight, and follow the endpoints of each Service', async () => {
    const both = '{ name: web, port: 443, weight: 3 }, { name: canary, port: 443, weight: 1 }';
    await writeFile(join(folder, 'routes.yaml'), route('web', 'web.example.com', both));
    const members = () =>
      stack.appliance
        .runningConfig()
        .split('\n')
        .filter((line) => line.startsWith('bind serviceGroup ') && line.includes('10.244.'))
        .map((line) => /(10\.244\.\S+) 8443(.*)/.exec(line)?.slice(1).join(''))
        .sort();
    await expect
      .poll(members)
      .toEqual([expect.stringMatching(/^10\.244\.0\.11.*-weight 3/), expect.stringMatching(/^10\.244\.0\.12.*/)]);
    await writeFile(join(folder, 'canary.yaml'), service('canary', ['10.244.0.12', '10.244.0.13']));
    await expect.poll(() => members().length).toBe(3);
  });
});

/** The status of the answer to a plain request. */
const plain = ({ host, port }: { host: string; port: number }): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get({ host, port, headers: { host: 'any.example.com' }, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });

describe('a Gateway without routes in a folder', () => {
  let folder: string;
  let stack: LocalStack;
  const outcomes: ReceivedEvent[] = [];
  const addresses = new Map<string, readonly string[]>();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nspass-gateway-'));
    await writeFile(join(folder, 'gateway.yaml'), EVERY_PROTOCOL);
    stack = await startLocalStack({
      folder,
      windowMs: 20,
      drainSeconds: 0,
      gateway: { https: true },
      limits: { gatewayAddresses: ['192.0.2.64/29'] },
      onOutcome: (event) => outcomes.push(event),
      onStatus: (name, now) => addresses.set(name, now),
    });
    await stack.ready;
    await stack.settled();
  });
  afterEach(async () => {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('GW-13: is programmed at an address of the pool, answers on every listener, and goes', async () => {
    const programmed = outcomes.find(({ detailType }) => detailType === 'Gateway Programmed');
    expect(programmed?.data).toMatchObject({ name: 'edge', listeners: ['tls', 'http', 'https'] });
    const open = [...stack.appliance.frontends];
    const vip = open[0]?.[0].split(':')[0] ?? '';
    expect(vip).toMatch(/^192\.0\.2\.(6[5-9]|70)$/);
    expect(open.map(([address]) => address).sort()).toEqual([`${vip}:443`, `${vip}:80`, `${vip}:8443`]);
    await expect.poll(() => addresses.get('default/gateway/edge')).toEqual([vip]);

    const at = (port: number) => stack.appliance.frontends.get(`${vip}:${port}`) as { host: string; port: number };
    expect(await plain(at(80))).toBe(404);
    expect((await probeTls(at(443), 'any.example.com')).kind).toBe('reset');
    expect((await probeTls(at(8443), 'any.example.com')).kind).toBe('reset');

    // Its own address comes back with the next event: it stays where it is.
    await stack.settled();
    expect(stack.appliance.frontends.size).toBe(3);
    await rm(join(folder, 'gateway.yaml'));
    await expect.poll(() => stack.appliance.frontends.size).toBe(0);
    await expect.poll(() => outcomes.map(({ detailType }) => detailType)).toContain('Gateway Removed');
    expect(await stack.deadLetters()).toBe(0);
  });
});
