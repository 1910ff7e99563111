import { readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../lib/simulator/index.ts';
import { readStatus } from '../../../lib/status/index.ts';
import { eventually } from '../../support/eventually.ts';
import { clientOf } from '../../support/nitro-client.ts';
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

/** Options of the first plan for an appliance, and of later ones. */
const CLUSTER = ['--cluster', 'prod-eu'];
const FIRST = [...CLUSTER, '--cluster-uid', 'uid-1'];

/** A session, and the appliance that it is about. */
interface Started {
  readonly session: Session;
  readonly appliance: Simulator;
  /** Option that names the appliance. */
  readonly nitro: readonly string[];
  /** Plans and applies the manifests, without a trace in the recording, and waits until a host is served. */
  apply(): Promise<void>;
}

async function started(): Promise<Started> {
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
  const nitro = ['--nitro', appliance.url];
  const apply = async (): Promise<void> => {
    const planned = await session.prepare(['plan', 'manifests', ...nitro, ...FIRST, '--out', '.plan.json']);
    expect(planned.status, planned.text).toBe(1);
    const applied = await session.prepare(['apply', '.plan.json', ...nitro]);
    expect(applied.status, applied.text).toBe(0);
    const client = clientOf(appliance, { password: PASSWORD });
    const served = async (): Promise<boolean> =>
      (await readStatus(client, 'nsp')).some((route) => route.state === 'serving');
    await eventually(served, 'a host is served');
  };
  return { session, appliance, nitro, apply };
}

const recorded = (name: string): string => join(RECORDED, `${name}.txt`);

describe('nspass plan and apply', () => {
  it('first-plan: an empty appliance, then the plan is written, then nothing is left', async () => {
    const { session, nitro } = await started();
    session.write('manifests/web.yaml', manifest('web', { hosts: ['shop.example.com', 'www.example.com'] }));
    await session.run(['plan', 'manifests', ...nitro, ...FIRST, '--out', 'plan.json']);
    await session.run(['apply', 'plan.json', ...nitro]);
    await session.run(['plan', 'manifests', ...nitro, ...CLUSTER]);
    await session.run(['status', ...nitro, '--state', 'serving', '--state', 'down']);
    session.matches(recorded('first-plan'));
  });
});

describe('nspass status', () => {
  it('watch: changes alone are printed, an outage is reported, and Ctrl-C ends with status 0', async () => {
    const { session, appliance, nitro, apply } = await started();
    session.write('manifests/web.yaml', manifest('web'));
    session.write('manifests/api.yaml', manifest('api', { members: ['10.1.0.9'] }));
    await apply();
    const ended = await session.run(
      ['status', ...nitro, '--watch', '--interval', '1'],
      async ({ printed, text, kill }) => {
        await printed('2 routes');
        const first = text();
        // The appliance is read three times more, and nothing has changed.
        const readings = (): number => appliance.requests.byKind.policystringmap ?? 0;
        const until = readings() + 3;
        await eventually(() => readings() >= until, 'three more readings');
        expect(text()).toBe(first);

        const client = clientOf(appliance, { password: PASSWORD });
        const [group] = /nsp-shop-web-web-443-\w+/.exec(appliance.runningConfig()) ?? [];
        await client.act('servicegroup', 'disable', [{ servicegroupname: group }]);
        await printed(/2 routes.*web\.example\.com .* down /s);
        appliance.setFaults([{ fault: { type: 'status', status: 503 } }]);
        await printed('Reading again until it answers');
        appliance.setFaults([]);
        await printed('the appliance answers again');
        kill('SIGINT');
      },
    );
    expect(ended.status).toBe(0);
    session.matches(recorded('watch'));
  });
});

it('every recorded session belongs to a test', () => {
  expect(readdirSync(RECORDED).sort()).toEqual(['first-plan.txt', 'watch.txt']);
});
