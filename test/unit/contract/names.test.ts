import { describe, expect, it } from 'vitest';
import {
  ClusterSnapshot,
  IngressChanged,
  IngressWithdrawn,
  isLabel,
  ResyncRequested,
} from '../../../lib/contract/index.ts';
import { changed, snapshot, state, withdrawn } from '../../support/events.ts';

const BAD = ['', 'a;b', 'A', 'a_b', '-a', 'a-', 'a b', 'ä', 'a\n', 'a/b', '.a', 'a..b', '\u0000'];
const NAMESPACES = ['default', 'a', '1', 'a-b', 'x'.repeat(63)];
const NAMES = [...NAMESPACES, 'a.b', '1.2-3.c', `${'x'.repeat(63)}.${'y'.repeat(189)}`];

const fits = (namespace: string, name: string): boolean[] => [
  IngressChanged.safeParse(changed(1, { ...state('a'), namespace, name }).data).success,
  IngressWithdrawn.safeParse({ ...withdrawn(1, 'a').data, namespace, name }).success,
  ClusterSnapshot.safeParse(snapshot(1, [{ ...state('a'), namespace, name }]).data).success,
  ClusterSnapshot.safeParse(snapshot(1, [], { listed: [{ namespace, name }] }).data).success,
  ResyncRequested.safeParse({ cluster: 'c', appliances: [], ingresses: [{ namespace, name }], reason: '' }).success,
];
const all = (is: boolean): boolean[] => Array.from({ length: 5 }, () => is);

describe('names in events are those that Kubernetes admits', () => {
  it.each(BAD)('%j is neither a namespace nor the name of an Ingress', (bad) => {
    expect(fits(bad, 'a')).toEqual(all(false));
    expect(fits('default', bad)).toEqual(all(false));
    expect(isLabel(bad)).toBe(false);
  });

  it.each([...NAMESPACES.map((namespace) => [namespace, 'a']), ...NAMES.map((name) => ['default', name])])(
    '%j/%j is one',
    (namespace, name) => {
      expect(fits(namespace as string, name as string)).toEqual(all(true));
    },
  );

  it('too long ones are refused', () => {
    expect(fits('x'.repeat(64), 'a')).toEqual(all(false));
    expect(fits('default', 'x'.repeat(254))).toEqual(all(false));
    expect(fits('a.b', 'a')).toEqual(all(false));
  });

  it.each(['u;7', 'a b', 'ä', 'u\n'])('%j is not the UID of a cluster: its row would say more', (clusterUid) => {
    expect(IngressWithdrawn.safeParse({ ...withdrawn(1, 'a').data, clusterUid }).success).toBe(false);
  });
});
