import { describe, expect, it } from 'vitest';
import { proxyHeader } from '../../../../lib/simulator/wire/proxy-protocol.ts';

/** Source: the PROXY protocol specification, 2.1 and 2.2. */
const v4 = { address: '203.0.113.7', port: 50_000 };
const v6 = { address: '2001:db8::7', port: 50_000 };

describe('PROXY protocol', () => {
  it('version 1', () => {
    expect(proxyHeader('V1', v4, { address: '192.0.2.10', port: 443 }).toString()).toBe(
      'PROXY TCP4 203.0.113.7 192.0.2.10 50000 443\r\n',
    );
    expect(proxyHeader('V1', v6, { address: '2001:db8::1', port: 443 }).toString()).toBe(
      'PROXY TCP6 2001:db8::7 2001:db8::1 50000 443\r\n',
    );
  });

  it('version 2, IPv4', () => {
    expect(proxyHeader('V2', v4, { address: '192.0.2.10', port: 443 }).toString('hex')).toBe(
      '0d0a0d0a000d0a515549540a' + '2111000c' + 'cb007107' + 'c000020a' + 'c350' + '01bb',
    );
  });

  it.each([
    ['::1', '00000000000000000000000000000001'],
    ['2001:db8::7', '20010db8000000000000000000000007'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['198.51.100.1', '00000000000000000000ffffc6336401'],
  ])('version 2, IPv6 to %s', (address, hex) => {
    const header = proxyHeader('V2', v6, { address, port: 443 });
    expect(header.subarray(12, 16).toString('hex')).toBe('21210024');
    expect(header.subarray(32, 48).toString('hex')).toBe(hex);
    expect(header).toHaveLength(52);
  });
});
