import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../../lib/audit/index.ts';
import type { Change } from '../../../lib/plan/index.ts';
import { canonical, type RouteSet, spreadOver } from '../../../lib/route/index.ts';
import type { SimulatedEndpoint } from '../../../lib/simulator/index.ts';
import { type Backend, named } from '../../conformance/simulator/traffic.ts';
import { NOW, STARTED } from '../../support/audit.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { ask, open } from '../../support/hello.ts';
import { bring } from '../../support/route-sets.ts';

/** Weights of members, from routes to connections. */

const OWNER = { cluster: 'c1', namespace: 'n', name: 'a' };
const HOST = 'a.example.com';
const PODS = ['blue', 'green', 'red'] as const;
const addressOf = (pod: string): string => `10.0.0.${PODS.indexOf(pod as 'blue') + 1}`;

const backends = new Map<string, Backend>();
beforeAll(async () => {
  for (const pod of PODS) backends.set(addressOf(pod), await named(pod));
});
afterAll(async () => {
  for (const backend of backends.values()) await backend.stop();
});

let world: World;
let clock = STARTED;
const start = (version?: string): Promise<World> =>
  startWorld({
    now: () => clock,
    appliance: {
      ...(version === undefined ? {} : { version }),
      now: () => clock,
      resolveMember: async ({ address }) => backends.get(address)?.endpoint as SimulatedEndpoint,
    },
  });
beforeEach(async () => {
  clock = STARTED;
  world = await start();
});
afterEach(() => world.stop());

/** A host that leads to several Services: each with its weight and its pods. */
function routes(...services: readonly (readonly [weight: number, ...pods: string[]])[]): RouteSet {
  const { members, settings } = spreadOver(
    services.map(([weight, ...pods]) => ({
      weight,
      members: pods.map((pod) => ({ address: addressOf(pod), port: 8443 })),
    })),
  );
  return canonical({
    owner: OWNER,
    created: 100,
    backends: [{ service: 'rule-0', port: '443', settings, members }],
    routes: [
      {
        kind: 'passthrough',
        frontend: { vip: '192.0.2.10', port: 443, kind: 'tls' },
        host: HOST,
        backend: 'rule-0:443',
      },
    ],
    frontendSettings: {},
  });
}

const program = (set: RouteSet, verify = false) => bring(world, [{ owner: OWNER, routes: set }], verify);
const written = (changes: readonly Change[]): string[] =>
  changes.map(({ op, resource }) => [op, resource.role, resource.attributes.members].join(' ').trim());

/** Connects so often, one after the other. @returns the number of connections of each pod. */
async function shares(connections: number): Promise<Record<string, number>> {
  const place = world.appliance.frontends.get('192.0.2.10:443') as SimulatedEndpoint;
  const count: Record<string, number> = {};
  for (let connection = 0; connection < connections; connection += 1) {
    const pod = await ask(place, HOST);
    count[pod] = (count[pod] ?? 0) + 1;
  }
  return count;
}

/** Rows of the group's members: `10.0.0.1 3`. */
async function weights(): Promise<string[]> {
  const rows = await world.client.rows('servicegroup_servicegroupmember_binding', {
    filter: { servicegroupname: '/^nsp-/' },
  });
  return rows.map(({ ip, weight }) => `${ip} ${weight}`).sort();
}

async function setWeight(pod: string, weight: number): Promise<void> {
  const [group] = await world.client.rows('servicegroup', { filter: { servicegroupname: '/^nsp-/' } });
  const { servicegroupname } = group as { servicegroupname: string };
  await world.client.set('servicegroup', [{ servicegroupname, servername: addressOf(pod), port: 8443, weight }]);
}

