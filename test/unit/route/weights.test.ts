import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ServiceShare, spreadOver } from '../../../lib/route/index.ts';

const pods = (service: number, count: number) =>
  Array.from({ length: count }, (_, pod) => ({ address: `10.${service}.${pod >> 8}.${pod & 255}`, port: 8443 }));
const share = (weight: number, service: number, count: number): ServiceShare => ({
  weight,
  members: pods(service, count),
});
/** Weights of the members, Service by Service. */
const weightsOf = (...services: ServiceShare[]): number[][] => {
  const { members } = spreadOver(services);
  return services.map((service) =>
    service.members.flatMap(({ address }) => members.find((member) => member.address === address)?.weight ?? []),
  );
};
const ROUND_ROBIN = { lbvserver: { lbmethod: 'ROUNDROBIN' } };

describe('the weights of the members of several Services', () => {
  it.each<[string, ServiceShare[], number[][]]>([
    [
      'equal weights and members',
      [share(1, 1, 2), share(1, 2, 2)],
      [
        [1, 1],
        [1, 1],
      ],
    ],
    ['equal weights, other numbers of members', [share(1, 1, 3), share(1, 2, 1)], [[1, 1, 1], [3]]],
    ['9 to 1', [share(90, 1, 1), share(10, 2, 1)], [[9], [1]]],
    [
      '9 to 1, with three members each',
      [share(9, 1, 3), share(1, 2, 3)],
      [
        [9, 9, 9],
        [1, 1, 1],
      ],
    ],
    [
      'thirds of two and of four',
      [share(2, 1, 2), share(1, 2, 4)],
      [
        [4, 4],
        [1, 1, 1, 1],
      ],
    ],
    ['large numbers', [share(1_000_000, 1, 1), share(500_000, 2, 1)], [[2], [1]]],
    ['the most that an appliance can', [share(100, 1, 1), share(1, 2, 1)], [[100], [1]]],
    ['more than an appliance can', [share(10_000, 1, 1), share(1, 2, 1)], [[100], [1]]],
    ['a Service with weight 0 gets nothing', [share(3, 1, 1), share(1, 2, 1), share(0, 3, 1)], [[3], [1], []]],
  ])('%s', (_what, services, expected) => {
    expect(weightsOf(...services)).toEqual(expected);
  });

  it('a member of two Services gets the sum', () => {
    const [a, b] = pods(1, 2) as [ReturnType<typeof pods>[0], ReturnType<typeof pods>[0]];
    const services = [
      { weight: 1, members: [a, b] },
      { weight: 1, members: [b] },
    ];
    expect(spreadOver(services).members).toEqual([
      { ...a, weight: 1 },
      { ...b, weight: 3 },
    ]);
  });

  it('a member that a Service names twice counts once', () => {
    const [a] = pods(1, 1) as [ReturnType<typeof pods>[0]];
    expect(spreadOver([{ weight: 1, members: [a, a] }, share(1, 2, 1)]).members.map(({ weight }) => weight)).toEqual([
      1, 1,
    ]);
  });

  it.each<[string, ServiceShare[], number, object, number]>([
    ['no Service', [], 0, {}, 1],
    ['only Services with weight 0', [share(0, 1, 2)], 0, {}, 1],
    ['one Service: no weights, and the default method', [share(7, 1, 2), share(0, 2, 2)], 2, {}, 0],
    ['one Service without members', [share(7, 1, 0)], 0, {}, 1],
    ['several, one without members', [share(3, 1, 1), share(1, 2, 0)], 1, ROUND_ROBIN, 0.25],
    ['several, none with members', [share(3, 1, 0), share(1, 2, 0)], 0, ROUND_ROBIN, 1],
  ])('%s', (_what, services, count, settings, unserved) => {
    const spread = spreadOver(services);
    expect(spread.members).toHaveLength(count);
    expect(spread.settings).toEqual(settings);
    expect(spread.unserved).toBe(unserved);
  });

  it('one Service has members without weights: as an Ingress has them', () => {
    expect(spreadOver([share(5, 1, 2)]).members).toEqual(pods(1, 2));
  });

  const service = fc.record({ weight: fc.integer({ min: 0, max: 200 }), count: fc.integer({ min: 0, max: 12 }) });
  const services = fc
    .array(service, { minLength: 2, maxLength: 5 })
    .map((all) => all.map(({ weight, count }, index) => share(weight, index, count)));

  it('each Service gets its share, within the error that the rounding allows', () => {
    fc.assert(
      fc.property(services, (given) => {
        const { members } = spreadOver(given);
        const sharing = given.filter((one) => one.weight > 0 && one.members.length > 0);
        const total = sharing.reduce((sum, { weight }) => sum + weight, 0);
        const dues = sharing.flatMap((one) => one.members.map(() => one.weight / one.members.length));
        const largest = Math.max(...dues);
        fc.pre(sharing.length > 1 && Math.min(...dues) >= largest / 200);
        const atHundred = dues.reduce((sum, due) => sum + Math.max(1, Math.round((due / largest) * 100)), 0);
        const all = members.reduce((sum, { weight = 1 }) => sum + weight, 0);
        for (const one of sharing) {
          const own = new Set(one.members.map(({ address }) => address));
          const got = members
            .filter(({ address }) => own.has(address))
            .reduce((sum, { weight = 1 }) => sum + weight, 0);
          const error = Math.abs(got / all - one.weight / total);
          expect(error).toBeLessThanOrEqual(dues.length / (2 * atHundred) + 1e-9);
        }
      }),
    );
  });

  it('weights are whole numbers from 1 to 100, equal within a Service, and the same in any order', () => {
    fc.assert(
      fc.property(services, (given) => {
        const { members } = spreadOver(given);
        const several = given.filter(({ weight }) => weight > 0).length > 1;
        for (const { weight } of members) {
          if (!several) expect(weight).toBeUndefined();
          else expect(Number.isInteger(weight) && weight! >= 1 && weight! <= 100).toBe(true);
        }
        for (const weights of weightsOf(...given)) expect(new Set(weights).size).toBeLessThanOrEqual(1);
        expect(spreadOver(given.toReversed()).members).toEqual(members);
      }),
    );
  });
});
