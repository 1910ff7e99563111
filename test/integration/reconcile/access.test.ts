import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { planRemoval, removeEverything } from '../../../lib/removal/index.ts';
import { type Access, canonical, type Frontend, type RouteSet } from '../../../lib/route/index.ts';
import type { SimulatedEndpoint } from '../../../lib/simulator/index.ts';
import { type Backend, echo, hold, named, shake, tlsEcho } from '../../conformance/simulator/traffic.ts';
import { NOW, STARTED, startAudited } from '../../support/audit.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { state } from '../../support/events.ts';
import { ask } from '../../support/hello.ts';
import { decidingClaim, type ModelClaim } from '../../support/names-model.ts';
import { runs } from '../../support/patience.ts';
import { bring, type Wish } from '../../support/route-sets.ts';

/** VAL-17 on the data plane: who may connect, by real connections from several local addresses. */

const ALLOW = 'netscaler-passthrough/allow-sources';
const DENY = 'netscaler-passthrough/deny-sources';
const FRONT_END: Frontend = { vip: '192.0.2.10', port: 443, kind: 'tls' };
const OWNERS = ['a', 'b', 'c'] as const;
type OwnerName = (typeof OWNERS)[number];
const CLIENTS = ['127.0.0.1', '127.0.0.2', '127.0.1.3'] as const;

/** Lists with the clients that they admit, told by hand: the model parses no network. */
const LISTS: readonly { readonly access: Access | undefined; readonly admits: readonly string[] }[] = [
  { access: undefined, admits: CLIENTS },
  { access: { allow: ['127.0.0.1'] }, admits: ['127.0.0.1'] },
  { access: { allow: ['127.0.0.0/24'] }, admits: ['127.0.0.1', '127.0.0.2'] },
  { access: { allow: ['10.0.0.0/8'] }, admits: [] },
  { access: { deny: ['127.0.0.2'] }, admits: ['127.0.0.1', '127.0.1.3'] },
  { access: { deny: ['127.0.0.0/8'] }, admits: [] },
  { access: { allow: ['127.0.0.0/16'], deny: ['127.0.0.0/31', '127.0.1.0/24'] }, admits: ['127.0.0.2'] },
];

const backends = new Map<string, Backend>();
const endpoints = new Map<string, SimulatedEndpoint>();
beforeAll(async () => {
  for (const [index, owner] of OWNERS.entries()) {
    const backend = await named(owner);
    backends.set(owner, backend);
    endpoints.set(`10.0.0.${index + 1}`, backend.endpoint);
  }
});
afterAll(async () => {
  for (const backend of backends.values()) await backend.stop();
});

/** What one owner wants: its hosts, and the index of its lists. */
interface Desire {
  readonly hosts: readonly string[];
  readonly lists: number;
}
type Desires = Partial<Record<OwnerName, Desire>>;
const ownerOf = (name: OwnerName) => ({ cluster: 'c1', namespace: 'n', name });

function routesOf(name: OwnerName, { hosts, lists }: Desire): RouteSet | undefined {
  if (hosts.length === 0) return undefined;
  const { access } = LISTS[lists]!;
  return canonical({
    owner: ownerOf(name),
    created: 100 + OWNERS.indexOf(name),
    backends: [
      {
        service: 'web',
        port: '443',
        settings: access === undefined ? {} : { access },
        members: [{ address: `10.0.0.${OWNERS.indexOf(name) + 1}`, port: 8443 }],
      },
    ],
    routes: hosts.map((host) => ({ kind: 'passthrough', frontend: FRONT_END, host, backend: 'web:443' })),
    frontendSettings: {},
  });
}

const wishes = (desires: Desires): Wish[] =>
  OWNERS.flatMap((name) => {
    const desire = desires[name];
    return desire === undefined ? [] : [{ owner: ownerOf(name), routes: routesOf(name, desire) }];
  });

/** What a client of a name must get: the back end of the claim that decides about the name, if its lists admit the client. */
function expected(desires: Desires, name: string, client: string): string {
  const claims = OWNERS.flatMap((owner, age) =>
    (desires[owner]?.hosts ?? []).map((host): ModelClaim => ({ host, age, backend: owner, hasMembers: true })),
  );
  const owner = decidingClaim(claims, name)?.backend as OwnerName | undefined;
  if (owner === undefined) return 'RESET';
  return LISTS[desires[owner]!.lists]!.admits.includes(client) ? owner : 'RESET';
}

