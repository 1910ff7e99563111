import { describe, expect, it } from 'vitest';
import { EVERYTHING, PREFIXES, type ReceivedEvent } from '../../../lib/contract/index.ts';
import { Fold, type FoldedAppliance, type HostChange, hostChanges } from '../../../lib/history/index.ts';
import {
  changed,
  gatewayChanged,
  snapshot,
  state,
  tlsRoute,
  tlsRouteChanged,
  withdrawn,
} from '../../support/events.ts';
import { archivedBody, longArchive } from '../../support/long-archive.ts';

const EDGE: FoldedAppliance = {
  appliance: 'edge',
  systemId: 'nsp',
  filter: {},
  rules: { hostOwnership: [], ipsets: [] },
  policy: 'sync',
  prune: { percent: 30, minimum: 1 },
};
const START = Date.parse('2026-11-24T08:00:00Z');
const MINUTE = 60_000;

/** Folds events, one a minute. */
function folded(events: readonly ReceivedEvent[], { until, name = '' }: { until?: number; name?: string } = {}) {
  const fold = new Fold([EDGE], until);
  const changes: HostChange[] = [];
  for (const [index, event] of events.entries()) {
    for (const step of fold.add(archivedBody(event, START + index * MINUTE))) changes.push(...hostChanges(step, name));
  }
  const lines = fold.appliances[0]?.model.hosts.sorted() ?? [];
  return { fold, changes, hosts: lines.map(({ entry, since }) => `${entry.host} since ${since.id}`) };
}

const shop = state('shop');
const copy = state('copy', { hosts: ['shop.example.com'], created: 2000 });
const moved = { ...shop, backends: [{ service: 'web', port: 443, members: [{ address: '10.1.0.2', port: 8443 }] }] };

describe('Fold', () => {
  it('a time: events after it → do not count, those of its second do', () => {
    const events = [snapshot(10, [shop], { flagged: true }), changed(20, state('late'))];
    expect(folded(events, { until: START }).hosts).toEqual(['shop.example.com since event-10']);
    expect(folded(events, { until: START + MINUTE }).hosts).toHaveLength(2);
    expect(folded(events, { until: START }).fold.counts).toMatchObject({ events: 1, later: 1, first: START });
  });

  it('what follows the time is not checked, only counted', () => {
    const fold = new Fold([EDGE], START);
    const broken = archivedBody(changed(20, shop), START + MINUTE).replace('"ingress"', '"no"');
    for (const body of [archivedBody(snapshot(10, [shop], { flagged: true }), START), broken, '{}', 'null'])
      fold.add(body);
    expect(fold.counts).toMatchObject({ events: 1, later: 1, unreadable: 2, first: START, last: START });
    const whole = new Fold([EDGE]);
    whole.add(broken);
    expect(whole.counts).toMatchObject({ events: 0, later: 0, unreadable: 1 });
  });

  it('an Ingress with a redirect whose members changed → is withdrawn as a whole', () => {
    const redirect = { annotations: { 'ingress.citrix.com/insecure-termination': 'redirect' } };
    const events = [state('shop', redirect), state('shop', { ...redirect, members: ['10.1.0.2'] })];
    const told = [changed(10, events[0] as typeof shop), changed(20, events[1] as typeof shop)];
    expect(folded(told).hosts).toHaveLength(2);
    expect(folded([...told, withdrawn(30, 'shop')]).hosts).toEqual([]);
  });

  it('an older event that comes later → changes nothing', () => {
    expect(folded([changed(20, moved), changed(10, shop)]).hosts).toEqual(['shop.example.com since event-20']);
  });

  it('a snapshot that repeats a state → confirms the object, and explains no line', () => {
    const { fold, hosts } = folded([changed(10, shop), snapshot(20, [{ ...shop }])]);
    expect(hosts).toEqual(['shop.example.com since event-10']);
    const object = fold.appliances[0]?.model.objects.of({ cluster: 'test', namespace: 'default', name: 'shop' });
    expect(object).toMatchObject({ since: { id: 'event-10' }, confirmed: { id: 'event-20' } });
  });

  it('a snapshot beyond the prune guard → is refused, until a confirmed one says the same', () => {
    const all = ['a', 'b', 'c'].map((name) => state(name));
    const events = [snapshot(10, all, { flagged: true }), snapshot(20, [state('a')])];
    expect(folded(events).hosts).toHaveLength(3);
    expect(folded(events).fold.refusals()).toMatchObject([{ by: { id: 'event-20' }, appliance: 'edge' }]);
    const confirmed = folded([...events, snapshot(30, [state('a')], { confirmed: true })]);
    expect(confirmed.hosts).toEqual(['a.example.com since event-10']);
    expect(confirmed.fold.refusals()).toEqual([]);
  });

  it('a cluster of the same name → its events count from the one with which it takes over', () => {
    const other = { uid: 'uid-2' };
    expect(folded([changed(10, shop), changed(20, state('new'), other)]).hosts).toHaveLength(1);
    const taken = folded([
      changed(10, shop),
      snapshot(20, [state('new')], { ...other, takesOver: true, confirmed: true }),
    ]);
    expect(taken.hosts).toEqual(['new.example.com since event-20']);
  });

  it('an event that cannot be read → is counted, with the reason of the first', () => {
    const fold = new Fold([EDGE]);
    expect(fold.add('{"half')).toEqual([]);
    expect(fold.counts).toMatchObject({ events: 0, unreadable: 1, firstProblem: expect.stringContaining('not JSON') });
  });

  it('an appliance that does not serve the cluster → gets nothing', () => {
    const fold = new Fold([{ ...EDGE, clusters: ['another'] }]);
    expect(fold.add(archivedBody(changed(10, shop), START))).toEqual([]);
  });
});

