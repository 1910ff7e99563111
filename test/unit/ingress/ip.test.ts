import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../lib/ingress/ip.ts';

const forms: readonly (readonly [input: string, canonical: string])[] = [
  ['192.0.2.1', '192.0.2.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  // RFC 5952, 4.1: leading zeros
  ['2001:0db8::0001', '2001:db8::1'],
  // 4.2.1: as much as possible
  ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
  // 4.2.2: one group alone is not shortened
  ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  // 4.2.3: the longest run, the first of equal ones
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  // 4.3: lower case
  ['2001:DB8::AAAA', '2001:db8::aaaa'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
];

const none = [
  '',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.4 ',
  '1.2.3.-4',
  '1.2.3.4/32',
  '١.2.3.4',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '1:2:3:4::5:6:7:8',
  '12345::',
  'g::',
  '::1.2.3',
  '1.2.3.4::',
  '1.2.3.4::1',
  '::1.2.3.4:5',
  '[::1]',
  'fe80::1%eth0',
  '::/0',
];

describe('VAL-9, VAL-15: addresses', () => {
  it.each(forms)('%s is %s', (input, canonical) => {
    expect(parseAddress(input)?.text).toBe(canonical);
  });

  it.each(none)('%j is not an address', (input) => {
    expect(parseAddress(input)).toBeUndefined();
  });

  it('accepts the same addresses as node:net', () => {
    const candidate = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV4Extended(),
      fc.string(),
      fc.stringMatching(/^[0-9a-f:.]{1,24}$/),
      fc.array(fc.constantFrom('0', '1', 'ffff', '', '1.2.3.4'), { maxLength: 9 }).map((groups) => groups.join(':')),
    );
    fc.assert(
      fc.property(candidate, (input) => {
        expect(parseAddress(input)?.family).toBe(isIPv4(input) ? 4 : isIPv6(input) ? 6 : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  it('has one canonical form: parsing it again gives the same address and text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (input) => {
        const address = parseAddress(input);
        expect(address).toBeDefined();
        expect(parseAddress(address?.text ?? '')).toEqual(address);
      }),
    );
  });
});
