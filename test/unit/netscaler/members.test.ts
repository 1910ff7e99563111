import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { membersText, parseMembers, sameMembers, withWeightsOf } from '../../../lib/netscaler/index.ts';

describe('members as one text', () => {
  it.each([
    ['', []],
    ['10.0.0.1 80', [{ ip: '10.0.0.1', port: 80 }]],
    [
      '2001:db8::1 443\n10.0.0.1 80 7',
      [
        { ip: '2001:db8::1', port: 443 },
        { ip: '10.0.0.1', port: 80, weight: 7 },
      ],
    ],
  ])('%j', (text, members) => {
    expect(parseMembers(text)).toEqual(members);
  });

  it('reads back', () => {
    const member = fc.record(
      {
        address: fc.oneof(fc.ipV4(), fc.ipV6()),
        port: fc.integer({ min: 1, max: 65_535 }),
        weight: fc.integer({ min: 1, max: 100 }),
      },
      { requiredKeys: ['address', 'port'], noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(member), (members) => {
        const expected = members.map(({ address, ...more }) => ({ ip: address, ...more }));
        expect(parseMembers(membersText(members))).toStrictEqual(expected);
      }),
    );
  });

  it.each([
    ['a 1', 'a 1', true],
    ['a 1', 'a 1 1', true],
    ['a 1 1\nb 2', 'a 1\nb 2 1', true],
    ['a 1 2', 'a 1', false],
    ['a 1 11', 'a 1', false],
    ['a 1', 'b 1', false],
    ['a 1', '', false],
    ['?', '', false],
  ])('%j and %j are the same members: %s', (a, b, same) => {
    expect(sameMembers(a, b)).toBe(same);
    expect(sameMembers(b, a)).toBe(same);
  });

  it.each([
    ['a 1\nb 2', 'a 1', 'a 1\nb 2'],
    ['a 1\nb 2', 'c 3 7', 'a 1 1\nb 2 1'],
    ['a 1 5\nb 2', 'c 3\nd 4 2', 'a 1 5\nb 2 1'],
    ['', 'c 3 7', ''],
    ['a 1', '?', 'a 1'],
  ])('%j in place of %j is written as %j', (text, found, expected) => {
    expect(withWeightsOf(text, found)).toBe(expected);
  });
});
