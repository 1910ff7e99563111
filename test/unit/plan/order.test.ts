import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tlsRules } from '../../../lib/netscaler/expressions.ts';
import { type Resource, type ResourceRole, ROLES } from '../../../lib/netscaler/index.ts';
import { batchChanges, type Change, order } from '../../../lib/plan/index.ts';

/** One type for each role, as the graph has them. */
const TYPE_OF: Record<ResourceRole, Resource['type']> = {
  'front-end-map': 'policystringmap',
  setting: 'policystringmap_pattern_binding',
  system: 'nstcpprofile',
  monitor: 'lbmonitor',
  lbvserver: 'lbvserver',
  'service-group': 'servicegroup',
  'group-binding': 'lbvserver_servicegroup_binding',
  'monitor-binding': 'servicegroup_lbmonitor_binding',
  action: 'sslaction',
  'source-set': 'policydataset',
  source: 'policydataset_value_binding',
  'system-policy': 'sslpolicy',
  policy: 'sslpolicy',
  'front-end-policy': 'sslpolicy',
  'switching-action': 'csaction',
  'switching-policy': 'cspolicy',
  csvserver: 'csvserver',
  'front-end-binding': 'sslvserver_sslpolicy_binding',
  'policy-binding': 'sslvserver_sslpolicy_binding',
  certificate: 'sslvserver_sslcertkey_binding',
  members: 'servicegroup_servicegroupmemberlist_binding',
  claim: 'policystringmap_pattern_binding',
  ready: 'policystringmap_pattern_binding',
  host: 'policystringmap_pattern_binding',
};

/** What has to be there before a role is made, and goes after it (rule 7, LIF-2). */
const AFTER: Partial<Record<ResourceRole, readonly ResourceRole[]>> = {
  'group-binding': ['lbvserver', 'service-group'],
  'monitor-binding': ['monitor', 'service-group'],
  action: ['lbvserver'],
  source: ['source-set'],
  policy: ['action', 'front-end-map', 'source-set', 'source'],
  'front-end-policy': ['front-end-map'],
  csvserver: ['system'],
  'front-end-binding': ['csvserver', 'front-end-policy', 'system-policy'],
  'policy-binding': ['csvserver', 'policy', 'front-end-binding'],
  certificate: ['csvserver', 'system', 'front-end-binding'],
  members: ['service-group'],
  claim: ['front-end-map', 'action', 'policy', 'policy-binding', 'members'],
  ready: ['certificate', 'front-end-binding', 'csvserver', 'front-end-map'],
  host: ['policy-binding', 'members', 'policy', 'front-end-map', 'claim', 'ready'],
};
/** Where removal is not the reverse: what the server takes with it need not go before it, and members go with their group. */
const REMOVED_WITH: readonly (readonly [ResourceRole, ResourceRole])[] = [
  ['front-end-binding', 'csvserver'],
  ['policy-binding', 'csvserver'],
  ['certificate', 'csvserver'],
  ['policy-binding', 'front-end-binding'],
  ['members', 'service-group'],
];

const change = (op: Change['op'], role: ResourceRole, name: string, members = '10.0.0.1 1'): Change => ({
  op: op === 'add' && role === 'members' ? 'members' : op,
  resource: {
    role,
    type: TYPE_OF[role],
    id: { name, ...(role === 'policy-binding' ? { policyname: 'p' } : {}) },
    attributes: role === 'members' ? { members } : {},
    owners: ['o'],
  },
});
const gateChange = (before: string, rule: string, name: string): Change => {
  const { op, resource } = change('set', 'front-end-policy', name);
  return { op, resource: { ...resource, attributes: { rule } }, before: { rule: before } };
};
const text = ({ op, resource }: Change): string => `${op} ${resource.role} ${resource.id.name}`;

const roles = fc.array(fc.constantFrom(...ROLES), { maxLength: 30 });

