import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EVERYTHING,
  inRange,
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
  it('an Ingress and a TLSRoute of one name are two owners', () => {
    const [ingress, route] = (['Ingress', 'TLSRoute'] as const).map((kind) => ownerOf(kind, 'c', WEB));
    expect([ingress?.name, route?.name]).toEqual(['web', 'tlsroute/web']);
    expect([ingress, route].map((owner) => objectOf(owner as { name: string }))).toEqual([
      { kind: 'Ingress', name: 'web' },
      { kind: 'TLSRoute', name: 'web' },
    ]);
  });

  it('each kind has a key space of its own', () => {
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
    ['both', [route, ingress], { ingresses: [WEB], tlsRoutes: [WEB] }],
  ])('%s', (_what, owners, lists) => {
    expect(resyncLists(owners)).toEqual(lists);
  });
});
