import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IngressState } from '../../../lib/contract/index.ts';
import { type BackEnd, named } from '../../conformance/appliance/traffic.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { changed, state } from '../../support/events.ts';
import { ask } from '../../support/hello.ts';
import { history } from '../../support/history.ts';

/** CON-3, LIF-2, LIF-5, TLS-6 between any two calls of a plan, on the data plane. */

const HOSTS = ['a.example.com', 'b.example.com', 'x.example.com', 'c.a.example.com'];
const FRONT_ENDS = ['192.0.2.10:443', '192.0.2.11:443', '192.0.2.10:8443', '192.0.2.11:9443', '[2001:db8::10]:443'];
const RUNS = Number(process.env.NSPASS_PROPERTY_RUNS ?? 20);

/** An operator's own configuration: other servers, and names that look like ours. */
const FOREIGN = [
  'add lb vserver nsp-looks-like-ours TCP',
  'add serviceGroup theirs TCP',
  'add policy stringmap nsp_f_not_ours -comment "theirs"',
  'bind policy stringmap nsp_f_not_ours key value',
  'add cs vserver web HTTP 198.51.100.1 80',
  '',
].join('\n');

let member: BackEnd;
beforeAll(async () => {
  member = await named('up');
});
afterAll(() => member.stop());

type Answers = Map<string, string>;

/** Ingresses `x` before and after one change, after which a wildcard serves a host that an exact name served. */
const FIXED: readonly (readonly [what: string, before: readonly IngressState[], after: IngressState])[] = [
  [
    'an exact host is given up, its back end loses its last member, and a wildcard of its own serves it',
    [state('x', { hosts: ['b.example.com'], service: 'api' })],
    joined(
      state('x', { hosts: ['*.example.com'], service: 'web' }),
      state('x', { hosts: ['a.example.com'], service: 'api', members: [] }),
    ),
  ],
  [
    'an exact host is given up, its back end loses its last member, and another’s wildcard serves it',
    [
      state('wild', { hosts: ['*.example.com'] }),
      state('x', { hosts: ['a.example.com', 'b.example.com'], service: 'api' }),
    ],
    state('x', { hosts: ['a.example.com'], service: 'api', members: [] }),
  ],
];

function joined(one: IngressState, other: IngressState): IngressState {
  return { ...one, rules: [...one.rules, ...other.rules], backends: [...one.backends, ...other.backends] };
}

async function answers(world: World): Promise<Answers> {
  const result: Answers = new Map();
  for (const key of FRONT_ENDS) {
    const place = world.appliance.frontends.get(key);
    for (const host of HOSTS) result.set(`${key} ${host}`, place === undefined ? 'nothing' : await ask(place, host));
  }
  return result;
}

async function inWorld(
  act: (world: World, afterWrites: (check: (() => Promise<void>) | undefined) => void) => Promise<void>,
): Promise<void> {
  let check: (() => Promise<void>) | undefined;
  const world = await startWorld({
    appliance: { config: FOREIGN, resolveMember: async () => member.place },
    between: (transport) => async (call) => {
      const answer = await transport(call);
      if (call.method !== 'GET' && !/login|batchapi/.test(call.path)) await check?.();
      return answer;
    },
  });
  try {
    await act(world, (next) => {
      check = next;
    });
  } finally {
    await world.stop();
  }
}

describe('while a plan is written', () => {
  it('CON-3, LIF-2: a host that is served before and after is served between any two calls', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(history(['east', 'west'], 'wide'), async ({ events }) => {
        await inWorld(async (world, afterWrites) => {
          for (const event of events) {
            const before = await answers(world);
            const during: Answers[] = [];
            afterWrites(async () => {
              during.push(await answers(world));
            });
            await world.deliver(event);
            afterWrites(undefined);
            const after = await answers(world);
            for (const [where, answer] of before) {
              if (answer !== 'up' || after.get(where) !== 'up') continue;
              compared += during.length;
              expect(
                during.map((at) => at.get(where)),
                where,
              ).toEqual(during.map(() => 'up'));
            }
          }
        });
      }),
      { numRuns: RUNS },
    );
    expect(compared).toBeGreaterThan(RUNS);
  });

  it.each(FIXED)('CON-3: %s', async (_what, before, after) => {
    await inWorld(async (world, afterWrites) => {
      let sequence = 10;
      for (const ingress of before) await world.deliver(changed(sequence++, ingress));
      const host = '192.0.2.10:443 b.example.com';
      expect((await answers(world)).get(host)).toBe('up');
      const during: (string | undefined)[] = [];
      afterWrites(async () => {
        during.push((await answers(world)).get(host));
      });
      await world.deliver(changed(sequence, after));
      expect(during.length).toBeGreaterThan(3);
      expect(during).toEqual(during.map(() => 'up'));
    });
  });

  it('LIF-5: what is not ours stays byte-identical, whatever its name', async () => {
    const foreign = (world: World): string[] =>
      world.appliance
        .runningConfig()
        .split('\n')
        .filter((line) => /theirs|looks-like-ours|not_ours|198\.51\.100/.test(line));
    await fc.assert(
      fc.asyncProperty(history(['east'], 'wide'), async ({ events, last }) => {
        await inWorld(async (world) => {
          const before = foreign(world);
          expect(before.length).toBeGreaterThanOrEqual(5);
          for (const event of [...events, ...last]) await world.deliver(event);
          expect(foreign(world)).toEqual(before);
        });
      }),
      { numRuns: RUNS },
    );
  });
});
