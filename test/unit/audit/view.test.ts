import { describe, expect, it } from 'vitest';
import { takeView } from '../../../lib/audit/view.ts';
import { namesOf } from '../../../lib/netscaler/index.ts';
import { anyOf, type NitroQuery, type NitroReader, type NitroRow } from '../../../lib/nitro/index.ts';

const context = { system: 'nsp', names: namesOf('nsp') };

/** An appliance with these rows, and what was asked of it. */
function appliance(rows: Readonly<Record<string, readonly NitroRow[]>>) {
  const asked: { type: string; query: NitroQuery | undefined }[] = [];
  const reader: NitroReader = {
    rows: async (type, query) => {
      asked.push({ type, query });
      return (rows[type] ?? []).map(query?.shape ?? ((row) => row));
    },
    rowsOf: async () => {
      throw new Error('not asked of several parents');
    },
    rowsBeside: async () => {
      throw new Error('not asked beside others');
    },
    batch: async () => {
      throw new Error('not asked in a batch');
    },
    count: async () => {
      throw new Error('not counted');
    },
  };
  return { reader, asked };
}

const POLICIES = [
  { name: 'nsp-gate-192.0.2.10-443', action: 'RESET' },
  { name: 'nsp-gate-192x0x2x10-443', action: 'RESET' },
  { name: 'nsp-a', action: 'nsp-a', comment: 'nsp1;s=nsp;c=x' },
];
const BINDINGS = [
  { name: 'nsp_f_a', key: 'x', value: '1' },
  { name: 'nsp_f_b', key: 'x', value: '2' },
  { name: 'nsp_f_b', key: 'y', value: '3' },
];

describe('one look at everything of the system', () => {
  it('asks once for each type, by the beginning of its names, and only for what is compared of large rows', async () => {
    const { reader, asked } = appliance({});
    await takeView(reader, context);
    const types = asked.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
    // The ledger before all others: whatever is written after shows in it at the end.
    expect(types[0]).toBe('policystringmap_pattern_binding');
    for (const { type, query } of asked) {
      const beginning = type.startsWith('policystringmap') || type.startsWith('policydataset') ? '/^nsp_/' : '/^nsp-/';
      expect(Object.values(query?.filter ?? {})).toEqual([beginning]);
    }
    const attributes = (type: string) => asked.find((each) => each.type === type)?.query?.attrs;
    expect(attributes('lbvserver')).toEqual([
      'name',
      'servicetype',
      'persistencetype',
      'clttimeout',
      'downstateflush',
      'comment',
      'lbmethod',
      'somethod',
      'healththreshold',
      'backupvserver',
      'state',
      'curstate',
    ]);
    expect(attributes('servicegroup')).toContain('autodisabledelay');
    expect(attributes('csvserver')).toBeUndefined();
  });

  it('lists that grow come in pages where the maps have many rows, and of a row only what is judged is kept', async () => {
    const maps = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: 'nsp_f_a', key: `k${index}` }));
    const member = { servicegroupname: 'g', ip: '10.0.0.1', port: 1, hashid: '7', weight: '1' };
    const MEMBER = 'servicegroup_servicegroupmember_binding';
    const looked = async (count: number) => {
      const { reader, asked } = appliance({ policystringmap_pattern_binding: maps(count), [MEMBER]: [member] });
      const view = await takeView(reader, context);
      return { view, counted: asked.filter(({ query }) => query?.large).map(({ type }) => type) };
    };
    const { view, counted } = await looked(5_001);
    expect(view.isLarge).toBe(true);
    expect(counted).toEqual(expect.arrayContaining([MEMBER, 'sslaction', 'lbvserver', 'sslpolicy']));
    expect(counted).not.toContain('csvserver');
    expect(await view.rows(MEMBER)).toEqual([{ servicegroupname: 'g', ip: '10.0.0.1', port: 1, weight: '1' }]);
    const few = await looked(5_000);
    expect(few.view.isLarge).toBe(false);
    expect(few.counted).toEqual(['policystringmap_pattern_binding']);
  });

  it.each<[string, string, NitroQuery, readonly NitroRow[]]>([
    ['everything of a type', 'sslpolicy', {}, POLICIES],
    ['a value as it stands', 'sslpolicy', { filter: { name: 'nsp-a' } }, [POLICIES[2] as NitroRow]],
    ['a pattern', 'sslpolicy', { filter: { name: '/^nsp-gate-/' } }, POLICIES.slice(0, 2)],
    [
      'a pattern with what was escaped',
      'sslpolicy',
      { filter: { name: anyOf(['nsp-gate-192.0.2.10-443']) } },
      POLICIES.slice(0, 1),
    ],
    ['an attribute that a row does not have', 'sslpolicy', { filter: { comment: '/^nsp1/' } }, POLICIES.slice(2)],
    ['bindings of one', 'policystringmap_pattern_binding', { name: 'nsp_f_b' }, BINDINGS.slice(1)],
    [
      'bindings of one, filtered',
      'policystringmap_pattern_binding',
      { name: 'nsp_f_b', filter: { key: '/^y/' } },
      BINDINGS.slice(2),
    ],
    ['bindings of one that is not there', 'policystringmap_pattern_binding', { name: 'nsp_f_c' }, []],
  ])('answers as the appliance would: %s', async (_what, type, query, expected) => {
    const { reader, asked } = appliance({ sslpolicy: POLICIES, policystringmap_pattern_binding: BINDINGS });
    const view = await takeView(reader, context);
    const before = asked.length;
    expect(await view.rows(type, query)).toEqual(expected);
    expect(await view.count(type, query)).toBe(expected.length);
    if (query.name === undefined) expect(await view.batch([{ type, filter: query.filter ?? {} }])).toEqual([expected]);
    expect(asked.length).toBe(before);
  });

  it('refuses what it never read: an empty answer would look like drift', async () => {
    const view = await takeView(appliance({}).reader, context);
    await expect(view.rows('gslbvserver')).rejects.toThrow('the audit does not read gslbvserver');
  });
});
