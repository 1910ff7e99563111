import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../../lib/audit/index.ts';
import { planRemoval, removeEverything } from '../../../lib/removal/index.ts';
import { canonical, type Frontend, type RouteSet } from '../../../lib/route/index.ts';
import type { SimulatedEndpoint } from '../../../lib/simulator/index.ts';
import { type Backend, named } from '../../conformance/simulator/traffic.ts';
import { NOW, STARTED } from '../../support/audit.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { ask } from '../../support/hello.ts';
import { answerFor, decidingClaim, type ModelClaim } from '../../support/names-model.ts';
import { runs } from '../../support/patience.ts';
import { bring, type Wish } from '../../support/route-sets.ts';

/** Many-label wildcards on the data plane: every client name reaches what an independent model says. */

const FRONT_END: Frontend = { vip: '192.0.2.10', port: 443, kind: 'tls' };
const OWNERS = ['a', 'b', 'c'] as const;
const SERVICES = ['web', 'api'] as const;
type OwnerName = (typeof OWNERS)[number];

/** Back ends by the name that they say: `a/web`. */
const backends = new Map<string, Backend>();
const endpoints = new Map<string, SimulatedEndpoint>();
const addressOf = (owner: OwnerName, service: string): string =>
  `10.0.${OWNERS.indexOf(owner)}.${SERVICES.indexOf(service as 'web') + 1}`;

beforeAll(async () => {
  for (const owner of OWNERS) {
    for (const service of SERVICES) {
      const backend = await named(`${owner}/${service}`);
      backends.set(`${owner}/${service}`, backend);
      endpoints.set(addressOf(owner, service), backend.endpoint);
    }
  }
});
afterAll(async () => {
  for (const backend of backends.values()) await backend.stop();
});

/** What one owner wants: hosts by Service, and the Services that have members. */
interface Desire {
  readonly hosts: Readonly<Record<string, (typeof SERVICES)[number]>>;
  readonly withMembers: readonly string[];
}
type Desires = Partial<Record<OwnerName, Desire>>;

const ownerOf = (name: OwnerName) => ({ cluster: 'c1', namespace: 'n', name });

function routesOf(name: OwnerName, { hosts, withMembers }: Desire): RouteSet | undefined {
  if (Object.keys(hosts).length === 0) return undefined;
  return canonical({
    owner: ownerOf(name),
    created: 100 + OWNERS.indexOf(name),
    backends: SERVICES.map((service) => ({
      service,
      port: '443',
      settings: {},
      members: withMembers.includes(service) ? [{ address: addressOf(name, service), port: 8443 }] : [],
    })),
    routes: Object.entries(hosts).map(([host, service]) => ({
      kind: 'passthrough',
      frontend: FRONT_END,
      host,
      backend: `${service}:443`,
    })),
    frontendSettings: {},
  });
}

const wishes = (desires: Desires): Wish[] =>
  OWNERS.flatMap((name) => {
    const desire = desires[name];
    return desire === undefined ? [] : [{ owner: ownerOf(name), routes: routesOf(name, desire) }];
  });

const claimsOf = (desires: Desires): ModelClaim[] =>
  OWNERS.flatMap((name, age) =>
    Object.entries(desires[name]?.hosts ?? {}).map(([host, service]) => ({
      host,
      age,
      backend: `${name}/${service}`,
      hasMembers: desires[name]?.withMembers.includes(service) ?? false,
    })),
  );

const label = fc.constantFrom('p', 'q');
const base = fc.array(label, { maxLength: 3 }).map((labels) => [...labels, 'com'].join('.'));
const host = fc.oneof(
  base.filter((text) => text !== 'com'),
  base.map((text) => `*.${text}`),
  base.map((text) => `**.${text}`),
  base.map((text) => `**.${text}`),
);
const desire: fc.Arbitrary<Desire> = fc.record({
  hosts: fc.dictionary(host, fc.constantFrom(...SERVICES), { maxKeys: 5, noNullPrototype: true }),
  withMembers: fc.subarray([...SERVICES]),
});
const change: fc.Arbitrary<Desires> = fc.oneof(
  desire.map((a) => ({ a })),
  desire.map((b) => ({ b })),
  desire.map((c) => ({ c })),
  fc.record({ a: desire, b: desire }),
);
/** Client names of 1 to 9 labels, some in capitals. */
const name = fc
  .tuple(fc.array(label, { maxLength: 8 }), fc.boolean())
  .map(([labels, capitals]) => [...labels, 'com'].join('.').replace(/^./, (c) => (capitals ? c.toUpperCase() : c)));
const names = fc.uniqueArray(name, { minLength: 25, maxLength: 25 });

/** Runs first, so that what is asked of the random ones as a whole does not depend on luck: an exact host over a wide one. */
const SERVED: [Desires[], string[]] = [
  [
    { a: { hosts: { '**.com': 'web' }, withMembers: ['web'] } },
    { b: { hosts: { 'p.q.com': 'api' }, withMembers: ['api'] } },
  ],
  ['q.com', 'p.q.com', 'q.p.q.com'],
];

/** Clock of the appliance and of the engine, in milliseconds since the epoch. */
let clock = STARTED;

