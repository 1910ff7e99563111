import { describe, expect, it } from 'vitest';
import { filterRoutes, type StatusFilter } from '../../../lib/cli/status-filter.ts';
import { age, renderChange, renderStatus } from '../../../lib/cli/status-format.ts';
import { routeJson } from '../../../lib/cli/status-json.ts';
import { PLAIN } from '../../../lib/cli/terminal.ts';
import type { ClaimStatus, RouteStatus } from '../../../lib/status/index.ts';

const claim = (name: string, more: Partial<ClaimStatus> = {}): ClaimStatus => ({
  owner: { cluster: 'prod', namespace: 'shop', name },
  created: 1_700_000_000,
  backend: 'web:443',
  applied: 1_700_000_600_000,
  pending: false,
  findings: false,
  ...more,
});

const route = (host: string, more: Partial<RouteStatus> = {}): RouteStatus => ({
  host,
  frontend: { vip: '192.0.2.10', port: 443, kind: 'tls' },
  state: 'serving',
  holder: claim('web'),
  standby: [],
  members: [
    { address: '10.0.0.1', port: 8443, state: 'UP' },
    { address: '10.0.0.2', port: 8443, state: 'DOWN' },
  ],
  securePort: undefined,
  connections: undefined,
  object: 'nsp-shop-web',
  ...more,
});

const routes = [
  route('a.example.com'),
  route('b.example.com', {
    state: 'down',
    holder: claim('b', { pending: true, draining: [{ object: 'nsp-shop-old', due: 1_700_000_900 }] }),
  }),
  route('c.test', { standby: [claim('late', { owner: { cluster: 'dev', namespace: 'lab', name: 'late' } })] }),
  route('d.test', { state: 'stray', holder: undefined, members: [], object: undefined }),
];

describe('filters of nspass status', () => {
  it.each<[string, StatusFilter, string[]]>([
    ['none', {}, ['a.example.com', 'b.example.com', 'c.test', 'd.test']],
    ['a host, in capitals and with a dot at its end', { host: 'A.Example.com.' }, ['a.example.com']],
    ['a pattern', { host: '*.example.com' }, ['a.example.com', 'b.example.com']],
    ['a dot of a pattern is a dot', { host: '*.exampleXcom' }, []],
    ['a namespace', { namespace: 'shop' }, ['a.example.com', 'b.example.com', 'c.test']],
    ['a namespace that only stands by', { namespace: 'lab' }, ['c.test']],
    ['a cluster', { cluster: 'dev' }, ['c.test']],
    ['states, either of them', { state: ['down', 'stray'] }, ['b.example.com', 'd.test']],
    ['pending', { state: ['pending'] }, ['b.example.com']],
    ['draining', { state: ['draining'] }, ['b.example.com']],
    ['standby', { state: ['standby'] }, ['c.test']],
    ['every criterion', { state: ['serving'], host: 'a*' }, ['a.example.com']],
  ])('%s', (_what, filter, hosts) => {
    expect(filterRoutes(routes, filter).map(({ host }) => host)).toEqual(hosts);
  });
});

describe('what nspass status prints', () => {
  it('a table with a summary', () => {
    const now = 1_700_000_000_000 + 3 * 86_400_000;
    expect(renderStatus('table', routes, PLAIN, now).split('\n')).toEqual([
      'HOST           FRONT END       STATE                    HOLDER         AGE  MEMBERS  STANDBY',
      'a.example.com  192.0.2.10:443  serving                  prod/shop/web  3d   1/2      -',
      'b.example.com  192.0.2.10:443  down, pending, draining  prod/shop/b    3d   1/2      -',
      'c.test         192.0.2.10:443  serving                  prod/shop/web  3d   1/2      dev/lab/late',
      'd.test         192.0.2.10:443  stray                    -              -    0/0      -',
      '',
      '4 routes: 2 serving, 1 down, 1 stray; 1 claim on standby',
    ]);
  });

  it('nothing → the head and a count', () => {
    expect(renderStatus('table', [], PLAIN, 0)).toBe(
      'HOST  FRONT END  STATE  HOLDER  AGE  MEMBERS  STANDBY\n\n0 routes',
    );
  });

  it('an age that nobody knows (a manifest without creationTimestamp) is not shown', () => {
    const text = renderStatus('table', [route('a.test', { holder: claim('web', { created: 0 }) })], PLAIN, 1e12);
    expect(text).toContain('prod/shop/web  -    1/2');
  });

  it('wide shows connections, where they were read', () => {
    const text = renderStatus('wide', [route('a.test', { connections: 7 }), route('b.test')], PLAIN, 0).split('\n');
    expect(text[0]).toMatch(/STANDBY {2}CONNECTIONS {2}BACK END/);
    expect(text[1]).toMatch(/- {8}7 {12}web:443/);
    expect(text[2]).toMatch(/- {8}- {12}web:443/);
    expect(routeJson(route('a.test', { connections: 7 }))).toMatchObject({ connections: 7 });
    expect(routeJson(route('b.test'))).not.toHaveProperty('connections');
  });

  it('JSON and YAML carry the same', () => {
    expect(JSON.parse(renderStatus('json', routes, PLAIN, 0))).toEqual(routes.map(routeJson));
    expect(renderStatus('yaml', routes.slice(0, 1), PLAIN, 0)).toContain(
      '- host: a.example.com\n  frontend: 192.0.2.10:443',
    );
    expect(routeJson(routes[1]!).holder?.draining).toEqual([
      { object: 'nsp-shop-old', due: '2023-11-14T22:28:20.000Z' },
    ]);
    expect(routeJson(routes[2]!)).toMatchObject({
      holder: { cluster: 'prod', ingress: 'shop/web', created: '2023-11-14T22:13:20.000Z', backend: 'web:443' },
      standby: [{ cluster: 'dev', ingress: 'lab/late' }],
      up: 1,
    });
  });

  it('after a change: its rows alone, in the columns of all, and those that are gone', () => {
    const [first, second] = routes as [RouteStatus, RouteStatus];
    const change = { before: [first], routes: [first, second], changed: [first], gone: [route('c.test')] };
    const now = 1_700_000_000_000 + 3 * 86_400_000;
    expect(renderChange('table', change, PLAIN, now).split('\n')).toEqual([
      'a.example.com  192.0.2.10:443  serving                  prod/shop/web  3d   1/2      -',
      'c.test         192.0.2.10:443  gone                     prod/shop/web  3d   1/2      -',
    ]);
    expect(renderChange('json', change, PLAIN, now)).toBe(renderStatus('json', change.routes, PLAIN, now));
    expect(renderChange('yaml', change, PLAIN, now)).toMatch(/^---\n- host: a\.example\.com\n/);
  });

  it.each([
    [0, '0s'],
    [119_000, '119s'],
    [120_000, '2m'],
    [7_200_000, '2h'],
    [172_800_000, '2d'],
    [-5, '0s'],
  ])('%d ms are %s', (ms, text) => {
    expect(age(ms)).toBe(text);
  });
});
