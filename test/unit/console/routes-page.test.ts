import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRoute, type RouteQuery, routePage, rowOf } from '../../../lib/console/routes-page.ts';
import type { RouteStatus } from '../../../lib/status/index.ts';
import { claim, owner, route } from './support.ts';

const all: RouteQuery = { search: '', states: [], page: 1 };
const hostsOf = (routes: readonly RouteStatus[], query: Partial<RouteQuery>): string[] =>
  routePage(1, routes, { ...all, ...query }).rows.map(({ host }) => host);

const shop = route('shop.example.com', claim(owner('web', 'store', 'east')));
const news = route('news.example.com', claim(owner('site', 'press', 'west')), {
  frontend: { vip: '2001:db8::7', port: 8443, kind: 'tls' },
  standby: [claim(owner('late', 'archive', 'north'))],
  state: 'down',
});
const stray = route('stray.example.com', undefined, { state: 'stray', members: [], object: undefined });
const routes = [news, shop, stray];

const TRAFFIC = { open: 4, connections: 90, received: 1_000, sent: 2_000 };

describe('a row', () => {
  it('names address, holder and members; times are milliseconds', () => {
    const members = ['UP', 'DOWN'].map((state, index) => ({ address: `10.1.0.${index}`, port: 8443, state }));
    expect(rowOf({ ...shop, members, traffic: TRAFFIC })).toEqual({
      host: 'shop.example.com',
      frontend: '192.0.2.10_443',
      vip: '192.0.2.10:443',
      state: 'serving',
      holder: owner('web', 'store', 'east'),
      since: 1_000_000,
      up: 1,
      members: 2,
      traffic: TRAFFIC,
      certificate: undefined,
      standby: 0,
      pending: false,
      draining: false,
      findings: false,
    });
  });

  it('says that former back ends of its holder drain', () => {
    const draining = [{ object: 'nsp-store-web', due: 1 }];
    expect(rowOf(route('a.example.com', claim(owner('a'), { draining }))).draining).toBe(true);
  });

  it('of a host that nobody claims has no holder, and an unknown creation time is not 1970', () => {
    expect(rowOf(stray)).toMatchObject({ holder: undefined, since: undefined, pending: false });
    expect(rowOf(route('a.example.com', claim(owner('a'), { created: 0 }))).since).toBeUndefined();
  });
});

describe('the search', () => {
  it.each<[string, string[]]>([
    ['', ['news.example.com', 'shop.example.com', 'stray.example.com']],
    ['  ', ['news.example.com', 'shop.example.com', 'stray.example.com']],
    ['SHOP', ['shop.example.com']],
    ['store/web', ['shop.example.com']],
    ['192.0.2.10', ['shop.example.com', 'stray.example.com']],
    ['[2001:db8::7]:8443', ['news.example.com']],
    ['west', ['news.example.com']],
    // A claim that waits is found, too.
    ['archive/late', ['news.example.com']],
    ['example press', ['news.example.com']],
    ['shop press', []],
    ['*', []],
  ])('%j', (search, expected) => {
    expect(hostsOf(routes, { search })).toEqual(expected);
  });

  it('finds exactly the rows that have every word', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 4 });
    const routeOf = fc
      .tuple(text, text, text, text)
      .map(([host, namespace, name, cluster]) => route(host, claim(owner(name, namespace, cluster))));
    fc.assert(
      fc.property(fc.array(routeOf, { maxLength: 30 }), fc.array(text, { maxLength: 2 }), (list, words) => {
        const found = routePage(1, list, { ...all, search: words.join(' ') }).rows;
        const expected = list.filter(({ host = '', holder }) =>
          words.every((word) =>
            [
              host,
              `${holder?.owner.namespace}/${holder?.owner.name}`,
              `${holder?.owner.cluster}`,
              '192.0.2.10:443',
            ].some((field) => field.includes(word)),
          ),
        );
        expect(found).toEqual(expected.map((each) => rowOf(each)));
      }),
    );
  });
});

describe('the states', () => {
  it.each<[readonly string[], string[]]>([
    [['down'], ['news.example.com']],
    [
      ['down', 'stray'],
      ['news.example.com', 'stray.example.com'],
    ],
    [['standby'], ['news.example.com']],
    [['pending'], []],
  ])('%j', (states, expected) => {
    expect(hostsOf(routes, { states })).toEqual(expected);
  });

  it('restrict the search', () => {
    expect(hostsOf(routes, { search: 'example', states: ['serving'] })).toEqual(['shop.example.com']);
  });
});

describe('one route', () => {
  it('is found by what its row says, also without a host', () => {
    const unnamed = { ...shop, host: undefined };
    for (const each of [...routes, unnamed]) {
      const { host, frontend } = rowOf(each);
      expect(findRoute([...routes, unnamed], host, frontend)).toBe(each);
    }
    expect(findRoute(routes, 'shop.example.com', '192.0.2.10_80')).toBeUndefined();
  });
});
