import { describe, expect, it } from 'vitest';
import { type AdoptionCandidates, candidatesOf, restrictedTo } from '../../../lib/adopt/candidates.ts';
import type { IncumbentServer } from '../../../lib/adopt/incumbent.ts';
import { inOrder, judge } from '../../../lib/adopt/judge.ts';
import type { AdoptionRecord } from '../../../lib/adopt/record.ts';
import type { IngressState } from '../../../lib/contract/index.ts';
import { CLUSTER, state } from '../../support/events.ts';
import { incumbent, policy, server } from './support.ts';

const ALL_MEMBERS = { has: () => true } as unknown as ReadonlySet<string>;

function candidates(states: readonly IngressState[], withMembers = ALL_MEMBERS): AdoptionCandidates {
  const rules = { hostOwnership: [], ipsets: [] };
  return candidatesOf({ cluster: CLUSTER, states, withMembers, rules, filter: {} });
}

const statesOf = (servers: readonly IncumbentServer[], states: readonly IngressState[]) =>
  judge(incumbent(servers), candidates(states)).hosts.map(({ host, state: is }) => `${host} ${is}`);
const reasonsOf = (servers: readonly IncumbentServer[], states: readonly IngressState[]) =>
  judge(incumbent(servers), candidates(states)).hosts.map(({ reason }) => reason ?? '');

const RECORD: AdoptionRecord = {
  frontend: { vip: '192.0.2.10', port: 443, kind: 'tls' },
  step: 'shared',
  server: 'k8s-192.0.2.10_443_ssl',
  bound: [{ policy: 'k8s-a.example.com', priority: 10 }],
  leftovers: [],
};

describe('a host', () => {
  it.each<[string, IncumbentServer, IngressState[], string[]]>([
    ['both have it → ready', server([policy('a.example.com', 10)]), [state('a')], ['a.example.com ready']],
    ['an Ingress alone → new', server([]), [state('a')], ['a.example.com new']],
    [
      'the incumbent alone → no-counterpart',
      server([policy('a.example.com', 10)]),
      [],
      ['a.example.com no-counterpart'],
    ],
    [
      'on another address → no-counterpart',
      server([policy('a.example.com', 10)]),
      [state('a', { vip: '192.0.2.99' })],
      ['a.example.com no-counterpart'],
    ],
    [
      'without members → blocked',
      server([policy('a.example.com', 10)]),
      [state('a', { members: [] })],
      ['a.example.com blocked'],
    ],
    [
      'ours already → taken-over, whatever else',
      server([policy('a.example.com', 10)], { taken: new Set(['a.example.com']), servicetype: 'TCP' }),
      [],
      ['a.example.com taken-over'],
    ],
  ])('%s', (_, one, states, expected) => {
    expect(statesOf([one], states)).toEqual(expected);
  });

  it('refused by a rule for Ingresses → blocked, with the finding', () => {
    const bad = { ...state('a'), tls: [] };
    const [reason] = reasonsOf([server([policy('a.example.com', 10)])], [bad]);
    expect(reason).toMatch(/^TLSNotEnabled: .*a\.example\.com/);
  });

  it('members that nobody knows → blocked, and what to do', () => {
    const unknown = candidates([state('a', { members: [] })], new Set());
    const [host] = judge(incumbent([server([policy('a.example.com', 10)])]), unknown).hosts;
    expect(host?.reason).toContain('--live');
  });

  it('requested twice → the oldest Ingress, and who waits', () => {
    const both = [
      state('young', { hosts: ['a.example.com'], created: 20 }),
      state('old', { hosts: ['a.example.com'], created: 10 }),
    ];
    const [host] = judge(incumbent([server([policy('a.example.com', 10)])]), candidates(both)).hosts;
    expect(host).toMatchObject({ ingress: 'default/old' });
    expect(host?.notes).toEqual(['default/young requests it, too, and waits behind this Ingress']);
  });

  it('with other members than the incumbent’s → ready, with a note', () => {
    const [host] = judge(
      incumbent([server([policy('a.example.com', 10)])], '10.9.9.9 443'),
      candidates([state('a')]),
    ).hosts;
    expect(host).toMatchObject({
      state: 'ready',
      notes: ['members differ: the incumbent has 10.9.9.9:443, the Ingress 10.1.0.1:8443'],
    });
  });
});

