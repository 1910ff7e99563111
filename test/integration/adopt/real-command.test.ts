import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../../lib/nitro/self-signed.ts';
import type { SimulatedEndpoint } from '../../../lib/simulator/index.ts';
import { type Backend, named } from '../../conformance/simulator/traffic.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { ask } from '../../support/hello.ts';
import { makeIncumbent } from '../../support/incumbent.ts';
import { ALL } from '../../support/patience.ts';
import { routeToVips } from '../../support/route-to-vips.ts';

const closing: (() => unknown)[] = [];
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nspass-adopt-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes an Ingress with its Service and its members. */
function manifest(name: string, address: string, annotations: Readonly<Record<string, string>> = {}): void {
  const metadata = { name, namespace: 'default' };
  const backend = { service: { name, port: { number: 443 } } };
  const objects = [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        ...metadata,
        annotations: {
          'ingress.citrix.com/ssl-passthrough': 'true',
          'ingress.citrix.com/frontend-ip': '192.0.2.10',
          ...annotations,
        },
        creationTimestamp: '2026-01-01T00:00:00Z',
      },
      spec: {
        ingressClassName: 'citrix',
        tls: [{}],
        rules: [{ host: `${name}.example.com`, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
      },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ name: 'https', port: 443, targetPort: 8443 }] } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: 'https', port: 8443 }],
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    },
  ];
  writeFileSync(join(folder, `${name}.yaml`), objects.map((each) => JSON.stringify(each)).join('\n---\n'));
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly status: number | null; readonly out: string; readonly err: string }>;
}

