import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '../../../lib/certificates/index.ts';
import { statusChange } from '../../../lib/cli/status-change.ts';
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
  traffic: undefined,
  refused: undefined,
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

  it('wide shows what was counted, where it was read', () => {
    const traffic = { open: 7, connections: 1_234, received: 812, sent: 1_540_000 };
    const counted = route('a.test', { traffic, refused: { 'unknown-name': 3, 'no-member': 0 } });
    const text = renderStatus('wide', [counted, route('b.test')], PLAIN, 0).split('\n');
    expect(text[0]).toMatch(/STANDBY {2}CONNECTIONS {2}TOTAL {2}IN {5}OUT {5}BACK END/);
    expect(text[1]).toMatch(/- {8}7 {12}1234 {3}812 B {2}1.5 MB {2}web:443/);
    expect(text[2]).toMatch(/- {8}- {12}- {6}- {6}- {7}web:443/);
    expect(text.slice(3)).toEqual([
      '',
      'FRONT END       RESET: UNKNOWN NAME  RESET: NO MEMBER',
      '192.0.2.10:443  3                    0',
      '',
      '2 routes: 2 serving',
    ]);
    expect(routeJson(counted)).toMatchObject({
      connections: 7,
      traffic: { connections: 1_234, bytesIn: 812, bytesOut: 1_540_000 },
      frontendResets: { unknownName: 3, noMember: 0 },
    });
    for (const field of ['connections', 'traffic', 'frontendResets', 'certificate']) {
      expect(routeJson(route('b.test'))).not.toHaveProperty(field);
    }
  });

  it('certificates stand in the last column, with the days that are left and their urgency', () => {
    const now = Date.parse('2030-06-01T00:00:00Z');
    const seen = (days: number): ProbeResult => ({
      result: 'certificate',
      address: '192.0.2.10:443',
      subject: 'a.test',
      notAfter: now + days * 86_400_000,
    });
    const certificates: (ProbeResult | undefined)[] = [
      seen(90),
      seen(30),
      seen(14),
      seen(2.5),
      seen(-1),
      { result: 'reset', address: '192.0.2.10:443' },
      { result: 'failed', address: '192.0.2.10:443', reason: 'no answer within 10 s' },
      undefined,
    ];
    const all = certificates.map((certificate, index) => ({
      ...route(`h${index}.test`),
      ...(certificate === undefined ? {} : { certificate }),
    }));
    const painted = { paint: (style: string, text: string) => `<${style}>${text}`, width: undefined };
    const lines = renderStatus('table', all, painted, now).split('\n');
    expect(lines[0]).toMatch(/STANDBY {2}CERTIFICATE$/);
    expect(lines.slice(1, 9).map((line) => line.split(/- {2,}/).at(-1))).toEqual([
      '90d (2030-08-30)',
      '<yellow>30d (2030-07-01)',
      '<yellow>14d (2030-06-15)',
      '<red>2d (2030-06-03)',
      '<red>expired (2030-05-31)',
      '<red>reset',
      '<red>not seen: no answer within 10 s',
      '-',
    ]);
    expect(lines.at(-1)).toBe(
      '8 routes: 8 serving; 1 certificate expired; 3 certificates expiring within 30 days; 2 certificates not seen',
    );
    expect(all.map((each) => routeJson(each).certificate)).toEqual([
      ...[90, 30, 14, 2.5, -1].map((days) => ({
        subject: 'a.test',
        expires: new Date(now + days * 86_400_000).toISOString(),
      })),
      { problem: 'reset' },
      { problem: 'no answer within 10 s' },
      undefined,
    ]);
  });

  it('counters that only grow are no change; open connections are', () => {
    const counted = (open: number, connections: number): RouteStatus =>
      route('a.test', { traffic: { open, connections, received: connections, sent: connections } });
    expect(statusChange([counted(7, 8)], [counted(7, 9)]).changed).toEqual([]);
    expect(statusChange([counted(7, 8)], [counted(6, 8)]).changed).toHaveLength(1);
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
