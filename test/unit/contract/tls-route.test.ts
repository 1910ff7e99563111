import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EVERYTHING,
  inRange,
  kindOfEvent,
  nextPrefix,
  objectOf,
  ownerKey,
  ownerOf,
  PREFIXES,
  resyncLists,
  TLS_ROUTE_PREFIXES,
} from '../../../lib/contract/index.ts';

const WEB = { namespace: 'shop', name: 'web' };
const TLS_ROUTES = { from: '02', to: '1z' };

describe('owners', () => {
  it('an Ingress, a TLSRoute and a Gateway of one name are three owners', () => {
    const owners = (['Ingress', 'TLSRoute', 'Gateway'] as const).map((kind) => ownerOf(kind, 'c', WEB));
    expect(owners.map(({ name }) => name)).toEqual(['web', 'tlsroute/web', 'gateway/web']);
    expect(owners.map(objectOf)).toEqual([
      { kind: 'Ingress', name: 'web' },
      { kind: 'TLSRoute', name: 'web' },
      { kind: 'Gateway', name: 'web' },
    ]);
    expect(new Set(owners.map(ownerKey)).size).toBe(3);
  });

  it.each([
    ['Ingress Changed', 'Ingress'],
    ['TLSRoute Snapshot', 'TLSRoute'],
    ['Gateway Failed', 'Gateway'],
    ['Gateways Failed', 'Ingress'],
    [undefined, 'Ingress'],
  ])('the event %s is about an object of kind %s', (detailType, kind) => {
    expect(kindOfEvent(detailType)).toBe(kind);
  });

  it('Gateways share the key space of TLSRoutes', () => {
    const key = ownerKey(ownerOf('Gateway', 'c', WEB));
    expect([inRange(key, EVERYTHING), inRange(key, TLS_ROUTES)]).toEqual([false, true]);
  });

  it('Ingresses and TLSRoutes have key spaces of their own', () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,20}$/);
    fc.assert(
      fc.property(name, name, name, (cluster, namespace, own) => {
        const ref = { namespace, name: own };
        const ingress = ownerKey(ownerOf('Ingress', cluster, ref));
        const route = ownerKey(ownerOf('TLSRoute', cluster, ref));
        expect([inRange(ingress, EVERYTHING), inRange(ingress, TLS_ROUTES)]).toEqual([true, false]);
        expect([inRange(route, EVERYTHING), inRange(route, TLS_ROUTES)]).toEqual([false, true]);
        expect(route).toMatch(/^[01][a-z2-7]{25}$/);
      }),
    );
  });

  it('keys of TLSRoutes use both halves of their space', () => {
    const keys = Array.from({ length: 200 }, (_, index) =>
      ownerKey(ownerOf('TLSRoute', 'c', { namespace: 'n', name: `r${index}` })),
    );
    const first = Map.groupBy(keys, (key) => key[0]);
    expect([...first.keys()].sort()).toEqual(['0', '1']);
    for (const half of first.values()) expect(half.length).toBeGreaterThan(60);
  });
});

describe('prefixes of TLSRoutes', () => {
  it('precede those of Ingresses, and follow each other', () => {
    expect([TLS_ROUTE_PREFIXES[0], TLS_ROUTE_PREFIXES.at(-1), TLS_ROUTE_PREFIXES.length]).toEqual(['02', '1z', 64]);
    const all = [...TLS_ROUTE_PREFIXES, ...PREFIXES];
    expect([...all].sort()).toEqual(all);
    expect(all.slice(0, -1).map(nextPrefix)).toEqual(all.slice(1));
  });
});

describe('requests for owners', () => {
  const ingress = ownerOf('Ingress', 'c', WEB);
  const route = ownerOf('TLSRoute', 'c', WEB);
  it.each([
    ['Ingresses only: as every forwarder reads it', [ingress], { ingresses: [WEB] }],
    ['TLSRoutes only: no Ingress is asked for', [route], { ingresses: [], tlsRoutes: [WEB] }],
    ['Gateways only', [ownerOf('Gateway', 'c', WEB)], { ingresses: [], gateways: [WEB] }],
    ['both', [route, ingress], { ingresses: [WEB], tlsRoutes: [WEB] }],
  ])('%s', (_what, owners, lists) => {
    expect(resyncLists(owners)).toEqual(lists);
  });
});
