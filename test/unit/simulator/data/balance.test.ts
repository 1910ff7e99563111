import { describe, expect, it } from 'vitest';
import { Balancer } from '../../../../lib/simulator/data/balance.ts';
import { type BalancedServer, balancedServerKey, type States } from '../../../../lib/simulator/data/states.ts';
import type { Store, StoredRow } from '../../../../lib/simulator/store/store.ts';

/** How often each member gets a connection, over many: weights are shares (the vendor's pages on balancing methods). */

const MEMBER = 'servicegroup_servicegroupmember_binding';
const PICKS = 10_000;

/** A store with one server and one group, whose members have these weights. */
function storeOf(weights: readonly number[]): Store {
  const members = weights.map(
    (weight, index): StoredRow => ({
      servicegroupname: 'g',
      ip: `10.0.0.${index + 1}`,
      port: 8443,
      weight,
    }),
  );
  const bindings = (kind: string): Iterable<StoredRow> => {
    if (kind === 'lbvserver_servicegroup_binding') return [{ name: 'v', servicegroupname: 'g' }];
    return kind === MEMBER ? members : [];
  };
  return { bindings } as unknown as Store;
}

const ALL_UP = { isUsable: () => true, isUp: () => true } as unknown as States;

/** Returns the picks of each member. @param hold connections stay open. */
function picks(lbmethod: string, weights: readonly number[], hold: boolean): number[] {
  const open = new Map<string, number>();
  const store = storeOf(weights);
  const balancer = new Balancer(
    ALL_UP,
    (backend) => (hold ? (open.get(balancedServerKey(backend)) ?? 0) : 0),
    () => 0,
  );
  const count = weights.map(() => 0);
  for (let pick = 0; pick < PICKS; pick += 1) {
    const [chosen] = balancer.candidates({ name: 'v', lbmethod }, '198.51.100.1', store) as [BalancedServer];
    open.set(balancedServerKey(chosen), (open.get(balancedServerKey(chosen)) ?? 0) + 1);
    count[Number(chosen.address.split('.')[3]) - 1]! += 1;
  }
  return count;
}

describe('the shares of members with weights', () => {
  it.each<[string, number[], number[]]>([
    ['3 to 1', [3, 1], [7500, 2500]],
    ['9 to 1', [9, 1], [9000, 1000]],
    ['1 to 99', [1, 99], [100, 9900]],
    ['three members', [5, 3, 2], [5000, 3000, 2000]],
    ['no weights', [1, 1], [5000, 5000]],
  ])('round robin, %s: of new connections, open ones or not', (_what, weights, expected) => {
    expect(picks('ROUNDROBIN', weights, false)).toEqual(expected);
    expect(picks('ROUNDROBIN', weights, true)).toEqual(expected);
  });

  it.each<[string, number[], number[]]>([
    ['3 to 1', [3, 1], [7500, 2500]],
    ['three members', [5, 3, 2], [5000, 3000, 2000]],
  ])('least connections, %s: of open connections', (_what, weights, expected) => {
    expect(picks('LEASTCONNECTION', weights, true)).toEqual(expected);
  });

  it('least connections: weights make no difference to connections that are closed at once', () => {
    expect(picks('LEASTCONNECTION', [9, 1], false)).toEqual([5000, 5000]);
  });
});
