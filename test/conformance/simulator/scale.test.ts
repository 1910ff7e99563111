import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Store } from '../../../lib/simulator/store/store.ts';
import { type Bench, bench } from './client.ts';

/**
 * Size: 60,000 objects in 500 MB, and filtered reads by index, counted in rows walked. `npm run bench -- simulator`
 * measures the speed.
 */
const BACK_ENDS = 8_500;
const IN_ONE_CALL = 70;
const S = 'CLIENT.SSL.CLIENT_HELLO.SNI.TO_LOWER';
let world: Bench;
let objects = 0;
/** Number of rows that the store returned one by one. */
let walked = 0;

const name = (n: number): string => `nsp-default-ingress-service-8443-${n}`;

function call(numbers: readonly number[]): Record<string, unknown[]> {
  const comment = 'nsp1;s=nsp;c=cluster;o=abcdefghijklmnopqrstuvwxyz;n=default/ingress';
  return {
    lbvserver: numbers.map((n) => ({ name: name(n), servicetype: 'TCP', comment, clttimeout: 9000 })),
    servicegroup: numbers.map((n) => ({ servicegroupname: name(n), servicetype: 'TCP', autoscale: 'API', comment })),
    lbvserver_servicegroup_binding: numbers.map((n) => ({ name: name(n), servicegroupname: name(n) })),
    sslaction: numbers.map((n) => ({ name: name(n), forward: name(n) })),
    sslpolicy: numbers.map((n) => ({
      name: name(n),
      rule: `${S}.IS_STRINGMAP_KEY("map") && ${S}.MAP_STRING("map").EQ("${name(n)}")`,
      action: name(n),
      undefaction: 'RESET',
    })),
    sslvserver_sslpolicy_binding: numbers.map((n) => ({
      vservername: 'cs',
      policyname: name(n),
      priority: n + 2,
      type: 'CLIENTHELLO_REQ',
    })),
    policystringmap_pattern_binding: numbers.map((n) => ({ name: 'map', key: `host${n}.example.com`, value: name(n) })),
  };
}

function* counted<T>(rows: Iterable<T>): Iterable<T> {
  for (const row of rows) {
    walked += 1;
    yield row;
  }
}

beforeAll(async () => {
  const { objects: all, bindings, allBindings } = Store.prototype;
  vi.spyOn(Store.prototype, 'objects').mockImplementation(function (this: Store, kind) {
    return counted(all.call(this, kind));
  });
  vi.spyOn(Store.prototype, 'bindings').mockImplementation(function (this: Store, kind, parent) {
    return counted(bindings.call(this, kind, parent));
  });
  vi.spyOn(Store.prototype, 'allBindings').mockImplementation(function (this: Store, kind) {
    return counted(allBindings.call(this, kind));
  });
  world = await bench();
  await world.nitro.need('policystringmap', { name: 'map' });
  await world.nitro.need('csvserver', { name: 'cs', servicetype: 'SSL', ipv46: '192.0.2.10', port: 443 });
  for (let first = 0; first < BACK_ENDS; first += IN_ONE_CALL) {
    const body = call(Array.from({ length: Math.min(IN_ONE_CALL, BACK_ENDS - first) }, (_, index) => first + index));
    const reply = await world.nitro.call('POST', 'macroapi', body);
    if (reply.status !== 201) throw new Error(JSON.stringify(reply.body).slice(0, 300));
    objects += Object.values(body).reduce((sum, list) => sum + list.length, 0);
  }
});
afterAll(async () => {
  vi.restoreAllMocks();
  await world.stop();
});

/** Returns the number of rows that a read walks once its index is built. */
async function walkOf(path: string): Promise<number> {
  expect((await world.nitro.get(path)).status).toBe(200);
  walked = 0;
  expect((await world.nitro.get(path)).status).toBe(200);
  return walked;
}

describe(`${BACK_ENDS} back ends`, () => {
  it('fit into 500 MB, this test included', () => {
    expect(objects).toBeGreaterThan(59_000);
    expect(process.memoryUsage().rss / 1e6).toBeLessThan(500);
  });

  it.each([
    [`lbvserver/${name(77)}`],
    [`lbvserver?filter=name:${name(77)}`],
    ['policystringmap_pattern_binding/map?filter=key:host77.example.com'],
    [`sslpolicy?filter=action:${name(77)}`],
    [`sslaction?filter=forward:${name(77)}`],
    [`lbvserver_servicegroup_binding/${name(77)}`],
  ])('%s is found without a walk', async (path) => {
    expect(await walkOf(path)).toBeLessThan(20);
  });

  it('a pattern walks all rows once', async () => {
    expect(await walkOf('policystringmap_pattern_binding/map?filter=key:/^host77/')).toBeLessThan(2 * BACK_ENDS);
    expect(await walkOf('lbvserver?filter=name:/77$/&attrs=name')).toBeLessThan(2 * BACK_ENDS);
  });
});
