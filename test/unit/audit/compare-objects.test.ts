import { describe, expect, it } from 'vitest';
import { compareObjects, hasGroup, membersOf } from '../../../lib/audit/compare-objects.ts';
import type { Resource, ResourceRole, ResourceType } from '../../../lib/netscaler/index.ts';

const resource = (
  role: ResourceRole,
  type: ResourceType,
  id: Resource['id'],
  attributes: Resource['attributes'] = {},
): Resource => ({ role, type, id, attributes, owners: [] });

const policy = (attributes: Resource['attributes']) => resource('policy', 'sslpolicy', { name: 'p' }, attributes);
const action = (forward: string) => resource('action', 'sslaction', { name: 'a' }, { forward });
const server = (servicetype: string) => resource('lbvserver', 'lbvserver', { name: 'l' }, { servicetype });
const host = (value: string) =>
  resource('host', 'policystringmap_pattern_binding', { name: 'm', key: 'a.example.com' }, { value, comment: 'c' });
const OWNER = { cluster: 'east', namespace: 'default', name: 'web' };

describe('one finding for each object that differs', () => {
  it.each<[string, Resource | undefined, Resource | undefined, string | undefined]>([
    ['equal', policy({ rule: 'true' }), policy({ rule: 'true' }), undefined],
    ['equal but for capitals', policy({ action: 'RESET' }), policy({ action: 'Reset' }), undefined],
    ['more than asked', policy({ rule: 'true' }), policy({ rule: 'true', hits: 7 }), undefined],
    ['missing', policy({ rule: 'true' }), undefined, 'ObjectMissing sslpolicy p: missing / there'],
    [
      'missing, with its mark',
      policy({ comment: 'nsp1;s=nsp' }),
      undefined,
      'ObjectMissing sslpolicy p: missing / there with comment "nsp1;s=nsp"',
    ],
    ['too many', undefined, policy({ rule: 'true' }), 'ObjectUnexplained sslpolicy p: there / gone'],
    [
      'changed',
      policy({ rule: 'true', action: 'x' }),
      policy({ rule: 'false', action: 'x' }),
      'ObjectChanged sslpolicy p: rule "false" / rule "true"',
    ],
    [
      'an attribute lost',
      policy({ comment: 'c' }),
      policy({}),
      'ObjectChanged sslpolicy p: comment null / comment "c"',
    ],
    [
      'of a type that cannot be updated',
      action('x'),
      action('y'),
      'ObjectChanged sslaction a: forward "y" / forward "x"',
    ],
    [
      'in what only creation takes',
      server('TCP'),
      server('HTTP'),
      'ObjectChanged lbvserver l: servicetype "HTTP" / servicetype "TCP"',
    ],
    [
      'a host that leads elsewhere',
      host('x'),
      host('y'),
      'HostChanged policystringmap_pattern_binding m a.example.com: value "y" / value "x"',
    ],
    [
      'a host too many',
      undefined,
      host('x'),
      'HostUnexplained policystringmap_pattern_binding m a.example.com: there / gone',
    ],
  ])('%s', (_what, desired, actual, expected) => {
    const list = (one: Resource | undefined) => (one === undefined ? [] : [one]);
    const findings = compareObjects(list(desired), list(actual), () => [OWNER]);
    const lines = findings.map(({ code, object, is, should }) => `${code} ${object}: ${is} / ${should}`);
    expect(lines).toEqual(expected === undefined ? [] : [expected]);
    expect(findings.every(({ owners }) => owners[0] === OWNER)).toBe(true);
  });
});

describe('the attributes that differ', () => {
  const fieldsOf = (desired: Resource[], actual: Resource[]) =>
    compareObjects(desired, actual, () => []).map(({ fields }) => fields);

  it.each<[string, Resource, Resource, readonly (readonly [string, string, string])[]]>([
    [
      'one of two',
      policy({ rule: 'true', action: 'x' }),
      policy({ rule: 'false', action: 'x' }),
      [['rule', 'false', 'true']],
    ],
    [
      'two',
      policy({ rule: 'true', action: 'x' }),
      policy({ rule: 'false' }),
      [
        ['rule', 'false', 'true'],
        ['action', 'not set', 'x'],
      ],
    ],
    [
      'disabled by hand',
      server('TCP'),
      { ...server('TCP'), attributes: { servicetype: 'TCP', state: 'DISABLED' } },
      [['state', 'DISABLED', 'ENABLED']],
    ],
    [
      'set by hand',
      server('TCP'),
      { ...server('TCP'), attributes: { servicetype: 'TCP', backupvserver: 'other' } },
      [['backupvserver', 'other', 'as by default']],
    ],
  ])('%s', (_what, desired, actual, expected) => {
    expect(fieldsOf([desired], [actual])).toEqual([expected.map(([field, is, should]) => ({ field, is, should }))]);
  });

  it('an object that exists on one side only has none', () => {
    expect(fieldsOf([policy({ rule: 'true' })], [])).toEqual([undefined]);
    expect(fieldsOf([], [policy({ rule: 'true' })])).toEqual([undefined]);
  });
});

describe('members that were found', () => {
  const found = [
    resource('service-group', 'servicegroup', { servicegroupname: 'g' }),
    resource(
      'members',
      'servicegroup_servicegroupmemberlist_binding',
      { servicegroupname: 'g' },
      { members: '10.1.0.1 8443\n2001:db8::1 443' },
    ),
  ];
  it('are those of the group', () => {
    expect(membersOf(found, 'g')).toEqual([
      { address: '10.1.0.1', port: 8443 },
      { address: '2001:db8::1', port: 443 },
    ]);
    expect(membersOf(found, 'other')).toEqual([]);
    expect([hasGroup(found, 'g'), hasGroup(found, 'other')]).toEqual([true, false]);
  });
});