async function inWorld(act: (world: World, watch: (look?: () => Promise<void>) => void) => Promise<void>) {
  let look: (() => Promise<void>) | undefined;
  clock = STARTED;
  const world = await startWorld({
    now: () => clock,
    appliance: { now: () => clock, resolveMember: async ({ address }) => endpoints.get(address) as SimulatedEndpoint },
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

async function answers(world: World, clients: readonly string[]): Promise<string[]> {
  const place = world.appliance.frontends.get('192.0.2.10:443');
  if (place === undefined) return clients.map(() => 'RESET');
  return Promise.all(clients.map((client) => ask(place, client)));
}

/** Lines of the configuration that exist only for many-label wildcards. */
const forManyLabels = (world: World): string[] => world.config().filter((line) => /nsp-wildcard|-w\d|\*\*/.test(line));

describe('many-label wildcards', () => {
  it('VAL-8, TLS-2, TLS-3: after any change, each name reaches what the most specific host leads to', async () => {
    let served = 0;
    let wide = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), names, async (changes, clients) => {
        await inWorld(async (world) => {
          const now: Desires = {};
          for (const one of changes) {
            Object.assign(now, one);
            await bring(world, wishes(one));
            const expected = clients.map((client) => answerFor(claimsOf(now), client));
            expect(await answers(world, clients)).toEqual(expected);
            served += expected.filter((answer) => answer !== 'RESET').length;
            wide += expected.filter(
              (answer, index) =>
                answer !== 'RESET' && decidingClaim(claimsOf(now), clients[index]!)?.host.startsWith('**.'),
            ).length;
            if (!claimsOf(now).some((claim) => claim.host.startsWith('**.'))) expect(forManyLabels(world)).toEqual([]);
          }
          // Nothing is left to write, whatever came before.
          expect(await bring(world, wishes(now), true)).toEqual([]);
        });
      }),
      { numRuns: runs(24), examples: [SERVED] },
    );
    expect(served).toBeGreaterThan(0);
    expect(wide).toBeGreaterThan(0);
  });

  it('CON-3, LIF-2, VAL-8: between any two calls, a name reaches its former or its next back end', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 2, maxLength: 4 }), names, async (changes, clients) => {
        await inWorld(async (world, watch) => {
          const now: Desires = {};
          for (const one of changes) {
            const before = claimsOf(now);
            Object.assign(now, one);
            const after = claimsOf(now);
            watch(async () => {
              const during = await answers(world, clients);
              for (const [index, client] of clients.entries()) {
                const ends = [answerFor(before, client), answerFor(after, client)];
                const [former, next] = [decidingClaim(before, client), decidingClaim(after, client)];
                const staysEmpty = former !== undefined && former.backend === next?.backend && !ends.some(isServed);
                if (!staysEmpty && !ends.every(isServed)) continue;
                compared += 1;
                expect(ends, `${client} while ${JSON.stringify(one)} is written`).toContain(during[index]);
              }
            });
            await bring(world, wishes(one));
            watch();
          }
        });
      }),
      { numRuns: runs(16), examples: [SERVED] },
    );
    expect(compared).toBeGreaterThan(0);
  });
});

