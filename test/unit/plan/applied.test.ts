import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identity, type Resource } from '../../../lib/netscaler/index.ts';
import { render } from '../../../lib/plan/index.ts';
import type { RouteSet } from '../../../lib/route/index.ts';
import { OWNERS, routes } from './routes.ts';
import { type How, PureWorld } from './world.ts';

const how: fc.Arbitrary<How> = fc.constantFrom('trust', 'verify');
const wish = fc.oneof(
  { weight: 3, arbitrary: routes.map((wanted) => ({ owner: wanted.owner, routes: wanted as RouteSet | undefined })) },
  { weight: 1, arbitrary: fc.constantFrom(...OWNERS).map((owner) => ({ owner, routes: undefined })) },
);
/** Batches, in which an owner is spoken of once. */
const batch = fc.record({
  wishes: fc.uniqueArray(wish, { minLength: 1, maxLength: 3, selector: ({ owner }) => owner.name }),
  how,
});

/** Everything but what stays (the system's), and numbers that depend on the order of arrival. */
function configuration(world: PureWorld): string[] {
  return [...world.appliance.rows.values()]
    .filter(({ role }) => !role.startsWith('system'))
    .map((row: Resource) => `${identity(row)} ${JSON.stringify(sorted(row))}`)
    .sort();
}
const sorted = ({ attributes }: Resource): [string, string][] =>
  Object.entries(attributes)
    .filter(([name]) => name !== 'priority')
    .map(([name, value]): [string, string] => [name, String(value)])
    .sort();

describe('a plan applied', () => {
  it('leaves an empty plan, whether records are trusted or everything is compared (LIF-1)', () => {
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 6 }), fc.constantFrom(0, 60), (batches, drain) => {
        const world = new PureWorld(drain);
        for (const { wishes, how: by } of batches) {
          world.bring(wishes, by);
          expect(world.again('verify').map(render)).toEqual([]);
          expect(world.again('trust').map(render)).toEqual([]);
        }
      }),
    );
  });

  it('makes what the last wishes alone would have made (LIF-3, LIF-4)', () => {
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 6 }), (batches) => {
        const world = new PureWorld();
        for (const { wishes, how: by } of batches) world.bring(wishes, by);
        const fresh = new PureWorld();
        fresh.bring(
          [...world.wanted.values()].map((wanted) => ({ owner: wanted.owner, routes: wanted })),
          'verify',
        );
        expect(configuration(world)).toEqual(configuration(fresh));
      }),
    );
  });

  it('repairs what was removed by hand (LIF-7)', () => {
    const hand = fc.array(fc.nat(1000), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(routes, { minLength: 1, maxLength: 3 }), hand, (wanted, picks) => {
        const world = new PureWorld();
        for (const set of wanted) world.bring([{ owner: set.owner, routes: set }], 'trust');
        const before = configuration(world);
        const mine = [...world.appliance.rows.values()].filter(({ role }) => !role.startsWith('system'));
        for (const pick of picks) world.appliance.drop(mine[pick % mine.length] as Resource);
        world.appliance.write(world.again('verify'));
        expect(configuration(world)).toEqual(before);
      }),
    );
  });

  it('CON-2: whoever is left holds the hosts of whoever goes, untouched', () => {
    fc.assert(
      fc.property(routes, routes, how, (one, other, by) => {
        fc.pre(one.owner.name !== other.owner.name);
        const world = new PureWorld();
        world.bring(
          [one, other].map((set) => ({ owner: set.owner, routes: set })),
          'verify',
        );
        world.bring([{ owner: one.owner, routes: undefined }], by);
        const alone = new PureWorld();
        alone.bring([{ owner: other.owner, routes: other }], 'verify');
        expect(configuration(world)).toEqual(configuration(alone));
      }),
    );
  });
});
