import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_POOL_ADDRESSES, poolAddresses, poolSize } from '../../../lib/ingress/address-pool.ts';
import { inAny } from '../../../lib/ingress/cidr.ts';
import { parseAddress } from '../../../lib/ingress/ip.ts';

describe('GW-6: the addresses of a pool', () => {
  it.each<[string, string[]]>([
    ['192.0.2.7', ['192.0.2.7']],
    ['192.0.2.7/32', ['192.0.2.7']],
    ['192.0.2.6/31', ['192.0.2.6', '192.0.2.7']],
    ['192.0.2.9/30', ['192.0.2.9', '192.0.2.10']],
    ['2001:db8::/126', ['2001:db8::1', '2001:db8::2']],
    ['2001:DB8:0::5', ['2001:db8::5']],
    ['pods', []],
    ['192.0.2.0/33', []],
  ])('%s → %j', (range, addresses) => {
    expect(poolAddresses([range])).toEqual(addresses);
    expect(poolSize(range)).toBe(BigInt(addresses.length));
  });

  it('several entries → each address once', () => {
    expect(poolAddresses(['192.0.2.1', '192.0.2.0/30', '192.0.2.1/32'])).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('an address that no front end can have is none of the pool', () => {
    expect(poolAddresses(['100.100.100.200/30', '127.0.0.1'])).toEqual(['100.100.100.201', '100.100.100.202']);
    expect(poolAddresses(['100.100.100.199/29'])).not.toContain('100.100.100.200');
    expect(poolAddresses(['100.100.100.192/28'])).toHaveLength(13);
  });

  it('a range without end → no more than are compared', () => {
    const many = poolAddresses(['2001:db8::/32']);
    expect(many).toHaveLength(MOST_POOL_ADDRESSES);
    expect(many[0]).toBe('2001:db8::1');
    expect(poolSize('2001:db8::/32')).toBe((1n << 96n) - 2n);
  });

  it('any range: canonical addresses of the range', () => {
    const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 24, max: 32 }));
    const v6 = fc.tuple(fc.ipV6(), fc.integer({ min: 120, max: 128 }));
    fc.assert(
      fc.property(fc.oneof(v4, v6), ([address, prefix]) => {
        const range = `${address}/${prefix}`;
        const addresses = poolAddresses([range]);
        expect(BigInt(addresses.length)).toBeLessThanOrEqual(poolSize(range));
        for (const text of addresses) {
          const parsed = parseAddress(text);
          expect(parsed?.text).toBe(text);
          expect(parsed !== undefined && inAny([range], parsed)).toBe(true);
        }
      }),
    );
  });
});
