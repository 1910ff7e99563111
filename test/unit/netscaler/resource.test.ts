import { describe, expect, it } from 'vitest';
import { IMMUTABLE, identity, isBinding, objectName, type Resource, TYPES } from '../../../lib/netscaler/index.ts';

const row = (type: Resource['type'], id: Resource['id']): string => identity({ type, id });

describe('identity', () => {
  it.each([
    ['the order of its parts does not count', { name: 'm', key: 'k' }, { key: 'k', name: 'm' }, true],
    ['numbers and their texts are equal', { name: 'm', key: 1 }, { name: 'm', key: '1' }, true],
    ['what is no part of it does not count', { name: 'm', key: 'k', more: 'x' }, { name: 'm', key: 'k' }, true],
    ['another key is another row', { name: 'm', key: 'k' }, { name: 'm', key: 'l' }, false],
    ['another parent is another row', { name: 'm', key: 'k' }, { name: 'n', key: 'k' }, false],
    ['parts do not run together', { name: 'a b', key: 'c' }, { name: 'a', key: 'b c' }, false],
  ])('%s', (_what, a, b, equal) => {
    const type = 'policystringmap_pattern_binding';
    expect(row(type, a) === row(type, b)).toBe(equal);
  });

  it('of two types is never the same', () => {
    expect(row('lbvserver', { name: 'x' })).not.toBe(row('csvserver', { name: 'x' }));
  });
});

describe('the name of an object for people', () => {
  it('a binding → its type and both of its ends, in the order of the type', () => {
    const id = { type: 'CLIENTHELLO_REQ', policyname: 'p', vservername: 'v' };
    expect(objectName({ type: 'sslvserver_sslpolicy_binding', id })).toBe(
      'sslvserver_sslpolicy_binding v p CLIENTHELLO_REQ',
    );
  });
});

describe('types', () => {
  it.each(Object.entries(TYPES))('%s names its rows, and a binding by its parent and what is bound', (type, { id }) => {
    const single = type === 'servicegroup_servicegroupmemberlist_binding' || !isBinding(type as Resource['type']);
    expect(id.length).toBeGreaterThanOrEqual(single ? 1 : 2);
  });

  it.each<[Resource['type'], boolean]>([
    ['lbvserver_servicegroup_binding', true],
    ['lbvserver', false],
  ])('%s is a binding: %s', (type, expected) => {
    expect(isBinding(type)).toBe(expected);
  });

  it('only types of which anything may change have exceptions', () => {
    const open = Object.entries(TYPES).filter(([, facts]) => 'mutable' in facts && facts.mutable[0] === '*');
    const names = open.map(([type]) => type);
    expect(Object.keys(IMMUTABLE).filter((type) => !names.includes(type))).toEqual([]);
  });
});