const HOSTS = ['p.com', 'q.p.com', '*.com', '*.p.com', '**.com', '**.p.com'];
const NAMES = ['p.com', 'q.com', 'q.p.com', 'r.p.com', 's.r.p.com', 'Q.P.com'];
const PAIRS = NAMES.flatMap((name) => CLIENTS.map((client) => ({ name, client })));
const desire: fc.Arbitrary<Desire> = fc.record({ hosts: fc.subarray(HOSTS), lists: fc.nat(LISTS.length - 1) });
const change: fc.Arbitrary<Desires> = fc.oneof(
  desire.map((a) => ({ a })),
  desire.map((b) => ({ b })),
  desire.map((c) => ({ c })),
  fc.record({ a: desire, b: desire }),
);
/** Runs first, so that what is asked of the random ones as a whole does not depend on luck: each list of sources in turn. */
const EACH_LIST: [Desires[]] = [LISTS.map((_list, lists) => ({ a: { hosts: ['p.com'], lists } }))];

async function inWorld(act: (world: World, watch: (look?: () => Promise<void>) => void) => Promise<void>) {
  let look: (() => Promise<void>) | undefined;
  const world = await startWorld({
    now: () => STARTED,
    appliance: {
      now: () => STARTED,
      resolveMember: async ({ address }) => endpoints.get(address) as SimulatedEndpoint,
    },
    between: (transport) => async (call) => {
      const answer = await transport(call);
      if (call.method !== 'GET' && !/login|batchapi/.test(call.path)) await look?.();
      return answer;
    },
  });
  try {
    await act(world, (next) => {
      look = next;
    });
  } finally {
    await world.stop();
  }
}

async function answers(world: World): Promise<string[]> {
  const place = world.appliance.frontends.get('192.0.2.10:443');
  if (place === undefined) return PAIRS.map(() => 'RESET');
  return Promise.all(PAIRS.map(({ name, client }) => ask(place, name, client)));
}

describe('VAL-17: source networks', () => {
  it('after any change, each client of each name reaches what the lists of the most specific host admit', async () => {
    let served = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        await inWorld(async (world) => {
          const now: Desires = {};
          for (const one of changes) {
            Object.assign(now, one);
            await bring(world, wishes(one));
            const should = PAIRS.map(({ name, client }) => expected(now, name, client));
            expect(await answers(world)).toEqual(should);
            served += should.filter((answer) => answer !== 'RESET').length;
            refused += should.filter((answer) => answer === 'RESET').length;
          }
          // Nothing is left to write, and nothing that nobody wants is left.
          expect(await bring(world, wishes(now), true)).toEqual([]);
          const gone = Object.fromEntries(Object.keys(now).map((name) => [name, { hosts: [], lists: 0 }]));
          await bring(world, wishes(gone));
          expect(world.config().filter((line) => /dataset|ssl policy nsp-n-/.test(line))).toEqual([]);
        });
      }),
      { numRuns: runs(40), examples: [EACH_LIST], endOnFailure: true },
    );
    expect(served).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  it('LIF-2: between any two calls, a client gets what it got before or gets afterwards, never more', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 2, maxLength: 4 }), async (changes) => {
        await inWorld(async (world, watch) => {
          const now: Desires = {};
          for (const one of changes) {
            const before = PAIRS.map(({ name, client }) => expected(now, name, client));
            Object.assign(now, one);
            const after = PAIRS.map(({ name, client }) => expected(now, name, client));
            watch(async () => {
              for (const [index, answer] of (await answers(world)).entries()) {
                compared += 1;
                // A host that goes may be reset before the less specific host takes its names over.
                const ends = [before[index], after[index], 'RESET'];
                expect(ends, `${JSON.stringify(PAIRS[index])} while ${JSON.stringify(one)} is written`).toContain(
                  answer,
                );
              }
            });
            await bring(world, wishes(one));
            watch();
          }
        });
      }),
      { numRuns: runs(16), examples: [EACH_LIST], endOnFailure: true },
    );
    expect(compared).toBeGreaterThan(0);
  });

  it('TLS-6: a change of the lists leaves no gap for whom both admit', async () => {
    await inWorld(async (world, watch) => {
      await bring(world, wishes({ a: { hosts: ['p.com'], lists: 2 } }));
      const place = world.appliance.frontends.get('192.0.2.10:443') as SimulatedEndpoint;
      const during: string[] = [];
      watch(async () => {
        during.push(await ask(place, 'p.com', '127.0.0.1'));
      });
      await bring(world, wishes({ a: { hosts: ['p.com'], lists: 1 } }));
      watch();
      expect(during.length).toBeGreaterThan(2);
      expect(new Set(during)).toEqual(new Set(['a']));
      expect(await ask(place, 'p.com', '127.0.0.2')).toBe('RESET');
    });
  });

  it('LIF-10: removal takes the data sets along', async () => {
    await inWorld(async (world) => {
      await bring(world, wishes({ a: { hosts: ['p.com'], lists: 6 }, b: { hosts: ['*.com'], lists: 1 } }));
      expect(world.config().filter((line) => line.startsWith('add policy dataset'))).toHaveLength(3);
      const plan = await planRemoval(world.client, 'nsp');
      expect(await removeEverything(world.client, 'nsp', plan)).toMatchObject({ refused: [], left: false });
      expect(world.appliance.runningConfig()).not.toContain('dataset');
    });
  });
});

