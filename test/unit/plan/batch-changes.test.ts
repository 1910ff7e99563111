import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Resource, ResourceRole, ResourceType } from '../../../lib/netscaler/index.ts';
import { batchChanges, type Change, isMapRow } from '../../../lib/plan/index.ts';

const change = (op: Change['op'], type: ResourceType, role: ResourceRole = 'policy', name = 'x'): Change => ({
  op,
  resource: { role, type, id: { name }, attributes: {}, owners: [] } satisfies Resource,
});
const add = (type: ResourceType, role?: ResourceRole): Change => change('add', type, role);
const host = add('policystringmap_pattern_binding', 'host');
const claim = add('policystringmap_pattern_binding', 'claim');
const member = change('members', 'servicegroup_servicegroupmemberlist_binding', 'members');
const shape = (changes: readonly Change[]): string[] =>
  batchChanges(changes).map((call) => `${call.op} ${call.changes.map(({ resource }) => resource.type).join(' ')}`);

describe('as few calls as the protocol allows', () => {
  it.each<[string, Change[], string[]]>([
    ['nothing', [], []],
    [
      'new rows of many types go together',
      [add('lbvserver'), add('servicegroup'), add('sslaction')],
      ['add lbvserver servicegroup sslaction'],
    ],
    [
      'one type after the other, as the appliance runs and answers them',
      [add('sslpolicy'), add('csvserver'), add('sslpolicy')],
      ['add sslpolicy sslpolicy csvserver'],
    ],
    [
      'removals of many types go together',
      [change('remove', 'sslpolicy'), change('remove', 'sslaction'), change('remove', 'lbvserver')],
      ['remove sslpolicy sslaction lbvserver'],
    ],
    [
      'updates go by type',
      [change('set', 'lbvserver'), change('set', 'lbvserver'), change('set', 'sslpolicy')],
      ['set lbvserver lbvserver', 'set sslpolicy'],
    ],
    [
      'and so do attributes that are unset',
      [change('unset', 'lbvserver'), change('unset', 'csvserver')],
      ['unset lbvserver', 'unset csvserver'],
    ],
    [
      'a set is no unset',
      [change('unset', 'lbvserver'), change('set', 'lbvserver')],
      ['unset lbvserver', 'set lbvserver'],
    ],
    [
      'lists of members go one by one',
      [member, member],
      ['members servicegroup_servicegroupmemberlist_binding', 'members servicegroup_servicegroupmemberlist_binding'],
    ],
    [
      'a host is never bound in the call that makes what it points at',
      [add('sslpolicy'), host],
      ['add sslpolicy', 'add policystringmap_pattern_binding'],
    ],
    [
      'claims and hosts go together',
      [claim, host],
      ['add policystringmap_pattern_binding policystringmap_pattern_binding'],
    ],
    [
      'rows that go need no call of their own',
      [change('remove', 'policystringmap_pattern_binding', 'host'), change('remove', 'sslpolicy')],
      ['remove policystringmap_pattern_binding sslpolicy'],
    ],
    [
      'what is to go later is not drawn to what goes early',
      [
        change('remove', 'sslvserver_sslpolicy_binding', 'policy-binding'),
        change('remove', 'policystringmap_pattern_binding', 'host'),
        change('remove', 'sslvserver_sslpolicy_binding', 'policy-binding'),
      ],
      ['remove sslvserver_sslpolicy_binding', 'remove policystringmap_pattern_binding sslvserver_sslpolicy_binding'],
    ],
    [
      'order is kept',
      [add('sslpolicy'), change('remove', 'sslpolicy'), add('sslpolicy')],
      ['add sslpolicy', 'remove sslpolicy', 'add sslpolicy'],
    ],
  ])('%s', (_what, changes, expected) => {
    expect(shape(changes)).toEqual(expected);
  });

  it.each([
    [499, [499]],
    [500, [500]],
    [501, [500, 1]],
    [1000, [500, 500]],
  ])('%i rows: calls of at most 500 items', (count, expected) => {
    expect(batchChanges(Array.from({ length: count }, () => host)).map((call) => call.changes.length)).toEqual(
      expected,
    );
  });

  it('every change stands in exactly one call of its kind, and calls keep their order', () => {
    const any = fc.record({
      op: fc.constantFrom<Change['op']>('add', 'set', 'unset', 'members', 'remove'),
      type: fc.constantFrom<ResourceType>('lbvserver', 'sslpolicy', 'csvserver'),
      role: fc.constantFrom<ResourceRole>('policy', 'host'),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), (list) => {
        const changes = list.map(({ op, type, role }, index) => change(op, type, role, String(index)));
        const packed = batchChanges(changes);
        expect(packed.flatMap((call) => call.changes)).toHaveLength(changes.length);
        let first = 0;
        for (const call of packed) {
          const here = changes.slice(first, first + call.changes.length);
          expect(new Set(call.changes)).toEqual(new Set(here));
          expect(here.every(({ op }) => op === call.op)).toBe(true);
          if (call.op === 'add') expect(new Set(here.map(({ resource }) => isMapRow(resource.role))).size).toBe(1);
          first += call.changes.length;
        }
      }),
    );
  });
});
