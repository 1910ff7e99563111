import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIdentity } from '../../../lib/ledger/identity.ts';
import { decodeLedger, encodeIdentity, type Identity, identify, type Speaker } from '../../../lib/ledger/index.ts';

const says = (clusterUid: string, sequence: number): Speaker => ({ clusterUid, sequence });
const takesOver = (clusterUid: string, sequence: number): Speaker => ({ clusterUid, sequence, takesOver: true });

describe('rule 15: the row that says which cluster counts', () => {
  it.each<[string, Identity]>([
    ['uid', { uid: 'uid' }],
    ['uid;1768469400000', { uid: 'uid', acceptedAt: 1_768_469_400_000 }],
  ])('%s', (value, identity) => {
    const row = { key: 'U', value, comment: 'c' };
    expect(encodeIdentity(identity, 'c')).toEqual(row);
    expect(decodeIdentity(row)).toStrictEqual(identity);
    expect(decodeLedger([row])).toMatchObject(identity);
  });

  it.each([
    ['uid;', { uid: 'uid' }],
    ['uid;x', { uid: 'uid' }],
    ['uid;7;what a later version adds', { uid: 'uid', acceptedAt: 7 }],
    ['', undefined],
    [';7', undefined],
  ])('%j is read as %j', (value, identity) => {
    expect(decodeIdentity({ key: 'U', value, comment: '' })).toStrictEqual(identity);
  });

  it('no other row is', () => {
    expect(decodeIdentity({ key: 'X', value: 'uid', comment: '' })).toBeUndefined();
    expect(decodeLedger([{ key: 'X', value: 'uid;7', comment: '' }])).not.toHaveProperty('acceptedAt');
  });

  it('stays within 255 bytes', () => {
    const uid = '0d6f2c9e-7f3a-4a0e-9a55-2b6c1f0e7d21';
    const { value } = encodeIdentity({ uid, acceptedAt: Number.MAX_SAFE_INTEGER }, 'c');
    expect(Buffer.byteLength(value)).toBeLessThanOrEqual(255);
  });
});

describe('rule 15: whose events count', () => {
  const none: Partial<Identity> = {};
  it.each<[string, Partial<Identity>, Speaker[], Identity | undefined]>([
    ['nothing recorded, nobody speaks', none, [], undefined],
    ['nothing recorded: who speaks first', none, [says('a', 9), says('b', 1)], { uid: 'a' }],
    ['nothing recorded, an acceptance', none, [takesOver('b', 7)], { uid: 'b', acceptedAt: 7 }],
    [
      'nothing recorded, an acceptance behind another’s event',
      none,
      [says('a', 9), takesOver('b', 7)],
      { uid: 'b', acceptedAt: 7 },
    ],

    ['recorded, nobody speaks', { uid: 'a' }, [], { uid: 'a' }],
    ['recorded, it speaks', { uid: 'a' }, [says('a', 9)], { uid: 'a' }],
    ['recorded, another one speaks', { uid: 'a' }, [says('b', 9)], { uid: 'a' }],
    ['recorded, it is accepted', { uid: 'a' }, [takesOver('a', 9)], { uid: 'a', acceptedAt: 9 }],
    ['recorded, another one is accepted', { uid: 'a' }, [takesOver('b', 9)], { uid: 'b', acceptedAt: 9 }],
    [
      'recorded, another one is accepted behind its event',
      { uid: 'a' },
      [says('a', 50), takesOver('b', 9)],
      { uid: 'b', acceptedAt: 9 },
    ],

    ['accepted, the former one speaks', { uid: 'b', acceptedAt: 9 }, [says('a', 50)], { uid: 'b', acceptedAt: 9 }],
    ['accepted, brought again', { uid: 'b', acceptedAt: 9 }, [takesOver('b', 9)], { uid: 'b', acceptedAt: 9 }],
    [
      'accepted, its next range',
      { uid: 'b', acceptedAt: 9 },
      [takesOver('b', 10), takesOver('b', 8)],
      { uid: 'b', acceptedAt: 10 },
    ],
    ['accepted, an older acceptance', { uid: 'b', acceptedAt: 9 }, [takesOver('a', 8)], { uid: 'b', acceptedAt: 9 }],
    ['accepted, one as old', { uid: 'b', acceptedAt: 9 }, [takesOver('a', 9)], { uid: 'b', acceptedAt: 9 }],
    ['accepted, a later acceptance', { uid: 'b', acceptedAt: 9 }, [takesOver('a', 10)], { uid: 'a', acceptedAt: 10 }],
    [
      'several acceptances: the last',
      { uid: 'a' },
      [takesOver('b', 7), takesOver('c', 9), takesOver('d', 8)],
      { uid: 'c', acceptedAt: 9 },
    ],
    ['an acceptance of nobody', { uid: 'a' }, [takesOver('', 9)], { uid: 'a' }],
  ])('%s', (_what, recorded, speakers, expected) => {
    expect(identify(speakers, recorded)).toStrictEqual(expected);
  });

  it('ends with the last acceptance in any order, any batches, and however often they come', () => {
    const speaker = fc.record({
      clusterUid: fc.constantFrom('a', 'b', 'c'),
      takesOver: fc.boolean(),
    });
    const speakers = fc
      .array(speaker, { minLength: 1, maxLength: 8 })
      // One sequence is one event's.
      .map((all) => all.map((each, index): Speaker => ({ ...each, sequence: index + 1 })))
      .filter((all) => all.some((each) => each.takesOver === true));
    const delivered = speakers.chain((all) =>
      fc.record({
        last: fc.constant(all.findLast((each) => each.takesOver === true)),
        batches: fc
          .shuffledSubarray([...all, ...all], { minLength: all.length * 2, maxLength: all.length * 2 })
          .chain((order) =>
            fc.integer({ min: 1, max: 3 }).map((size) => {
              const count = Math.ceil(order.length / size);
              return Array.from({ length: count }, (_, index) => order.slice(index * size, (index + 1) * size));
            }),
          ),
      }),
    );
    fc.assert(
      fc.property(delivered, ({ last, batches }) => {
        const end = batches.reduce<Partial<Identity>>((recorded, batch) => identify(batch, recorded) ?? recorded, {});
        expect(end).toEqual({ uid: last?.clusterUid, acceptedAt: last?.sequence });
      }),
    );
  });
});
