import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, inAny, neverAllowed, parseCidr } from '../../../lib/ingress/cidr.ts';
import { type Address, parseAddress } from '../../../lib/ingress/ip.ts';

const address = (text: string): Address => parseAddress(text) as Address;

describe('VAL-9, VAL-15: ranges', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.0', true],
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.77/24', '192.0.2.1', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['192.0.2.1/32', '192.0.2.1', true],
    ['2001:db8::/32', '2001:db8:ffff::', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['2001:db8::1', '2001:db8::1', true],
    ['::/0', 'ffff::', true],
    ['::/0', '192.0.2.1', false],
    ['0.0.0.0/0', '::1', false],
  ])('%s contains %s: %s', (range, text, held) => {
    expect(inAny([range], address(text))).toBe(held);
  });

  it.each([
    '',
    '/',
    '1.2.3.4/',
    '1.2.3.4/33',
    '::/129',
    '1.2.3.4/-1',
    '1.2.3.4/ 8',
    '1.2.3.4/8/8',
    '1.2.3.4/0x8',
    'x/8',
  ])('%j is not a range, and contains no address', (range) => {
    expect(parseCidr(range)).toBeUndefined();
    expect(inAny([range], address('1.2.3.4'))).toBe(false);
  });

  it('agrees with the block list of the runtime', () => {
    const v4 = fc.tuple(fc.constant('ipv4' as const), fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }));
    const v6 = fc.tuple(fc.constant('ipv6' as const), fc.ipV6(), fc.ipV6(), fc.integer({ min: 0, max: 128 }));
    fc.assert(
      fc.property(fc.oneof(v4, v6), ([family, net, host, prefix]) => {
        const list = new BlockList();
        list.addSubnet(net, prefix, family);
        const network = parseCidr(`${net}/${prefix}`);
        expect(network && contains(network, address(host))).toBe(list.check(host, family));
      }),
    );
  });

  it.each([
    ['0.0.0.0', 'an unspecified'],
    ['127.1.2.3', 'a loopback'],
    ['169.254.169.254', 'a link-local'],
    ['239.255.255.255', 'a multicast'],
    ['255.255.255.255', 'a reserved'],
    ['::', 'an unspecified'],
    ['::1', 'a loopback'],
    ['fe80::1', 'a link-local'],
    ['ff02::1', 'a multicast'],
    ['::ffff:10.0.0.1', 'an IPv4-mapped'],
    ['::10.0.0.1', 'an IPv4-compatible'],
    ['::ffff:0:10.0.0.1', 'an IPv4-translated'],
    ['64:ff9b::169.254.169.254', 'a NAT64'],
    ['64:ff9b:1:ffff::1', 'a NAT64'],
    ['2001:0:a9fe:a9fe::1', 'a Teredo'],
    ['2002:a9fe:a9fe::1', 'a 6to4'],
    ['192.0.0.192', 'a reserved'],
    ['100.100.100.200', 'a cloud-metadata'],
    ['168.63.129.16', 'a cloud-metadata'],
    ['fd00:ec2::254', 'a cloud-metadata'],
    ['fd00:ec2::23', 'a cloud-metadata'],
    ['fd20:ce::254', 'a cloud-metadata'],
    ['fd00:c1::a9fe:a9fe', 'a cloud-metadata'],
    ['fd00:42::42', 'a cloud-metadata'],
    ['10.0.0.1', undefined],
    ['100.64.0.1', undefined],
    ['100.100.100.201', undefined],
    ['168.63.129.17', undefined],
    ['192.0.1.1', undefined],
    ['64:ff9a::1', undefined],
    ['2001:db8::1', undefined],
    ['fd00::1', undefined],
    ['fd00:ec3::254', undefined],
  ])('VAL-15: %s is %s', (text, what) => {
    expect(neverAllowed(address(text))).toBe(what);
  });
});
