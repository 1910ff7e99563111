import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../lib/netscaler/index.ts';
import { diff, goalOf, type PlanScope, type Priorities, withPriority } from '../../../lib/plan/index.ts';
import { movingScope, PLAN_CONTEXT } from '../../support/plan-scope.ts';

/** What a batch costs grows with its owners and front ends, never with their product. Counted, not timed. */

/** Counts look-ups in Maps and Sets, and reads of fields of owners and front ends, while `act` runs. */
function operations(scope: PlanScope, act: (counted: PlanScope) => unknown): number {
  let count = 0;
  const counted = <T extends object>(object: T): T =>
    new Proxy(object, {
      get(target, field) {
        count += 1;
        return Reflect.get(target, field);
      },
    });
  const prototypes = [Map.prototype, Set.prototype] as { has(this: unknown, key: unknown): boolean; get?: unknown }[];
  const originals = prototypes.map(({ has }) => has);
  const { get } = Map.prototype;
  for (const [index, prototype] of prototypes.entries()) {
    const has = originals[index] as (typeof originals)[number];
    prototype.has = function (key) {
      count += 1;
      return has.call(this, key);
    };
  }
  Map.prototype.get = function (key) {
    count += 1;
    return get.call(this, key);
  };
  try {
    act({ ...scope, owners: scope.owners.map(counted), frontends: scope.frontends.map(counted) });
  } finally {
    for (const [index, prototype] of prototypes.entries()) {
      prototype.has = originals[index] as (typeof originals)[number];
    }
    Map.prototype.get = get;
  }
  return count;
}

const planned = (scope: PlanScope): void => {
  const { desired, actual, priorities } = goalOf(PLAN_CONTEXT, scope);
  diff(desired, actual, priorities);
};

describe('a plan grows with what it is for', () => {
  it.each<[string, (size: number) => number]>([
    ['on one address', () => 1],
    ['on an address each', (size) => size],
  ])('twice the owners, %s: twice the work', (_what, places) => {
    const [one, two] = [200, 400].map((size) => operations(movingScope(size, places(size)), planned)) as [
      number,
      number,
    ];
    expect(one).toBeGreaterThan(1_000);
    expect(two / one).toBeLessThan(2.2);
  });

  it('each owner costs the same on one address as on its own, but for the front ends', () => {
    const [one, many] = [1, 300].map((places) => operations(movingScope(300, places), planned)) as [number, number];
    expect(many / one).toBeLessThan(3);
  });

  it('the plan is as large as what it is for', () => {
    const { desired, actual, priorities, retired } = goalOf(PLAN_CONTEXT, movingScope(100, 100));
    expect(retired).toHaveLength(100);
    const changes = diff(desired, actual, priorities);
    expect(changes.filter(({ op, resource }) => op === 'add' && resource.role === 'host')).toHaveLength(100);
    // One for each that goes and one for each that comes.
    expect(changes.filter(({ resource }) => resource.role === 'policy-binding')).toHaveLength(200);
  });
});

describe('TLS-2: places in a bank', () => {
  it('each is looked at once, however many bindings are new', () => {
    let looks = 0;
    class Bank extends Set<number> {
      override has(place: number): boolean {
        looks += 1;
        return super.has(place);
      }
    }
    const taken = Array.from({ length: 1_000 }, (_, index) => index + 2);
    const priorities: Priorities = new Map([['v', new Bank(taken)]]);
    for (let index = 0; index < 2_000; index++) {
      for (const tier of ['', '-w']) {
        const binding: Resource = {
          role: 'policy-binding',
          type: 'sslvserver_sslpolicy_binding',
          id: { vservername: 'v', policyname: `p${index}${tier}`, type: 'CLIENTHELLO_REQ' },
          attributes: {},
          owners: [],
        };
        expect(withPriority(binding, priorities)).toHaveProperty('attributes.priority');
      }
    }
    // One look at each taken place, and two at each that is given.
    expect(looks).toBeLessThanOrEqual(1_000 + 2 * 4_000);
  });
});
