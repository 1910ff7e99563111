import { describe, expect, it } from 'vitest';
import { checkAppliances } from '../../../lib/config/check-appliances.ts';

const appliance = (name: string, more: object) => ({
  name,
  clusters: ['prod'],
  endpoints: ['https://192.0.2.250'],
  credentials: { secret: 'x' },
  ...more,
});

/** The problems, each with its path after the appliance. */
const problemsOf = (own: object, other: object = {}): string[] =>
  checkAppliances({ appliances: [appliance('edge', own), appliance('west', other)] }).problems.map(
    ({ path, message }) => `${path.slice(1).join('.')}: ${message}`,
  );

describe('gatewayAddresses', () => {
  it.each<[string, object, object]>([
    ['addresses and ranges', { gatewayAddresses: ['192.0.2.7', '192.0.2.64/28', '2001:db8::/122'] }, {}],
    [
      'within the ranges',
      { gatewayAddresses: ['192.0.2.64/28'], frontendIPs: ['198.51.100.0/24', '192.0.2.0/24'] },
      {},
    ],
    ['as many as are compared', { gatewayAddresses: ['192.0.2.0/24', '198.51.100.1', '198.51.100.2'] }, {}],
    ['beside those of another', { gatewayAddresses: ['192.0.2.0/28'] }, { gatewayAddresses: ['192.0.2.16/28'] }],
    ['its own default VIP', { gatewayAddresses: ['192.0.2.0/28'], defaultVip: '192.0.2.1' }, {}],
  ])('%s → no problem', (_what, own, other) => {
    expect(problemsOf(own, other)).toEqual([]);
  });

  it.each<[string, object, object, string]>([
    [
      'no range',
      { gatewayAddresses: ['pods'] },
      {},
      '0.gatewayAddresses.0: "pods" is not a range of addresses (192.0.2.0/24, 2001:db8::/64)',
    ],
    [
      'outside',
      { gatewayAddresses: ['192.0.2.1', '198.51.100.1'], frontendIPs: ['192.0.2.0/24'] },
      {},
      '0.gatewayAddresses.1: "198.51.100.1" is not within frontendIPs: 192.0.2.0/24',
    ],
    [
      'partly outside',
      { gatewayAddresses: ['192.0.2.0/24'], frontendIPs: ['192.0.2.0/25'] },
      {},
      '0.gatewayAddresses.0: "192.0.2.0/24" is not within frontendIPs: 192.0.2.0/25',
    ],
    [
      'loopback',
      { gatewayAddresses: ['127.0.0.1'] },
      {},
      '0.gatewayAddresses.0: "127.0.0.1" is a loopback address, which a front end cannot have',
    ],
    [
      'too many',
      { gatewayAddresses: ['192.0.2.0/23'] },
      {},
      '0.gatewayAddresses: has 510 addresses, expected at most 256',
    ],
    [
      'the default VIP of another',
      { gatewayAddresses: ['192.0.2.0/28'] },
      { defaultVip: '192.0.2.1' },
      '0.gatewayAddresses.0: "192.0.2.0/28" is shared with defaultVip of the appliance "west"',
    ],
    [
      'a range of another',
      { gatewayAddresses: ['192.0.2.0/28'] },
      { frontendIPs: ['192.0.2.0/24'] },
      '0.gatewayAddresses.0: "192.0.2.0/28" is shared with frontendIPs of the appliance "west"',
    ],
  ])('%s → a problem', (_what, own, other, expected) => {
    expect(problemsOf(own, other)).toEqual([expected]);
  });

  it('an address of two pools → a problem of both', () => {
    const pool = { gatewayAddresses: ['192.0.2.0/28'] };
    expect(problemsOf(pool, { gatewayAddresses: ['192.0.2.9'] })).toEqual([
      '0.gatewayAddresses.0: "192.0.2.0/28" is shared with gatewayAddresses of the appliance "west"',
      '1.gatewayAddresses.0: "192.0.2.9" is shared with gatewayAddresses of the appliance "edge"',
    ]);
  });
});
