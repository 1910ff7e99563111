import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, bench } from './client.ts';

/**
 * Size and speed: bulk creation of at least 5,000 objects a second on one core, 60,000 objects in 500 MB, filtered
 * reads by index. Speed is measured in processor time, client included, so that a busy machine does not spoil it.
 */
const BACK_ENDS = 8_500;
const IN_ONE_CALL = 70;
const S = 'CLIENT.SSL.CLIENT_HELLO.SNI.TO_LOWER';
let world: Bench;
let objects = 0;
/** Of one core. */
let seconds = 0;

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

beforeAll(async () => {
  world = await bench();
  await world.nitro.need('policystringmap', { name: 'map' });
  await world.nitro.need('csvserver', { name: 'cs', servicetype: 'SSL', ipv46: '192.0.2.10', port: 443 });
  const began = process.cpuUsage();
  for (let first = 0; first < BACK_ENDS; first += IN_ONE_CALL) {
    const body = call(Array.from({ length: Math.min(IN_ONE_CALL, BACK_ENDS - first) }, (_, index) => first + index));
    const reply = await world.nitro.call('POST', 'macroapi', body);
    if (reply.status !== 201) throw new Error(JSON.stringify(reply.body).slice(0, 300));
    objects += Object.values(body).reduce((sum, list) => sum + list.length, 0);
  }
  const { user, system } = process.cpuUsage(began);
  seconds = (user + system) / 1e6;
});
afterAll(() => world.stop());

async function fastest(path: string): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 10; n += 1) {
    const began = performance.now();
    expect((await world.nitro.get(path)).status).toBe(200);
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

describe(`${BACK_ENDS} back ends`, () => {
  it('are made at 5,000 objects a second or faster', () => {
    expect(objects).toBeGreaterThan(59_000);
    expect(objects / seconds).toBeGreaterThan(5_000);
  });

  it('fit into 500 MB, this test included', () => {
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
    await fastest(path);
    expect(await fastest(path)).toBeLessThan(8);
  });

  it('a pattern over all is a walk of milliseconds', async () => {
    expect(await fastest('policystringmap_pattern_binding/map?filter=key:/^host77/')).toBeLessThan(60);
    expect(await fastest('lbvserver?filter=name:/77$/&attrs=name')).toBeLessThan(120);
  });
});
