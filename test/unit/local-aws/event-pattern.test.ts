import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, parsePattern } from '../../../lib/local-aws/event-pattern.ts';
import { PatternInvalid } from '../../../lib/local-aws/value-matcher.ts';

const event = {
  source: 'nspass.forwarder',
  'detail-type': 'Ingress Changed',
  account: '000000000000',
  detail: {
    text: 'Alpha.png',
    path: 'dir/lib/file*x',
    empty: '',
    count: 5,
    price: 0.5,
    flag: true,
    nothing: null,
    ip: '10.1.2.3',
    ip6: '2001:db8::7',
    list: ['a', 'b'],
    none: [],
    data: { cluster: 'c1', deep: { er: 1 } },
    items: [{ kind: 'x', size: 1 }, { kind: 'y' }],
  },
};
const detail = (pattern: unknown) => ({ detail: pattern });

/** Pattern, whether it matches `event`. */
const CASES: readonly [name: string, pattern: unknown, matches: boolean][] = [
  ['exact string', { source: ['nspass.forwarder'] }, true],
  ['exact string, another', { source: ['nspass.functions'] }, false],
  ['one of several', { source: ['x', 'nspass.forwarder'] }, true],
  ['all names must match', { source: ['nspass.forwarder'], account: ['1'] }, false],
  ['case matters', { source: ['NSPASS.FORWARDER'] }, false],
  ['nested', detail({ data: { cluster: ['c1'] } }), true],
  ['nested, another', detail({ data: { cluster: ['c2'] } }), false],
  ['nested, absent', detail({ data: { cluster: ['c1'], other: ['x'] } }), false],
  ['nested through a scalar', detail({ text: { deeper: ['x'] } }), false],
  ['number', detail({ count: [5] }), true],
  ['number as a string', detail({ count: ['5'] }), false],
  ['boolean', detail({ flag: [true] }), true],
  ['null', detail({ nothing: [null] }), true],
  ['null is not absent', detail({ absent: [null] }), false],
  ['empty string', detail({ empty: [''] }), true],
  ['an object is no value', detail({ data: [{ prefix: '' }] }), false],
  ['array: one element', detail({ list: ['b'] }), true],
  ['array: no element', detail({ list: ['c'] }), false],
  ['array of objects', detail({ items: { kind: ['y'] } }), true],
  ['array of objects: none', detail({ items: { kind: ['z'] } }), false],
  ['prefix', detail({ text: [{ prefix: 'Al' }] }), true],
  ['prefix in another case', detail({ text: [{ prefix: 'al' }] }), false],
  ['prefix, ignoring case', detail({ text: [{ prefix: { 'equals-ignore-case': 'al' } }] }), true],
  ['prefix of a number', detail({ count: [{ prefix: '5' }] }), false],
  ['suffix', detail({ text: [{ suffix: '.png' }] }), true],
  ['suffix, ignoring case', detail({ text: [{ suffix: { 'equals-ignore-case': '.PNG' } }] }), true],
  ['suffix, another', detail({ text: [{ suffix: '.jpg' }] }), false],
  ['equals-ignore-case', detail({ text: [{ 'equals-ignore-case': 'ALPHA.PNG' }] }), true],
  ['equals-ignore-case, a part', detail({ text: [{ 'equals-ignore-case': 'ALPHA' }] }), false],
  ['anything-but', detail({ text: [{ 'anything-but': 'x' }] }), true],
  ['anything-but that value', detail({ text: [{ 'anything-but': 'Alpha.png' }] }), false],
  ['anything-but a list', detail({ text: [{ 'anything-but': ['x', 'Alpha.png'] }] }), false],
  ['anything-but a list of numbers', detail({ count: [{ 'anything-but': [1, 2] }] }), true],
  ['anything-but an absent field', detail({ absent: [{ 'anything-but': 'x' }] }), false],
  ['anything-but prefix', detail({ text: [{ 'anything-but': { prefix: 'Al' } }] }), false],
  ['anything-but prefix, another', detail({ text: [{ 'anything-but': { prefix: 'B' } }] }), true],
  ['anything-but prefix list', detail({ text: [{ 'anything-but': { prefix: ['B', 'Al'] } }] }), false],
  ['anything-but suffix', detail({ text: [{ 'anything-but': { suffix: '.png' } }] }), false],
  ['anything-but suffix list', detail({ text: [{ 'anything-but': { suffix: ['.jpg', '.gif'] } }] }), true],
  ['anything-but ignoring case', detail({ text: [{ 'anything-but': { 'equals-ignore-case': 'alpha.PNG' } }] }), false],
  ['anything-but wildcard', detail({ path: [{ 'anything-but': { wildcard: '*/lib/*' } }] }), false],
  ['anything-but of a list: another element', detail({ list: [{ 'anything-but': 'a' }] }), true],
  ['exists', detail({ text: [{ exists: true }] }), true],
  ['exists, absent', detail({ absent: [{ exists: true }] }), false],
  ['exists false, absent', detail({ absent: [{ exists: false }] }), true],
  ['exists false, there', detail({ text: [{ exists: false }] }), false],
  ['exists false, absent parent', detail({ no: { such: [{ exists: false }] } }), true],
  ['exists, null', detail({ nothing: [{ exists: true }] }), true],
  ['exists, empty array', detail({ none: [{ exists: true }] }), false],
  ['exists, an object', detail({ data: [{ exists: true }] }), false],
  ['exists false at the top', { 'replay-name': [{ exists: false }] }, true],
  ['numeric =', detail({ count: [{ numeric: ['=', 5] }] }), true],
  ['numeric >', detail({ count: [{ numeric: ['>', 5] }] }), false],
  ['numeric >=', detail({ count: [{ numeric: ['>=', 5] }] }), true],
  ['numeric range', detail({ price: [{ numeric: ['>', 0, '<', 1] }] }), true],
  ['numeric range, outside', detail({ count: [{ numeric: ['>', 0, '<=', 4.9] }] }), false],
  ['numeric of a string', detail({ text: [{ numeric: ['>', 0] }] }), false],
  ['wildcard', detail({ path: [{ wildcard: 'dir/*' }] }), true],
  ['wildcard in the middle', detail({ path: [{ wildcard: '*/lib/*' }] }), true],
  ['wildcard, several', detail({ path: [{ wildcard: 'd*/l*/f*' }] }), true],
  ['wildcard, no match', detail({ path: [{ wildcard: '*/bin/*' }] }), false],
  ['wildcard is anchored', detail({ path: [{ wildcard: 'lib*' }] }), false],
  ['wildcard, escaped star', detail({ path: [{ wildcard: '*file\\*x' }] }), true],
  ['wildcard, escaped star is no wildcard', detail({ text: [{ wildcard: 'Al\\*' }] }), false],
  ['wildcard, a dot is a dot', detail({ text: [{ wildcard: 'Alpha?png*' }] }), false],
  ['cidr', detail({ ip: [{ cidr: '10.0.0.0/8' }] }), true],
  ['cidr, outside', detail({ ip: [{ cidr: '10.2.0.0/16' }] }), false],
  ['cidr, IPv6', detail({ ip6: [{ cidr: '2001:db8::/32' }] }), true],
  ['cidr of no address', detail({ text: [{ cidr: '10.0.0.0/8' }] }), false],
  ['$or, first', { $or: [{ source: ['nspass.forwarder'] }, { account: ['1'] }] }, true],
  ['$or, neither', { $or: [{ source: ['x'] }, { account: ['1'] }] }, false],
  ['$or beside a name', { account: ['1'], $or: [{ source: ['nspass.forwarder'] }, { account: ['2'] }] }, false],
  ['$or inside', detail({ $or: [{ count: [{ numeric: ['>', 9] }] }, { flag: [true] }] }), true],
  ['mixed leaves', detail({ count: ['x', { numeric: ['<', 9] }] }), true],
];

