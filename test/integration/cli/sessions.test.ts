import { readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../lib/simulator/index.ts';
import { readStatus } from '../../../lib/status/index.ts';
import { eventually } from '../../support/eventually.ts';
import { clientOf } from '../../support/nitro-client.ts';
import { Session } from '../../support/sessions.ts';

const RECORDED = 'test/integration/cli/sessions';
const PASSWORD = 'correct-horse-battery';
const EDGE = 'http://192.0.2.5';
const CREDENTIALS = {
  NSPASS_NITRO_USERNAME: 'nsroot',
  NSPASS_NITRO_PASSWORD: PASSWORD,
  EDGE_USERNAME: 'nsroot',
  EDGE_PASSWORD: PASSWORD,
};

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Days and an hour before now, so that an age is the same number of days in every run. */
const daysAgo = (days: number): string =>
  new Date(Date.now() - (days * 24 + 1) * 3_600_000).toISOString().replace(/\.\d+Z$/, '');
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
      metadata: { ...metadata, annotations, creationTimestamp: `${CREATED[created]}Z` },
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

async function started(options: SimulatorOptions = {}): Promise<Started> {
  const backend = createServer((socket) => socket.end());
  await new Promise<void>((listening) => backend.listen(0, '127.0.0.1', listening));
  const map = new Map([
    ['10.1.0.1:8443', { host: '127.0.0.1', port: (backend.address() as AddressInfo).port }],
    ['10.1.0.9:8443', { host: '127.0.0.1', port: 1 }],
  ]);
  const appliance = await startSimulator({ username: 'nsroot', password: PASSWORD, map, ...options });
  const session = new Session({
    env: CREDENTIALS,
    secrets: [PASSWORD],
    replace: [
      [appliance.url, EDGE],
      [CREATED.young, '2000-05-01T08:00:00'],
      [CREATED.old, '2000-02-01T08:00:00'],
      [String(Date.parse(`${CREATED.young}Z`) / 1000), '0957168000'],
      // The time of the plan, by which the appliance has recorded it.
      [/20[2-9]\d-\d\d-\d\dT\d\d:\d\d:\d\d/, '2000-05-04T09:30:00'],
      [/(Z|\.\d{3}Z)(?=")/, 'Z'],
      [/\d+(\.\d+)? s\b/, 'N s'],
      // Any of the lists may be the first that an outage hits.
      [/appliance: read \w+:/, 'appliance: read LIST:'],
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
    const served = async (): Promise<boolean> => {
      const routes = await readStatus(client, 'nsp');
      const probed = routes.flatMap(({ members }) => members).every(({ state }) => /^(UP|DOWN)$/.test(state));
      return probed && routes.some(({ state }) => state === 'serving');
    };
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

  it('conflict: an older Ingress takes a host over, and the plan says from whom and why', async () => {
    const { session, nitro, apply } = await started();
    session.write('manifests/young.yaml', manifest('young', { hosts: ['shop.example.com'] }));
    await apply();
    session.write('manifests/old.yaml', manifest('old', { hosts: ['shop.example.com'], created: 'old' }));
    await session.run(['plan', 'manifests', ...nitro, ...CLUSTER, '--out', 'plan.json']);
    await session.run(['apply', 'plan.json', ...nitro]);
    await session.run(['status', 'shop.example.com', ...nitro]);
    session.matches(recorded('conflict'));
  });

  it('moved: a host gets another VIP, and a further member', async () => {
    const { session, nitro, apply } = await started();
    session.write('manifests/web.yaml', manifest('web'));
    session.write('manifests/api.yaml', manifest('api'));
    await apply();
    session.write('manifests/web.yaml', manifest('web', { vip: '192.0.2.20' }));
    session.write('manifests/api.yaml', manifest('api', { members: ['10.1.0.1', '10.1.0.9'] }));
    await session.run(['plan', 'manifests', ...nitro, ...CLUSTER]);
    session.note('A part of the manifests: the other Ingresses stay.');
    await session.run(['plan', 'manifests/web.yaml', '--partial', ...nitro, ...CLUSTER]);
    session.note('Without --partial, what is not among the manifests is removed.');
    await session.run(['plan', 'manifests/api.yaml', ...nitro, ...CLUSTER]);
    session.matches(recorded('moved'));
  });

  it('objects: the commands of a plan, and a plan as Markdown for a pull request', async () => {
    const { session, nitro } = await started();
    session.write('manifests/web.yaml', manifest('web'));
    await session.run(['plan', 'manifests', ...nitro, ...FIRST, '--objects']);
    await session.run(['plan', 'manifests', ...nitro, ...FIRST, '--objects', '-o', 'markdown']);
    await session.run(['plan', 'manifests', ...nitro, ...FIRST, '-o', 'json']);
    session.matches(recorded('objects'));
  });

  it('base: two sets of manifests are compared without an appliance', async () => {
    const { session } = await started();
    session.write('main/web.yaml', manifest('web'));
    session.write('main/api.yaml', manifest('api'));
    session.write('branch/web.yaml', manifest('web', { hosts: ['web.example.com', 'new.example.com'] }));
    await session.run(['plan', 'branch', '--base', 'main']);
    await session.run(['plan', 'branch', '--base', 'main', '-o', 'markdown']);
    await session.run(['plan', 'main', '--base', 'main']);
    session.matches(recorded('base'));
  });

  it('changed-since: the appliance is not as the plan saw it → nothing is written', async () => {
    const { session, appliance, nitro } = await started();
    session.write('manifests/web.yaml', manifest('web'));
    await session.run(['plan', 'manifests', ...nitro, ...FIRST, '--out', 'plan.json']);
    await session.prepare(['apply', 'plan.json', ...nitro]);
    session.note('Meanwhile somebody else has applied it.');
    const before = appliance.runningConfig();
    await session.run(['apply', 'plan.json', ...nitro]);
    expect(appliance.runningConfig()).toBe(before);
    session.matches(recorded('changed-since'));
  });

  it('interrupted: Ctrl-C while a plan is written → says how much is, and the next plan finishes it', async () => {
    const held = Promise.withResolvers<void>();
    let isHeld = false;
    const { session, nitro } = await started({
      onRequest: async ({ operation, body }) => {
        if (operation === 'get' || !JSON.stringify(body ?? '').includes('"csvserver"')) return undefined;
        isHeld = true;
        await held.promise;
        return undefined;
      },
    });
    session.write('manifests/web.yaml', manifest('web'));
    await session.run(['plan', 'manifests', ...nitro, ...FIRST, '--out', 'plan.json']);
    await session.run(['apply', 'plan.json', ...nitro], async ({ printed, kill }) => {
      await eventually(() => isHeld, 'a write is under way');
      kill('SIGINT');
      await printed('Ctrl-C again ends at once');
      held.resolve();
    });
    await session.run(['status', ...nitro]);
    await session.run(['plan', 'manifests', ...nitro, ...CLUSTER, '--out', 'plan.json']);
    await session.run(['apply', 'plan.json', ...nitro]);
    await session.run(['plan', 'manifests', ...nitro, ...CLUSTER]);
    session.matches(recorded('interrupted'));
  });
});

describe('nspass status', () => {
  it('formats: wide, JSON and YAML, by host, namespace and state', async () => {
    const { session, nitro, apply } = await started();
    session.write('manifests/web.yaml', manifest('web'));
    session.write('manifests/api.yaml', manifest('api', { members: [] }));
    await apply();
    await session.run(['status', ...nitro, '-o', 'wide']);
    await session.run(['status', 'web.*', ...nitro, '-o', 'json']);
    await session.run(['status', ...nitro, '--state', 'empty', '--namespace', 'shop', '-o', 'yaml']);
    await session.run(['status', ...nitro, '--cluster', 'elsewhere']);
    session.matches(recorded('formats'));
  });

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

describe('an appliance that cannot be read', () => {
  it('unreachable: names address, source of the credentials and variables', async () => {
    const { session } = await started();
    const nowhere = 'http://127.0.0.1:1';
    session.replace([nowhere, EDGE]);
    session.write(
      'appliances.yml',
      `appliances: [{ name: edge, clusters: [prod-eu], endpoints: ["${nowhere}"], credentials: { environment: EDGE } }]\n`,
    );
    await session.run(['status', '--nitro', nowhere]);
    await session.run(['status', '--config', 'appliances.yml']);
    session.matches(recorded('unreachable'));
  });

  it('wrong-password: says where it comes from, and never what it is', async () => {
    const { session, nitro } = await started({ password: 'another' });
    session.write('manifests/web.yaml', manifest('web'));
    await session.run(['status', ...nitro]);
    await session.run(['plan', 'manifests', ...nitro]);
    session.matches(recorded('wrong-password'));
  });
});

it('every recorded session belongs to a test', () => {
  expect(readdirSync(RECORDED).sort()).toEqual(
    ['base', 'changed-since', 'conflict', 'first-plan', 'formats', 'interrupted', 'moved', 'objects', 'unreachable']
      .concat('watch', 'wrong-password')
      .map((name) => `${name}.txt`),
  );
});