describe('the order of writes (rule 7, LIF-2)', () => {
  it('everything is made after what it needs, and in the calls, too', () => {
    fc.assert(
      fc.property(roles, (some) => {
        const made = order(some.map((role, index) => change('add', role, String(index))));
        for (const list of [made, batchChanges(made).flatMap((call) => call.changes)]) {
          const at = list.map(({ resource }) => resource.role);
          for (const [index, role] of at.entries()) {
            const late = at.slice(index + 1).filter((later) => AFTER[role]?.includes(later));
            expect({ role, late }).toEqual({ role, late: [] });
          }
        }
      }),
    );
  });

  it('everything is removed before what it needs', () => {
    const together = new Set(REMOVED_WITH.map((pair) => pair.join()));
    fc.assert(
      fc.property(roles, (some) => {
        // The policy goes with its bindings; without it, they go first of all (VAL-8).
        const removed = order([
          ...some.map((role, index) => change('remove', role, String(index))),
          change('remove', 'policy', 'p'),
        ]);
        for (const list of [removed, batchChanges(removed).flatMap((call) => call.changes)]) {
          const at = list.map(({ resource }) => resource.role);
          for (const [index, role] of at.entries()) {
            const early = at
              .slice(0, index)
              .filter((other) => AFTER[role]?.includes(other) && !together.has([role, other].join()));
            expect({ role, early }).toEqual({ role, early: [] });
          }
        }
      }),
    );
  });

  it.each<[string, Change[], string[]]>([
    [
      'hosts are bound before others are unbound',
      [change('remove', 'host', 'old'), change('add', 'host', 'new')],
      ['add host new', 'remove host old'],
    ],
    [
      'hosts are unbound before claims go, claims before back ends',
      [change('remove', 'lbvserver', 'b'), change('remove', 'claim', 'c'), change('remove', 'host', 'h')],
      ['remove host h', 'remove claim c', 'remove lbvserver b'],
    ],
    [
      'a back end gets its members before a host leads to it',
      [change('add', 'host', 'h'), change('members', 'members', 'g')],
      ['members members g', 'add host h'],
    ],
    [
      'a front end is whole only with its certificate, its policies and their members',
      [
        change('add', 'ready', 'r'),
        change('add', 'policy-binding', 'p'),
        change('members', 'members', 'g'),
        change('add', 'certificate', 'c'),
        change('set', 'csvserver', 'v'),
      ],
      ['add certificate c', 'set csvserver v', 'members members g', 'add policy-binding p', 'add ready r'],
    ],
    [
      'VAL-8: it loses its last member when the hosts that leave it lead elsewhere, and its policy is bound no more',
      [change('members', 'members', 'g', ''), change('add', 'host', 'h'), change('remove', 'policy-binding', 'b')],
      ['add host h', 'remove policy-binding b', 'members members g'],
    ],
    [
      'CON-3: a gate looks for many-label wildcards before the first one is a row, and until the last one is none',
      [
        gateChange(tlsRules.wideGate('m'), tlsRules.gate('m'), 'narrow'),
        change('remove', 'front-end-policy', 'w'),
        change('remove', 'host', 'old'),
        change('add', 'host', 'new'),
        gateChange(tlsRules.gate('m'), tlsRules.wideGate('m'), 'wide'),
      ],
      [
        'set front-end-policy wide',
        'add host new',
        'remove host old',
        'set front-end-policy narrow',
        'remove front-end-policy w',
      ],
    ],
    [
      'CON-3: a host that is given up leaves its back end before that one closes, and before its group is emptied',
      [
        change('members', 'members', 'g', ''),
        change('remove', 'claim', 'c'),
        change('remove', 'policy-binding', 'b'),
        change('remove', 'host', 'h'),
        change('add', 'host', 'w'),
      ],
      ['add host w', 'remove host h', 'remove policy-binding b', 'members members g', 'remove claim c'],
    ],
    [
      'VAL-8: the policy of a back end that was empty is bound when it has members',
      [change('add', 'policy-binding', 'b'), change('members', 'members', 'g')],
      ['members members g', 'add policy-binding b'],
    ],
    [
      'the policy of a new one is bound in the call that makes it',
      [change('members', 'members', 'g'), change('add', 'policy-binding', 'b'), change('add', 'policy', 'p')],
      ['add policy p', 'add policy-binding b', 'members members g'],
    ],
    [
      'a group is emptied before anything else goes but such policies',
      [change('remove', 'lbvserver', 'b'), change('members', 'members', 'g', '')],
      ['members members g', 'remove lbvserver b'],
    ],
    [
      'the policy of one that goes, behind the hosts that led to it',
      [change('remove', 'policy-binding', 'b'), change('remove', 'policy', 'p'), change('remove', 'host', 'h')],
      ['remove host h', 'remove policy-binding b', 'remove policy p'],
    ],
    [
      'policies are bound when what they name is up to date',
      [change('add', 'policy-binding', 'p'), change('set', 'policy', 'p'), change('add', 'lbvserver', 'b')],
      ['add lbvserver b', 'set policy p', 'add policy-binding p'],
    ],
    [
      'what cannot be updated is replaced before anything else is made',
      [change('add', 'action', 'a'), change('add', 'front-end-map', 'm'), change('remove', 'action', 'a')],
      ['remove action a', 'add front-end-map m', 'add action a'],
    ],
    [
      'a front end goes server first, map last, what is the system’s after it',
      [
        change('remove', 'front-end-map', 'm'),
        change('remove', 'front-end-policy', 'p'),
        change('remove', 'csvserver', 'v'),
        change('remove', 'ready', 'r'),
      ],
      ['remove ready r', 'remove csvserver v', 'remove front-end-policy p', 'remove front-end-map m'],
    ],
    [
      'equals stay as they came, and are removed in reverse',
      [
        change('add', 'policy', 'a'),
        change('add', 'policy', 'b'),
        change('remove', 'policy', 'c'),
        change('remove', 'policy', 'd'),
      ],
      ['add policy a', 'add policy b', 'remove policy d', 'remove policy c'],
    ],
  ])('%s', (_what, changes, expected) => {
    expect(order(changes).map(text)).toEqual(expected);
  });

  it('what is made is no replacement of another row whose name reads alike', () => {
    const row = (op: Change['op'], name: string, key: string): Change => ({
      op,
      resource: {
        role: 'host',
        type: 'policystringmap_pattern_binding',
        id: { name, key },
        attributes: {},
        owners: [],
      },
    });
    const changes = [row('remove', 'm', '1a'), row('add', 'm1', 'a')];
    expect(order(changes)).toEqual(changes.toReversed());
    const again = [row('add', 'm', 'a'), row('remove', 'm', 'a')];
    expect(order(again)).toEqual(again.toReversed());
  });

  it('updates come behind what is made, and before hosts', () => {
    const some = [
      change('add', 'host', 'h'),
      change('set', 'monitor', 's'),
      change('unset', 'monitor', 'u'),
      change('add', 'policy', 'p'),
    ];
    expect(order(some).map(text)).toEqual(['add policy p', 'set monitor s', 'unset monitor u', 'add host h']);
  });

  it('loses nothing and makes nothing up', () => {
    const op = fc.constantFrom<Change['op']>('add', 'set', 'unset', 'remove');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(op, fc.constantFrom(...ROLES), fc.constantFrom('', 'm')), { maxLength: 30 }),
        (some) => {
          const changes = some.map(([what, role, list], index) => change(what, role, String(index), list));
          const ordered = order(changes);
          expect(new Set(ordered)).toEqual(new Set(changes));
          expect(ordered).toHaveLength(changes.length);
        },
      ),
    );
  });
});