/** Starts the real command. */
function adopt(world: World, ...args: string[]): Started {
  const common = ['--nitro', world.appliance.url, '--cluster', 'prod-eu', '--cluster-uid', 'uid-1'];
  const program = [...routeToVips(world.appliance.frontends), 'lib/cli/main.ts', 'adopt', folder, ...common];
  const child = spawn(process.execPath, [...program, ...args], {
    env: { ...process.env, NSPASS_NITRO_USERNAME: 'nsroot', NSPASS_NITRO_PASSWORD: 'nsroot', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    out += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data;
  });
  const ended = once(child, 'close').then(([status]) => ({ status, out, err }));
  return { child, ended };
}

const run = (world: World, ...args: string[]) => adopt(world, ...args).ended;

describe('Ctrl-C in the middle of take-overs', () => {
  const NAMES = ['a', 'b', 'c', 'd'];
  const hosts = NAMES.map((name) => `${name}.example.com`);
  const RIGHT = NAMES.map((name) => `${name}.example.com member-${name}`);

  /** Every name is asked for again and again, over real connections, until the end. */
  async function asked(world: World, until: Promise<unknown>): Promise<string[]> {
    const seen = new Set<string>();
    let over = false;
    void until.then(() => {
      over = true;
    });
    const round = async (): Promise<void> => {
      const place = world.appliance.frontends.get('192.0.2.10:443');
      if (place === undefined) throw new Error('no front end');
      for (const host of hosts) seen.add(`${host} ${await ask(place, host)}`);
    };
    do await round();
    while (!over);
    await round();
    return [...seen].sort();
  }

  describe.each(ALL ? [1, 4, 9, 14, 20] : [4, 14])('during write %i', (at) => {
    it.each([
      ['goes on', ['--all', '--yes']],
      ['goes back', ['--all', '--back', '--yes']],
    ])('ends with 130, drops nobody, and the same command %s', async (way, next) => {
      const members = new Map<string, Backend>();
      for (const [index, name] of NAMES.entries()) members.set(`10.1.0.${index + 1}`, await named(`member-${name}`));
      let writes = 0;
      let started: Started | undefined;
      const world = await startWorld({
        appliance: {
          resolveMember: async ({ address }) => members.get(address)?.endpoint,
          onRequest: ({ operation, kind }) => {
            if (started === undefined || operation === 'get' || kind === 'login' || kind === 'logout') return undefined;
            writes += 1;
            if (writes === at) started.child.kill('SIGINT');
            return undefined;
          },
        },
      });
      closing.push(() => world.stop(), ...[...members.values()].map((member) => () => member.stop()));
      for (const [index, name] of NAMES.entries()) manifest(name, `10.1.0.${index + 1}`);
      await makeIncumbent(world.client, {
        hosts: NAMES.map((name, index) => ({
          host: `${name}.example.com`,
          ingress: name,
          service: name,
          members: [`10.1.0.${index + 1}`],
        })),
      });
      const before = world.appliance.runningConfig();
      started = adopt(world, '--all', '--yes');
      expect(await asked(world, started.ended)).toEqual(RIGHT);
      const { status, err } = await started.ended;
      started = undefined;
      expect([status, err]).toEqual([
        130,
        expect.stringContaining('interrupted: the request under way is finished first'),
      ]);
      expect(err).toContain('The same command continues');

      const continued = adopt(world, ...next);
      expect(await asked(world, continued.ended)).toEqual(RIGHT);
      expect((await continued.ended).status).toBe(0);
      const looked = JSON.parse((await run(world, '-o', 'json')).out);
      if (way === 'goes on') expect(looked.summary).toMatchObject({ 'taken-over': NAMES.length, ready: 0 });
      else {
        expect(looked.summary).toMatchObject({ 'taken-over': 0, ready: NAMES.length });
        const theirs = (config: string): string[] =>
          config
            .split('\n')
            .filter((line) => /k8s-/.test(line))
            .sort();
        expect(theirs(world.appliance.runningConfig())).toEqual(theirs(before));
      }
    });
  });
});

/** A TLS server with a certificate of this name. */
async function serverOf(commonName: string): Promise<SimulatedEndpoint> {
  const pair = await selfSigned({ commonName, algorithm: 'ecdsa', days: 5, now: Date.now() });
  const server: Server = createServer(pair, (socket) => socket.on('error', () => undefined).resume());
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return { host: '127.0.0.1', port: (server.address() as { port: number }).port };
}

describe('--probe', () => {
  it('goes on where the same certificate answers; one that is another gives the host back, and stops', async () => {
    const map = new Map([
      ['10.1.0.1:8443', await serverOf('a.example.com')],
      ['10.1.0.2:8443', await serverOf('b.example.com')],
      ['10.1.0.3:8443', await serverOf('other.example.com')],
    ]);
    const world = await startWorld({ appliance: { map } });
    closing.push(() => world.stop());
    manifest('a', '10.1.0.1');
    // The Ingress has another member than the incumbent, with another certificate.
    manifest('b', '10.1.0.3');
    await makeIncumbent(world.client, {
      hosts: [
        { host: 'a.example.com', ingress: 'a', service: 'a', members: ['10.1.0.1'] },
        { host: 'b.example.com', ingress: 'b', service: 'b', members: ['10.1.0.2'] },
      ],
    });
    const { status, err } = await run(world, '--all', '--yes', '--probe');
    expect(err).toContain('1/2 a.example.com is taken over.');
    expect(err).toContain(
      'b.example.com: it answered with the certificate of b.example.com, and now with the certificate of other.example.com: it was given back',
    );
    expect(status).toBe(1);
    const { hosts } = JSON.parse((await run(world, '-o', 'json')).out);
    expect(hosts.map(({ host, state }: { host: string; state: string }) => [host, state])).toEqual([
      ['a.example.com', 'taken-over'],
      ['b.example.com', 'ready'],
    ]);
    const without = await run(world, '--all', '--yes');
    expect(without.status).toBe(0);
  });
});

describe('nspass remove while a front end is shared', () => {
  async function remove(world: World, ...args: string[]) {
    const config = join(folder, 'appliances.yml');
    const appliance = {
      name: 'edge',
      clusters: ['prod-eu'],
      endpoints: [world.appliance.url],
      credentials: { environment: 'EDGE' },
    };
    writeFileSync(config, JSON.stringify({ appliances: [appliance] }));
    const program = ['lib/cli/main.ts', 'remove', '--config', config, '--appliance', 'edge', ...args];
    const child = spawn(process.execPath, program, {
      env: { ...process.env, EDGE_USERNAME: 'nsroot', EDGE_PASSWORD: 'nsroot', NO_COLOR: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let err = '';
    child.stderr.on('data', (data: Buffer) => {
      err += data;
    });
    const [status] = await once(child, 'close');
    rmSync(config);
    return { status, err };
  }

  it('removes nothing and says what to do first; behind the way back it removes what is ours alone', async () => {
    const members = new Map<string, Backend>();
    for (const [index, name] of ['a', 'b'].entries()) members.set(`10.1.0.${index + 1}`, await named(`member-${name}`));
    const world = await startWorld({
      appliance: { resolveMember: async ({ address }) => members.get(address)?.endpoint },
    });
    closing.push(() => world.stop(), ...[...members.values()].map((member) => () => member.stop()));
    for (const [index, name] of ['a', 'b'].entries()) manifest(name, `10.1.0.${index + 1}`);
    const incumbents = ['a', 'b'].map((name, index) => ({
      host: `${name}.example.com`,
      ingress: name,
      service: name,
      members: [`10.1.0.${index + 1}`],
    }));
    await makeIncumbent(world.client, { hosts: incumbents });
    const theirs = (): string[] =>
      world.appliance
        .runningConfig()
        .split('\n')
        .filter((line) => /k8s-/.test(line))
        .sort();
    const answers = async (): Promise<string[]> => {
      const place = world.appliance.frontends.get('192.0.2.10:443');
      if (place === undefined) throw new Error('no front end');
      return Promise.all(['a', 'b'].map((name) => ask(place, `${name}.example.com`)));
    };
    const before = theirs();
    expect((await run(world, '--host', 'a.example.com', '--yes')).status).toBe(0);
    const shared = world.appliance.runningConfig();

    const looked = await remove(world);
    expect(looked.err).toContain('k8s-192.0.2.10_443_ssl (192.0.2.10:443) is shared with the vendor’s controller');
    const refused = await remove(world, '--yes');
    expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('nspass adopt … --all --back --yes')]);
    expect(refused.err).toContain('nothing was removed from edge');
    expect(refused.err).not.toContain('will stop being served');
    expect(world.appliance.runningConfig()).toBe(shared);
    expect(await answers()).toEqual(['member-a', 'member-b']);

    expect((await run(world, '--all', '--back', '--yes')).status).toBe(0);
    expect(await remove(world, '--yes')).toMatchObject({ status: 0 });
    expect(theirs()).toEqual(before);
    expect(world.appliance.runningConfig()).not.toMatch(/\bnsp[-_]/);
    expect(await answers()).toEqual(['member-a', 'member-b']);
  });
});

describe('port 80', () => {
  it('the report says whose it stays, and so does the last step', async () => {
    const world = await startWorld({
      appliance: { map: new Map([['10.1.0.1:8443', await serverOf('a.example.com')]]) },
    });
    closing.push(() => world.stop());
    manifest('a', '10.1.0.1', { 'ingress.citrix.com/insecure-termination': 'redirect' });
    await makeIncumbent(world.client, {
      hosts: [{ host: 'a.example.com', ingress: 'a', service: 'a', members: ['10.1.0.1'] }],
    });
    const plain = { name: 'k8s-192.0.2.10_80_http', servicetype: 'HTTP', ipv46: '192.0.2.10', port: 80 };
    await world.client.add([{ type: 'csvserver', body: plain }]);
    const { hosts } = JSON.parse((await run(world, '-o', 'json')).out);
    expect(hosts[0]).toMatchObject({
      host: 'a.example.com',
      state: 'ready',
      notes: expect.arrayContaining([
        expect.stringContaining('its redirect from port 80 stays that of k8s-192.0.2.10_80_http'),
      ]),
    });
    expect((await run(world, '--host', 'a.example.com', '--yes')).status).toBe(0);
    const finished = await run(world, '--finish', '--yes');
    expect(finished.err).toContain(
      'k8s-192.0.2.10_80_http stays on port 80: remove it (rm cs vserver k8s-192.0.2.10_80_http)',
    );
    expect(world.appliance.runningConfig()).toContain('add cs vserver k8s-192.0.2.10_80_http HTTP 192.0.2.10 80');
  });
});
