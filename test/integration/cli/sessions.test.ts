import { readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../lib/simulator/index.ts';
import { Session } from '../../support/sessions.ts';

const RECORDED = 'test/integration/cli/sessions';
const PASSWORD = 'correct-horse-battery';
const EDGE = 'http://192.0.2.5';
const CREDENTIALS = { NSPASS_NITRO_USERNAME: 'nsroot', NSPASS_NITRO_PASSWORD: PASSWORD };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Days and an hour before now, so that an age is the same number of days in every run. */
const daysAgo = (days: number): string =>
  new Date(Date.now() - (days * 24 + 1) * 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
/** Creation times, and what a recording has instead of them. */
const CREATED = { young: daysAgo(3), old: daysAgo(90) } as const;

interface Manifest {
  readonly hosts?: readonly string[];
  readonly vip?: string;
  readonly created?: keyof typeof CREATED;
  readonly members?: readonly string[];
}

/** An Ingress with its Service and EndpointSlice, each on one line. */
function manifest(name: string, { hosts, vip, created = 'young', members = ['10.1.0.1'] }: Manifest = {}): string {
  const annotations = {
    'ingress.citrix.com/ssl-passthrough': 'true',
    'ingress.citrix.com/frontend-ip': vip ?? '192.0.2.10',
  };
  const rules = (hosts ?? [`${name}.example.com`]).map((host) => ({
    host,
    http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 443 } } } }] },
  }));
  const metadata = { name, namespace: 'shop' };
  const objects = [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { ...metadata, annotations, creationTimestamp: CREATED[created] },
      spec: { ingressClassName: 'citrix', tls: [{}], rules },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ name: 'https', port: 443, targetPort: 8443 }] } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: 'https', port: 8443, protocol: 'TCP' }],
      endpoints: members.map((address) => ({ addresses: [address] })),
    },
  ];
  return `${objects.map((object) => JSON.stringify(object)).join('\n---\n')}\n`;
}

/** A session, and the appliance that it is about. */
async function started(): Promise<{ session: Session; appliance: Simulator; nitro: string[] }> {
  const backend = createServer((socket) => socket.end());
  await new Promise<void>((listening) => backend.listen(0, '127.0.0.1', listening));
  const map = new Map([
    ['10.1.0.1:8443', { host: '127.0.0.1', port: (backend.address() as AddressInfo).port }],
    ['10.1.0.9:8443', { host: '127.0.0.1', port: 1 }],
  ]);
  const appliance = await startSimulator({ username: 'nsroot', password: PASSWORD, map });
  const session = new Session({
    env: CREDENTIALS,
    secrets: [PASSWORD],
    replace: [
      [appliance.url, EDGE],
      [CREATED.young, '2026-05-01T08:00:00Z'],
      [CREATED.old, '2026-02-01T08:00:00Z'],
    ],
  });
  closing.push(
    () => session.close(),
    () => appliance.stop(),
    () => backend.close(),
  );
  return { session, appliance, nitro: ['--nitro', appliance.url] };
}

const recorded = (name: string): string => join(RECORDED, `${name}.txt`);

describe('nspass plan and apply', () => {
  it('first-plan: an empty appliance, then the plan is written, then nothing is left', async () => {
    const { session, nitro } = await started();
    session.write('manifests/web.yaml', manifest('web', { hosts: ['shop.example.com', 'www.example.com'] }));
    const cluster = ['--cluster', 'prod-eu'];
    await session.run(['plan', 'manifests', ...nitro, ...cluster, '--cluster-uid', 'uid-1', '--out', 'plan.json']);
    await session.run(['apply', 'plan.json', ...nitro]);
    await session.run(['plan', 'manifests', ...nitro, ...cluster]);
    await session.run(['status', ...nitro, '--state', 'serving', '--state', 'down']);
    session.matches(recorded('first-plan'));
  });
});

it('every recorded session belongs to a test', () => {
  expect(readdirSync(RECORDED).sort()).toEqual(['first-plan.txt']);
});