describe('the parts of a front end for many-label wildcards', () => {
  const wildcard: Desire = { hosts: { '**.com': 'web' }, withMembers: ['web'] };
  const oneLabel: Desire = { hosts: { '*.com': 'web' }, withMembers: ['web'] };
  const exact: Desire = { hosts: { 'q.com': 'api' }, withMembers: ['api'] };
  const none: Desire = { hosts: {}, withMembers: [] };
  const gate = (world: World): string => world.config().find((line) => line.includes('add ssl policy nsp-gate-')) ?? '';

  it('come with the first wildcard, and stay while another owner claims one', async () => {
    await inWorld(async (world) => {
      await bring(world, wishes({ c: exact }));
      const plain = world.config();
      expect(forManyLabels(world)).toEqual([]);
      await bring(world, wishes({ a: wildcard }));
      await bring(world, wishes({ b: { hosts: { '**.p.com': 'web' }, withMembers: ['web'] } }));
      expect(gate(world)).toContain('**.');
      expect(await answers(world, ['q.com', 'p.com', 'p.p.com'])).toEqual(['c/api', 'a/web', 'b/web']);
      // Nothing of `b` is read for this plan: only a count shows that it still claims a wildcard.
      await bring(world, wishes({ a: none }));
      expect(gate(world)).toContain('**.');
      expect(await answers(world, ['q.com', 'p.com', 'p.p.com'])).toEqual(['c/api', 'RESET', 'b/web']);
      await bring(world, wishes({ b: none }));
      expect(world.config().toSorted()).toEqual(plain.toSorted());
      expect(await answers(world, ['q.com', 'p.com', 'p.p.com'])).toEqual(['c/api', 'RESET', 'RESET']);
    });
  });

  it.each<[string, Desires, Desires]>([
    ['becomes one of one label', { a: wildcard }, { a: oneLabel }],
    ['comes in place of one of one label', { a: oneLabel }, { a: wildcard }],
    ['goes, and another owner has one of one label', { a: wildcard }, { a: none, b: oneLabel }],
    ['moves to the other Service', { a: wildcard }, { a: { hosts: { '**.com': 'api' }, withMembers: ['api'] } }],
    [
      'gets an exact host beside it',
      { a: wildcard },
      { a: wildcard, b: { hosts: { 'p.com': 'api' }, withMembers: ['api'] } },
    ],
  ])('CON-3: a name is served all the time while a many-label wildcard %s', async (_what, before, after) => {
    await inWorld(async (world, watch) => {
      await bring(world, wishes({ c: exact, ...before }));
      const during: string[] = [];
      watch(async () => {
        during.push(...(await answers(world, ['p.com'])));
      });
      await bring(world, wishes(after));
      watch();
      const ends = [answerFor(claimsOf(before), 'p.com'), answerFor(claimsOf({ ...before, ...after }), 'p.com')];
      expect(during.length).toBeGreaterThan(3);
      expect(during.filter((answer) => !ends.includes(answer))).toEqual([]);
    });
  });

  it('LIF-10: go with everything else of the system', async () => {
    await inWorld(async (world) => {
      await bring(world, wishes({ a: wildcard, c: exact }));
      const plan = await planRemoval(world.client, 'nsp');
      expect(await removeEverything(world.client, 'nsp', plan)).toMatchObject({ refused: [], left: false });
      const ours = world.appliance.runningConfig().split('\n');
      expect(ours.filter((line) => /nsp[-_]/.test(line))).toEqual([]);
    });
  });

  it('names of more labels than the levels reach no wildcard', async () => {
    await inWorld(async (world) => {
      await bring(world, wishes({ a: wildcard }));
      expect(await answers(world, ['1.2.3.4.5.6.com', '1.2.3.4.5.6.7.com', 'com'])).toEqual([
        'a/web',
        'RESET',
        'RESET',
      ]);
    });
  });

  it('LIF-7: the audit finds nothing to repair, and what hands changed', async () => {
    await inWorld(async (world) => {
      await bring(world, wishes({ a: wildcard, b: oneLabel, c: exact }));
      clock = NOW;
      const look = async () => {
        const settings = { appliance: 'appliance', systemId: 'nsp', clusters: ['c1'], drainSeconds: 0 };
        const report = await audit(world.engine.reader, { ...settings, saveAfterSeconds: 'never' }, NOW);
        // No snapshot records a watermark here, so the audit asks the cluster for one.
        const drift = report.findings.filter(({ code }) => code !== 'PrimarySince');
        return drift.map(({ code, object }) => `${code} ${object}`);
      };
      expect(await look()).toEqual([]);
      const server = 'nsp-192.0.2.10-443';
      const policy = /^add ssl policy (\S+-w2) /m.exec(world.config().join('\n'))?.[1] ?? '';
      const place = { vservername: server, type: 'CLIENTHELLO_REQ' };
      const unbind = (policyname: string, priority: number) =>
        world.client.remove([
          {
            type: 'sslvserver_sslpolicy_binding',
            name: ['vservername', server],
            args: { policyname, priority, type: 'CLIENTHELLO_REQ' },
          },
        ]);
      await unbind('nsp-wildcard2-192.0.2.10-443', 55_999);
      await unbind(policy, 54_000);
      await world.client.add([
        { type: 'sslvserver_sslpolicy_binding', body: { ...place, policyname: policy, priority: 52_500 } },
      ]);
      expect(await look()).toEqual([
        `ObjectMissing sslvserver_sslpolicy_binding ${server} nsp-wildcard2-192.0.2.10-443 CLIENTHELLO_REQ`,
        `PlaceWrong sslvserver_sslpolicy_binding ${server} ${policy} CLIENTHELLO_REQ`,
      ]);
      await bring(world, wishes({ a: wildcard }), true);
      expect(await look()).toEqual([]);
    });
  });

  it('LIF-7: are repaired when they were changed by hand', async () => {
    await inWorld(async (world) => {
      await bring(world, wishes({ a: wildcard, b: { hosts: { '*.p.com': 'web' }, withMembers: [] } }));
      const whole = world.config();
      const server = 'nsp-192.0.2.10-443';
      for (const [policyname, priority] of [
        ['nsp-wildcard-192.0.2.10-443', 51_999],
        ['nsp-wildcard1-192.0.2.10-443', 53_999],
      ] as const) {
        await world.client.remove([
          {
            type: 'sslvserver_sslpolicy_binding',
            name: ['vservername', server],
            args: { policyname, priority, type: 'CLIENTHELLO_REQ' },
          },
        ]);
      }
      await world.client.set('sslpolicy', [{ name: 'nsp-gate-192.0.2.10-443', rule: 'true' }]);
      expect(await answers(world, ['p.com', 'q.p.com'])).toEqual(['RESET', 'RESET']);
      await bring(world, wishes({ a: wildcard }), true);
      expect(world.config().toSorted()).toEqual(whole.toSorted());
      expect(await answers(world, ['p.com', 'q.p.com'])).toEqual(['a/web', 'RESET']);
    });
  });
});

const isServed = (answer: string): boolean => answer !== 'RESET';