describe('weights of members', () => {
  it('each Service gets its share of the connections', async () => {
    await program(routes([3, 'blue'], [1, 'green']));
    expect(await shares(40)).toEqual({ blue: 30, green: 10 });
    await program(routes([1, 'blue', 'green'], [1, 'red']));
    expect(await shares(40)).toEqual({ blue: 10, green: 10, red: 20 });
  });

  it('other weights: one list is written, and nothing else; the record is trusted or not', async () => {
    await program(routes([3, 'blue'], [1, 'green']));
    expect(await program(routes([3, 'blue'], [1, 'green']))).toEqual([]);
    expect(await program(routes([3, 'blue'], [1, 'green']), true)).toEqual([]);
    expect(written(await program(routes([1, 'blue'], [4, 'green'])))).toEqual([
      'members members 10.0.0.1 8443 1\n10.0.0.2 8443 4',
    ]);
    expect(written(await program(routes([5, 'blue'], [1, 'green']), true))).toEqual([
      'members members 10.0.0.1 8443 5\n10.0.0.2 8443 1',
    ]);
    // Equal weights are written, too: nothing says what a list without them leaves.
    expect(written(await program(routes([2, 'blue'], [2, 'green'])))).toEqual([
      'members members 10.0.0.1 8443 1\n10.0.0.2 8443 1',
    ]);
    expect(await weights()).toEqual(['10.0.0.1 1', '10.0.0.2 1']);
    expect(await program(routes([2, 'blue'], [2, 'green']), true)).toEqual([]);
  });

  it('TLS-6: an open connection survives other weights', async () => {
    await program(routes([3, 'blue'], [1, 'green']));
    const socket = await open(world.appliance.frontends.get('192.0.2.10:443') as SimulatedEndpoint, HOST);
    await program(routes([1, 'blue'], [100, 'green']));
    const echoed = new Promise<boolean>((resolve) => {
      socket.on('data', (bytes) => bytes.includes('still there') && resolve(true));
      socket.once('close', () => resolve(false));
    });
    socket.write('still there');
    expect(await echoed).toBe(true);
    socket.destroy();
  });

  it('on a build without lists of members: members are bound with weights, and get others one by one', async () => {
    await world.stop();
    world = await start('13.0-41.28');
    await program(routes([3, 'blue'], [1, 'green']));
    expect(world.config().join()).not.toContain('autoScale');
    expect(await shares(8)).toEqual({ blue: 6, green: 2 });
    await program(routes([1, 'blue'], [4, 'green'], [5, 'red']));
    expect(await weights()).toEqual(['10.0.0.1 1', '10.0.0.2 4', '10.0.0.3 5']);
    expect(await program(routes([1, 'blue'], [4, 'green'], [5, 'red']), true)).toEqual([]);
  });

  it('of one Service alone: no weight, and the appliance’s default method', async () => {
    await program(routes([3, 'blue', 'green']));
    expect(world.config().filter((line) => /lbMethod/i.test(line))).toEqual([]);
    expect(await weights()).toEqual(['10.0.0.1 1', '10.0.0.2 1']);
    expect(written(await program(routes([1, 'blue', 'green'])))).toEqual([]);
  });

  it('LIF-7: the audit finds a weight that hands changed, and the Ingress’s event repairs it', async () => {
    await program(routes([3, 'blue'], [1, 'green']));
    clock = NOW;
    const look = async () => {
      const settings = { appliance: 'appliance', systemId: 'nsp', clusters: ['c1'], drainSeconds: 0 };
      const { findings } = await audit(world.engine.reader, { ...settings, saveAfterSeconds: 'never' }, NOW);
      // No snapshot records a watermark here, so the audit asks the cluster for one.
      return findings.filter(({ code }) => code !== 'PrimarySince').map(({ code, is }) => `${code} ${is}`);
    };
    expect(await look()).toEqual([]);
    await setWeight('blue', 7);
    expect(await look()).toEqual(['MembersChanged rule-0:443 [10.0.0.1 8443 7, 10.0.0.2 8443]']);
    expect(written(await program(routes([3, 'blue'], [1, 'green']), true))).toEqual([
      'members members 10.0.0.1 8443 3\n10.0.0.2 8443 1',
    ]);
    expect(await look()).toEqual([]);
  });

  it('LIF-7: a weight that nobody wanted goes, and no other row changes', async () => {
    await program(routes([1, 'blue', 'green']));
    const before = world.config();
    await setWeight('green', 9);
    expect(written(await program(routes([1, 'blue', 'green']), true))).toEqual([
      'members members 10.0.0.1 8443 1\n10.0.0.2 8443 1',
    ]);
    expect(world.config()).toEqual(before);
  });
});
