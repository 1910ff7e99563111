import { createServer, type Server } from 'node:net';
import type { IngressState, ReceivedEvent } from '../../../lib/contract/index.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { changed, snapshot, state } from '../../support/events.ts';

const SERVICES = ['orders', 'payments', 'search', 'catalog', 'login', 'metrics', 'vault', 'kafka'];
const TEAMS = ['shop', 'billing', 'platform', 'identity', 'data'];
const CLUSTERS = ['prod-eu-1', 'prod-eu-2', 'prod-us-1'];
const DAY_SECONDS = 86_400;
const PORT = 8_443;

/** An appliance with the Ingresses of three clusters, written by the engine. Members listen on this machine. */
export interface SampleEstate {
  readonly world: World;
  /** Host whose members do not listen. */
  readonly downHost: string;
  /** Delivers a change of an Ingress, as its forwarder would. */
  change(name: string, options: Parameters<typeof state>[1]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the appliance, and writes the snapshot of each cluster. */
export async function startSampleEstate(): Promise<SampleEstate> {
  const member = await listening();
  const address = member.address() as { port: number };
  const known = CLUSTERS.flatMap((_, cluster) => SERVICES.flatMap((_, service) => addressesOf(cluster, service)));
  const map = new Map(known.map((ip) => [`${ip}:${PORT}`, { host: '127.0.0.1', port: address.port }]));
  const world = await startWorld({ now: Date.now, appliance: { map, now: Date.now } });
  const now = Date.now();
  let sequence = now - 600_000;
  const deliver = async (event: (sequence: number) => ReceivedEvent): Promise<void> => {
    sequence += 45_000;
    await world.deliver(event(sequence));
  };
  for (const [index, cluster] of CLUSTERS.entries()) {
    const ingresses = ingressesOf(index, now);
    await deliver((at) => snapshot(at, ingresses, { cluster, uid: `uid-${cluster}`, flagged: true }));
  }
  return {
    world,
    downHost: 'reports.data.example.com',
    async change(name, options) {
      const cluster = CLUSTERS[0] as string;
      await deliver((at) => changed(at, state(name, options), { cluster, uid: `uid-${cluster}` }));
    },
    async stop() {
      await world.stop();
      await new Promise((resolve) => member.close(resolve));
    },
  };
}

function listening(): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).end());
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const addressesOf = (cluster: number, service: number): string[] =>
  [1, 2, 3].map((node) => `10.4${cluster}.${node}.${20 + service}`);

function ingressesOf(cluster: number, now: number): IngressState[] {
  const age = (days: number): number => Math.floor(now / 1_000) - days * DAY_SECONDS;
  const region = (CLUSTERS[cluster] as string).replace('prod-', '');
  const usual = TEAMS.flatMap((team, at) =>
    SERVICES.map((service, index) =>
      state(service, {
        namespace: team,
        hosts: [`${service}.${team}.${region}.example.com`],
        vip: `203.0.113.${10 + cluster}`,
        service,
        members: addressesOf(cluster, index).map((ip) => ({ address: ip, port: PORT })),
        created: age(20 + at * 31 + index * 9 + cluster),
        annotations: index === 0 && at < 2 ? { 'ingress.citrix.com/insecure-termination': 'redirect' } : {},
      }),
    ),
  );
  return cluster > 0 ? usual : [...usual, ...unusual(age)];
}

/** Ingresses with a fault each: members that do not listen, no member, and a host that is held already. */
function unusual(age: (days: number) => number): IngressState[] {
  const vip = '203.0.113.10';
  const members = ['10.99.0.1', '10.99.0.2'].map((address) => ({ address, port: PORT }));
  return [
    state('reports', {
      namespace: 'data',
      hosts: ['reports.data.example.com'],
      vip,
      service: 'reports',
      members,
      created: age(3),
    }),
    state('canary', {
      namespace: 'shop',
      hosts: ['canary.shop.example.com'],
      vip,
      service: 'canary',
      members: [],
      created: age(1),
    }),
    state('login-next', {
      namespace: 'identity',
      hosts: ['login.identity.eu-1.example.com'],
      vip,
      service: 'login-next',
      members: addressesOf(0, 4).map((address) => ({ address, port: PORT })),
      created: age(2),
    }),
  ];
}