describe('a wildcard', () => {
  const wild = state('wild', { hosts: ['*.example.com'] });

  it('over a host that cannot be taken over → blocked, because it would take that host', () => {
    const one = server([policy('a.example.com', 10), policy('*.example.com', 20)]);
    expect(statesOf([one], [wild])).toEqual(['*.example.com blocked', 'a.example.com no-counterpart']);
    expect(statesOf([one], [wild, state('a')])).toEqual(['*.example.com ready', 'a.example.com ready']);
  });

  it('beside a policy that is not understood → blocked; an exact host is not', () => {
    const one = server([policy('x', 5, { rule: 'CLIENT.IP.SRC.EQ(10.0.0.1)' }), policy('*.example.com', 20)]);
    expect(statesOf([one], [wild, state('a')])).toEqual(['*.example.com blocked', 'a.example.com new']);
  });

  it('comes after exact hosts', () => {
    expect(inOrder([{ host: '*.a.test' }, { host: 'b.test' }, { host: 'a.test' }]).map(({ host }) => host)).toEqual([
      'b.test',
      'a.test',
      '*.a.test',
    ]);
  });
});

describe('a front end', () => {
  it.each<[string, Partial<IncumbentServer>, RegExp]>([
    ['of a type without SNI', { servicetype: 'SSL_TCP' }, /cs vserver of type SSL_TCP/],
    ['that is a balancing server', { type: 'lbvserver', servicetype: 'SSL_BRIDGE' }, /lb vserver of type SSL_BRIDGE/],
    ['with a goto', { policies: [policy('a.example.com', 10, { ends: false })] }, /does not end the evaluation/],
    [
      'that its controller changed meanwhile',
      { record: { ...RECORD, bound: [] }, policies: [policy('a.example.com', 10)] },
      /controller still runs/,
    ],
  ])('%s → all its hosts are blocked', (_, more, reason) => {
    const one = server([policy('a.example.com', 10)], more);
    const { hosts, frontends } = judge(incumbent([one]), candidates([state('a')]));
    expect(frontends[0]?.blocked).toMatch(reason);
    expect(hosts).toMatchObject([{ state: 'blocked', reason: frontends[0]?.blocked }]);
  });

  it('beside another server on its address → both are blocked', () => {
    const bridge = server([], { name: 'k8s-bridge', type: 'lbvserver', servicetype: 'SSL_BRIDGE' });
    const { frontends } = judge(incumbent([server([policy('a.example.com', 10)]), bridge]), candidates([]));
    expect(frontends.map(({ blocked }) => blocked?.includes('same address'))).toEqual([true, true]);
  });

  const taken = { record: RECORD, taken: new Set(['a.example.com']) };
  it.each<[string, IncumbentServer, IngressState[], readonly (string | RegExp)[]]>([
    ['nothing begun', server([policy('a.example.com', 10)]), [state('a')], [/nothing was taken over/, /still serves/]],
    ['all taken over', server([policy('a.example.com', 10)], taken), [state('a')], []],
    [
      'a last policy that resets',
      server([policy('a.example.com', 10), policy('rest', 99, { rule: 'true', action: 'RESET', forward: undefined })], {
        ...taken,
        record: {
          ...RECORD,
          bound: [...RECORD.bound, { policy: 'k8s-rest', priority: 99 }],
        },
      }),
      [state('a')],
      [],
    ],
    [
      'a host left',
      server([policy('a.example.com', 10), policy('b.example.com', 20, { standsFor: 20 })], taken),
      [state('a')],
      [/still serves b\.example\.com/],
    ],
    [
      'a policy that nobody understands',
      server(
        [policy('a.example.com', 10), policy('x', 20, { standsFor: 20, rule: 'CLIENT.IP.SRC.EQ(10.0.0.1)' })],
        taken,
      ),
      [state('a')],
      [/not understood: k8s-x/],
    ],
    [
      'content switching beside it',
      server([policy('a.example.com', 10)], { ...taken, others: ['k8s-web'] }),
      [state('a')],
      [/something else, too: k8s-web/],
    ],
  ])('can be handed over: %s', (_, one, states, expected) => {
    const [frontend] = judge(incumbent([one]), candidates(states)).frontends;
    expect(frontend?.hindrances).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(frontend?.hindrances[index]).toMatch(pattern);
  });
});

it('an Ingress is taken over with some of its hosts: whatever their spelling', () => {
  const whole = state('a', { hosts: ['A.example.com', 'b.example.com.', '*.c.example.com'] });
  const some = restrictedTo(whole, new Set(['a.example.com', 'b.example.com']));
  expect(some.rules.map(({ host }) => host)).toEqual(['A.example.com', 'b.example.com.']);
});