describe('Fold.completeness', () => {
  const verdict = (events: readonly ReceivedEvent[]) => folded(events).fold.completeness()[0]?.[1];
  const middle = 500;
  const lower = { from: EVERYTHING.from, to: PREFIXES[middle] as string };
  const upper = { from: PREFIXES[middle + 1] as string, to: EVERYTHING.to };

  it.each<[string, readonly ReceivedEvent[], boolean]>([
    ['no snapshot', [changed(10, shop)], false],
    ['a snapshot of everything', [snapshot(10, [shop])], true],
    ['a snapshot of a part', [snapshot(10, [], lower)], false],
    ['snapshots of all parts', [snapshot(10, [], upper), snapshot(11, [], lower)], true],
    ['a listed object', [snapshot(10, [], { listed: [{ namespace: 'default', name: 'big' }] })], false],
    [
      'a listed object whose event came',
      [snapshot(10, [], { listed: [{ namespace: 'default', name: 'shop' }] }), changed(20, shop)],
      true,
    ],
    [
      'a listed object whose event came before',
      [changed(10, shop), snapshot(20, [], { listed: [{ namespace: 'default', name: 'shop' }] })],
      true,
    ],
    ['a TLSRoute, and no snapshot of TLSRoutes', [snapshot(10, []), tlsRouteChanged(20, tlsRoute('r'))], false],
  ])('%s → complete or not', (_what, events, complete) => {
    expect(verdict(events)).toMatchObject({ complete });
  });

  it('incomplete → says of what', () => {
    expect(verdict([snapshot(10, []), gatewayChanged(20, { ...gatewayState })])).toMatchObject({
      reason: expect.stringContaining('no snapshot of all Gateways'),
    });
  });
});

const gatewayState = {
  namespace: 'infra',
  name: 'edge',
  created: 1,
  class: 'netscaler',
  addresses: ['192.0.2.10'],
  listeners: [{ name: 'tls', port: 443, protocol: 'TLS' as const }],
};

describe('hostChanges', () => {
  const story = [
    snapshot(10, [shop], { flagged: true }),
    changed(20, copy),
    changed(30, moved),
    changed(40, state('wild', { hosts: ['*.example.com'] })),
    changed(50, state('other', { hosts: ['other.example.org'] })),
    withdrawn(60, 'shop'),
    snapshot(70, [copy, state('wild', { hosts: ['*.example.com'] }), state('other', { hosts: ['other.example.org'] })]),
    withdrawn(80, 'copy'),
  ];

  it('one line for each change, with its event; none for events that changed nothing about the host', () => {
    const { changes } = folded(story, { name: 'shop.example.com' });
    expect(changes.map(({ change, host, ingress, by }) => [change, host, ingress, by.id])).toEqual([
      ['add', 'shop.example.com', 'test/default/shop', 'event-10'],
      ['wait', 'shop.example.com', 'test/default/copy', 'event-20'],
      ['change', 'shop.example.com', 'test/default/shop', 'event-30'],
      ['add', '*.example.com', 'test/default/wild', 'event-40'],
      ['change', 'shop.example.com', 'test/default/copy', 'event-60'],
      ['remove', 'shop.example.com', 'test/default/copy', 'event-80'],
    ]);
    expect(changes[2]?.reason).toBe('members +10.1.0.2:8443 -10.1.0.1:8443');
    expect(changes[4]?.reason).toContain('moves from test/default/shop, which gives it up');
  });

  it('a claim that waits, and goes before it ever held → two lines', () => {
    const { changes } = folded([changed(10, shop), changed(20, copy), withdrawn(30, 'copy')], {
      name: 'shop.example.com',
    });
    expect(changes.map(({ change }) => change)).toEqual(['add', 'wait', 'give up']);
  });
});

it('the work for an archive grows with its events, not with events times objects', () => {
  const judged = (count: number): number => {
    const fold = new Fold([EDGE]);
    for (const body of longArchive(300, count, START)) fold.add(body);
    return fold.appliances[0]?.model.objects.judged ?? 0;
  };
  // Every state once, whatever the snapshots in between repeat.
  const once = judged(6_000);
  expect(once).toBeLessThan(300 + 6_000);
  expect(judged(12_000) - once).toBeLessThan(6_000 * 1.05);
});
