import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pickAddress } from '../../../lib/gateway/pick-address.ts';

const pool = fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 20 });

describe('GW-6: the address that a Gateway gets of a pool', () => {
  it('an empty pool → none', () => {
    expect(pickAddress('c/infra/edge', [])).toBeUndefined();
  });

  it('does not depend on the order of the pool', () => {
    fc.assert(
      fc.property(fc.string(), pool, (gateway, addresses) => {
        const picked = pickAddress(gateway, addresses);
        expect(addresses).toContain(picked);
        expect(pickAddress(gateway, addresses.toReversed())).toBe(picked);
      }),
    );
  });

  it('a larger pool → it stays, or moves to a new address', () => {
    fc.assert(
      fc.property(fc.string(), pool, fc.ipV4(), (gateway, addresses, added) => {
        const before = pickAddress(gateway, addresses);
        expect([before, added]).toContain(pickAddress(gateway, [...addresses, added]));
      }),
    );
  });

  it('a smaller pool → it moves only if its own address went', () => {
    fc.assert(
      fc.property(fc.string(), pool, fc.nat(), (gateway, addresses, index) => {
        const before = pickAddress(gateway, addresses);
        const gone = addresses[index % addresses.length];
        if (gone === before) return;
        expect(
          pickAddress(
            gateway,
            addresses.filter((each) => each !== gone),
          ),
        ).toBe(before);
      }),
    );
  });

  it('many Gateways → every address is used', () => {
    const addresses = Array.from({ length: 8 }, (_, index) => `192.0.2.${index + 1}`);
    const used = new Set(Array.from({ length: 200 }, (_, index) => pickAddress(`c/n/g${index}`, addresses)));
    expect(used.size).toBe(8);
  });
});