describe('compilePattern', () => {
  it.each(CASES)('%s', (_name, pattern, matches) => {
    expect(compilePattern(pattern)(event)).toBe(matches);
  });

  it.each([
    ['no object', ['x'], 'Filter is not an object'],
    ['empty', {}, 'Empty filter'],
    ['a bare value', { source: 'x' }, '"source" must be an object or an array'],
    ['an empty array', { source: [] }, 'Empty arrays'],
    ['an empty object', { detail: {} }, 'Empty objects'],
    ['an unknown operator', { source: [{ like: 'x' }] }, 'Unrecognized match type like'],
    ['an inherited name as operator', { source: [{ numeric: ['constructor', 1] }] }, 'Unrecognized numeric operator'],
    ['two operators in one', { source: [{ prefix: 'x', suffix: 'y' }] }, 'exactly one name'],
    ['a nested array', { source: [['x']] }, 'exactly one name'],
    ['exists without a boolean', { source: [{ exists: 'yes' }] }, 'true or false'],
    ['numeric without a number', { source: [{ numeric: ['>', 'x'] }] }, 'must be a number'],
    ['numeric, odd', { source: [{ numeric: ['>'] }] }, 'operator and a number'],
    ['prefix of a number', { source: [{ prefix: 5 }] }, 'exactly one name'],
    ['two stars', { source: [{ wildcard: 'a**b' }] }, 'Consecutive wildcard'],
    ['a stray escape', { source: [{ wildcard: 'a\\b' }] }, 'Invalid escape'],
    ['an address as cidr', { source: [{ cidr: '10.0.0.1' }] }, 'Malformed CIDR'],
    ['a cidr too long', { source: [{ cidr: '10.0.0.0/33' }] }, 'Malformed CIDR'],
    ['anything-but nothing', { source: [{ 'anything-but': [] }] }, 'at least one value'],
    ['anything-but exists', { source: [{ 'anything-but': { exists: true } }] }, 'Unsupported anything-but'],
    ['anything-but a list of objects', { source: [{ 'anything-but': [{ prefix: 'x' }] }] }, 'strings and numbers'],
    ['$or of one', { $or: [{ source: ['x'] }] }, 'Unrecognized match type source'],
  ])('refuses %s', (_name, pattern, reason) => {
    expect(() => compilePattern(pattern)).toThrow(PatternInvalid);
    expect(() => compilePattern(pattern)).toThrow(reason);
  });

  it('takes a field named $or for a field where it is no list of patterns', () => {
    expect(compilePattern({ $or: ['x'] })({ $or: 'x' })).toBe(true);
  });

  it('does not look at what an object inherits', () => {
    expect(compilePattern({ constructor: [{ exists: true }] })({})).toBe(false);
  });

  it('refuses text that is no JSON', () => {
    expect(() => parsePattern('{')).toThrow('not valid JSON');
  });
});

