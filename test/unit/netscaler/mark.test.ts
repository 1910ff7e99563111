import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import {
  clusterFilter,
  frontendMark,
  LIMITS,
  ownerMark,
  ownersFilter,
  parseMark,
  systemFilter,
  systemMark,
} from '../../../lib/netscaler/index.ts';
import type { Frontend } from '../../../lib/route/index.ts';

const OWNER = { cluster: 'c1', namespace: 'shop', name: 'tea' };
const name = (length: number) => fc.stringMatching(new RegExp(`^[a-z0-9]([a-z0-9.-]{0,${length - 2}}[a-z0-9])?$`));
const owner = fc.record({ cluster: name(40), namespace: name(63), name: name(253) });
const system = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
const frontend: fc.Arbitrary<Frontend> = fc.record(
  {
    vip: fc.constantFrom('192.0.2.10', '2001:db8:1111:2222:3333:4444:5555:6666'),
    port: fc.integer({ min: 1, max: 65_535 }),
    kind: fc.constantFrom('tls', 'http'),
  },
  { noNullPrototype: true },
);
const fits = (text: string): void => expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMITS.comment);

describe('LIF-5: the mark says whose an object is', () => {
  it.each([
    ['of a back end', ownerMark('nsp', OWNER), `nsp1;s=nsp;c=c1;o=${ownerKey(OWNER)};n=shop/tea`],
    [
      'of a front end',
      frontendMark('nsp', { vip: '192.0.2.10', port: 443, kind: 'tls' }),
      'nsp1;s=nsp;f=192.0.2.10_443_tls',
    ],
    ['of the system', systemMark('nsp'), 'nsp1;s=nsp'],
    ['of a cluster’s ledger', systemMark('nsp', 'c1'), 'nsp1;s=nsp;c=c1'],
  ])('%s', (_what, mark, expected) => {
    expect(mark).toBe(expected);
  });

  it('of an owner reads back, within 255 bytes whatever the names’ lengths', () => {
    fc.assert(
      fc.property(system, owner, (id, who) => {
        const mark = ownerMark(id, who);
        fits(mark);
        const { owner: named, ...mine } = parseMark(mark) ?? {};
        expect(mine).toStrictEqual({ system: id, cluster: who.cluster, ownerKey: ownerKey(who) });
        // The end of a long name is cut off.
        expect(named).toEqual({ ...who, name: who.name.slice(0, named?.name.length) });
        if (mark.length < LIMITS.comment) expect(named).toEqual(who);
      }),
    );
  });

  it('a name may have a slash: the namespace ends at the first one', () => {
    const who = { cluster: 'c1', namespace: 'shop', name: 'tlsroute/tea' };
    expect(parseMark(ownerMark('nsp', who))?.owner).toEqual(who);
  });

  it('of the longest names is cut to 255 bytes', () => {
    const longest = { cluster: 'c'.repeat(40), namespace: 'n'.repeat(63), name: 'i'.repeat(253) };
    expect(ownerMark('abcdefgh', longest)).toHaveLength(LIMITS.comment);
  });

  it('of a front end reads back, within 255 bytes', () => {
    fc.assert(
      fc.property(system, frontend, (id, place) => {
        const mark = frontendMark(id, place);
        fits(mark);
        expect(parseMark(mark)).toStrictEqual({ system: id, frontend: place });
      }),
    );
  });

  it('of the system and of a cluster reads back', () => {
    expect(parseMark(systemMark('nsp'))).toStrictEqual({ system: 'nsp' });
    expect(parseMark(systemMark('nsp', 'c1'))).toStrictEqual({ system: 'nsp', cluster: 'c1' });
  });

  it.each<[string, unknown]>([
    ['none', undefined],
    ['a number', 5],
    ['an empty one', ''],
    ['an operator’s', 'owned by the web team'],
    ['of another version', 'nsp2;s=nsp'],
    ['of a version that begins alike', 'nsp10;s=nsp'],
    ['without a system', 'nsp1;c=c1;o=x'],
    ['that quotes ours', 'see nsp1;s=nsp'],
  ])('a comment that is %s is not ours', (_what, comment) => {
    expect(parseMark(comment)).toBeUndefined();
  });

  it.each([
    ['a kind that is none', 'nsp1;s=nsp;f=192.0.2.10_443_udp'],
    ['no kind', 'nsp1;s=nsp;f=192.0.2.10_443'],
    ['nothing', 'nsp1;s=nsp;f='],
  ])('a front end of %s is none', (_what, comment) => {
    expect(parseMark(comment)).toStrictEqual({ system: 'nsp' });
  });

  it.each([
    ['without a cluster', 'nsp1;s=nsp;n=shop/tea', {}],
    ['without a name', 'nsp1;s=nsp;c=c1', { cluster: 'c1' }],
    ['with a half of a name', 'nsp1;s=nsp;c=c1;n=shop', { cluster: 'c1' }],
    ['with all of it', 'nsp1;s=nsp;c=c1;n=shop/tea', { cluster: 'c1', owner: OWNER }],
  ])('%s it names an owner only where all of it is there', (_what, comment, expected) => {
    expect(parseMark(comment)).toStrictEqual({ system: 'nsp', ...expected });
  });

  it('the name at its end cannot say otherwise', () => {
    const mark = ownerMark('nsp', { ...OWNER, name: 'tea;c=c2;o=zzz;s=other' });
    expect(parseMark(mark)).toMatchObject({ system: 'nsp', cluster: 'c1' });
  });
});

/** What the appliance makes of a filter `/…/`. */
const matches = (filter: string, comment: string): boolean => new RegExp(filter.slice(1, -1)).test(comment);

describe('filters by mark', () => {
  const other = { ...OWNER, name: 'coffee' };
  it.each([
    ['its owner', [OWNER], ownerMark('nsp', OWNER), true],
    ['one of several', [other, OWNER], ownerMark('nsp', OWNER), true],
    ['another owner', [OWNER], ownerMark('nsp', other), false],
    ['another system', [OWNER], ownerMark('nsp2', OWNER), false],
    ['a front end', [OWNER], frontendMark('nsp', { vip: '192.0.2.1', port: 443, kind: 'tls' }), false],
    ['a text before it', [OWNER], `x ${ownerMark('nsp', OWNER)}`, false],
  ])('by owners: %s', (_what, owners, comment, expected) => {
    expect(matches(ownersFilter('nsp', owners.map(ownerKey)), comment)).toBe(expected);
  });

  it.each([
    ['its own', OWNER, true],
    ['one of another cluster', { ...OWNER, cluster: 'c2' }, false],
    ['one of a cluster that begins alike', { ...OWNER, cluster: 'c10' }, false],
    ['one of other keys', { ...OWNER, name: 'other' }, false],
  ])('by cluster and keys: %s', (_what, owner, expected) => {
    const filter = clusterFilter('nsp', 'c1', ['[89]', ownerKey(OWNER).slice(0, 2)]);
    expect(matches(filter, ownerMark('nsp', owner))).toBe(expected);
    expect(matches(filter, `x ${ownerMark('nsp', owner)}`)).toBe(false);
  });

  it.each([
    ['the system itself', systemMark('nsp'), true],
    ['a back end', ownerMark('nsp', OWNER), true],
    ['a system whose id begins alike', systemMark('nsp2'), false],
    ['an operator’s', 'nsp', false],
  ])('by system: %s', (_what, comment, expected) => {
    expect(matches(systemFilter('nsp'), comment)).toBe(expected);
  });
});
