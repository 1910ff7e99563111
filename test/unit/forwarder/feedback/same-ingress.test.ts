import { describe, expect, it } from 'vitest';
import { foreignReason } from '../../../../lib/forwarder/feedback/same-ingress.ts';

const CREATED = '2026-01-01T00:00:00Z';
const at = Date.parse(CREATED);
const metadata = { namespace: 'shop', name: 'web', uid: 'u1', creationTimestamp: CREATED };

describe('REP-1: an outcome is about this very cluster and Ingress', () => {
  it.each<[string, object, string | undefined]>([
    ['its own', { clusterUid: 'c', uid: 'u1', sequence: at }, undefined],
    ['its own, of a forwarder whose clock lies behind', { clusterUid: 'c', uid: 'u1', sequence: 1 }, undefined],
    ['another cluster’s', { clusterUid: 'd', uid: 'u1', sequence: at }, 'another cluster of this name'],
    ['another Ingress’s', { clusterUid: 'c', uid: 'u0', sequence: at }, 'another Ingress of this name'],
    ['one of functions of before, in time', { sequence: at + 1 }, undefined],
    ['one of functions of before, from before', { sequence: at - 3_600_000 }, 'older than the Ingress'],
    ['one without an Ingress’s UID, from before', { clusterUid: 'c', sequence: 5 }, 'older than the Ingress'],
    ['one that the skew of two clocks explains', { sequence: at - 5_000 }, undefined],
  ])('%s', (_, data, why) => {
    expect(foreignReason('c', { data } as never, metadata)).toBe(why);
  });

  it('knows nothing of an Ingress from a manifest without UID and time', () => {
    const bare = { namespace: 'shop', name: 'web' };
    expect(foreignReason('c', { data: { uid: 'u0', sequence: 1 } } as never, bare)).toBeUndefined();
    expect(foreignReason('c', { data: { sequence: 1 } } as never, bare)).toBeUndefined();
  });

  it('of a snapshot, the cluster alone counts', () => {
    expect(foreignReason('c', { data: { clusterUid: 'c', sequence: 1 } } as never, undefined)).toBeUndefined();
    expect(foreignReason('c', { data: { clusterUid: 'd', sequence: 1 } } as never, undefined)).toBeDefined();
  });
});