describe('properties of patterns', () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const flat = fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => name !== '$or'),
    scalar,
    { minKeys: 1 },
  );

  it('a pattern made of an event matches it, and with one value changed it does not', () => {
    fc.assert(
      fc.property(flat, (fields) => {
        const pattern = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]]));
        expect(compilePattern(pattern)(fields)).toBe(true);
        const name = Object.keys(fields)[0] as string;
        expect(compilePattern(pattern)({ ...fields, [name]: 'another, certainly' })).toBe(false);
      }),
    );
  });

  it('anything-but is the opposite of the value, for every value that is there', () => {
    fc.assert(
      fc.property(scalar, scalar, (value, other) => {
        const is = compilePattern({ field: [other] })({ field: value });
        const isNot = compilePattern({ field: [{ 'anything-but': other }] })({ field: value });
        expect(isNot).toBe(!is);
      }),
    );
  });

  it('exists true and exists false are opposites', () => {
    const json = fc.jsonValue();
    fc.assert(
      fc.property(json, (value) => {
        const there = compilePattern({ field: [{ exists: true }] });
        const absent = compilePattern({ field: [{ exists: false }] });
        for (const candidate of [{ field: value }, {}]) expect(there(candidate)).toBe(!absent(candidate));
      }),
    );
  });

  it('prefix and suffix are wildcards with the star at the other end', () => {
    const escaped = (text: string) => text.replace(/[\\*]/g, '\\$&');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '*', '\\', '.', '\n') }), fc.nat(), (text, at) => {
        const cut = at % (text.length + 1);
        const values = [text, text.slice(cut), text.slice(0, cut), `${text}a`, `a${text}`];
        const part = text.slice(0, cut);
        const cases = [
          [{ prefix: part }, { wildcard: `${escaped(part)}*` }],
          [{ suffix: part }, { wildcard: `*${escaped(part)}` }],
        ];
        for (const [plain, wild] of cases) {
          for (const field of values) {
            expect(compilePattern({ field: [wild] })({ field })).toBe(compilePattern({ field: [plain] })({ field }));
          }
        }
      }),
    );
  });

  it('an $or of patterns matches where one of them does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 2, maxLength: 5 }), fc.nat(3), (wanted, value) => {
        const pattern = { $or: wanted.map((number) => ({ field: [number] })) };
        expect(compilePattern(pattern)({ field: value })).toBe(wanted.includes(value));
      }),
    );
  });
});