describe('VAL-17: an Ingress with lists, with real TLS', () => {
  async function served(vip: string, annotations: Record<string, string>, host = '127.0.0.1') {
    const backend = await tlsEcho();
    onTestFinished(() => backend.stop());
    const world = await startAudited(['east'], {
      settings: { drainSeconds: 300 },
      appliance: {
        map: new Map([[`${vip.includes(':') ? `[${vip}]` : vip}:443`, { host, port: 0 }]]),
        resolveMember: async () => backend.endpoint,
      },
    });
    onTestFinished(() => world.stop());
    await world.say('east', state('shop', { vip, annotations }));
    const place = [...world.appliance.frontends.values()][0] as SimulatedEndpoint;
    const from = (localAddress: string) => shake(place, 'shop.example.com', { localAddress });
    return { world, place, from };
  }

  it('admits whom allow-sources names, and resets everyone else', async () => {
    const { from } = await served('192.0.2.10', { [ALLOW]: '127.0.0.1, 198.51.100.0/24' });
    expect(await from('127.0.0.1')).toBe('backend.example');
    expect(await from('127.0.0.2')).toBe('ECONNRESET');
  });

  it('resets whom deny-sources names, whatever allow-sources says', async () => {
    const { from } = await served('192.0.2.10', { [ALLOW]: '127.0.0.0/8', [DENY]: '127.0.0.2' });
    expect(await from('127.0.0.1')).toBe('backend.example');
    expect(await from('127.0.0.2')).toBe('ECONNRESET');
  });

  it('compares IPv6 clients of an IPv6 front end', async () => {
    const open = await served('2001:db8::10', { [ALLOW]: '::1 192.0.2.0/24' }, '::1');
    expect(await open.from('::1')).toBe('backend.example');
    const shut = await served('2001:db8::10', { [DENY]: '::/64' }, '::1');
    expect(await shut.from('::1')).toBe('ECONNRESET');
  });

  it.each([
    ['an invalid entry of deny-sources', { [DENY]: '127.0.0.2, 127.0.0.300' }],
    ['an empty allow-sources', { [ALLOW]: '' }],
    ['a misspelt name', { 'netscaler-passthrough/alow-sources': '127.0.0.1' }],
    ['allow-sources without a network of the family', { [ALLOW]: '2001:db8::/32' }],
  ])('%s closes the host for everybody', async (_what, annotations: Record<string, string>) => {
    const { from } = await served('192.0.2.10', annotations);
    expect(await from('127.0.0.1')).toBe('ECONNRESET');
  });

  it('an open connection outlasts a change of the lists', async () => {
    const { world, place, from } = await served('192.0.2.10', { [ALLOW]: '127.0.0.0/8' });
    const socket = await hold(place, 'shop.example.com');
    onTestFinished(() => void socket.destroy());
    await world.say('east', state('shop', { annotations: { [ALLOW]: '127.0.0.2' } }));
    expect(await from('127.0.0.1')).toBe('ECONNRESET');
    expect(await echo(socket, 'still here')).toBe('still here');
  });

  it('LIF-7: the audit finds a network that somebody added, and a set that is gone; both are repaired', async () => {
    const { world, from } = await served('192.0.2.10', { [ALLOW]: '127.0.0.1' });
    expect((await world.look()).findings).toEqual([]);
    const set = /add policy dataset (\S+) ipv4/.exec(world.appliance.runningConfig())?.[1] ?? '';
    const add = await world.client.add([
      { type: 'policydataset_value_binding', body: { name: set, value: '127.0.0.2' } },
    ]);
    expect(add).toEqual([undefined]);
    expect(await from('127.0.0.2')).toBe('backend.example');
    const report = await world.look();
    expect(report.findings).toMatchObject([{ code: 'ObjectChanged', object: `policydataset ${set}` }]);
    await world.answer(report);
    expect(await from('127.0.0.2')).toBe('ECONNRESET');
    expect((await world.look({}, NOW + 1)).findings).toEqual([]);
  });
});
