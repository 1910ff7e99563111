import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import { decodeSettings, encodeSetting, type Setting, settledSettings } from '../../../lib/ledger/index.ts';
import { decodeSetting } from '../../../lib/ledger/settings.ts';

const setting = (more: Partial<Setting> & { name?: string; cluster?: string } = {}): Setting => {
  const { name = 'a', cluster = 'c', ...rest } = more;
  const owner = { cluster, namespace: 'n', name };
  return { attribute: 'clttimeout', value: '60', created: 100, ownerKey: ownerKey(owner), owner, ...rest };
};

describe('CON-5: wishes for a front end’s settings', () => {
  it('stand in rows that sort by attribute and age', () => {
    expect(encodeSetting(setting())).toEqual({
      key: `=clttimeout.0000000100.${ownerKey(setting().owner)}`,
      value: '1;c;n;60',
      comment: 'a',
    });
  });

  it.each(['60', '', 'a;b', ';'])('read back with the value %j', (value) => {
    expect(decodeSetting(encodeSetting(setting({ value })))).toEqual(setting({ value }));
  });

  const row = encodeSetting(setting());
  it.each([
    ['another version', { ...row, value: '2;c;n;60' }],
    ['no namespace', { ...row, value: '1;c' }],
    ['no age', { ...row, key: row.key.replace('.0000000100', '') }],
    ['a text before it', { ...row, key: `x${row.key}` }],
    ['a text behind it', { ...row, key: `${row.key}x` }],
    ['a claim', { ...row, key: row.key.replace('=', '#') }],
  ])('of %s are none', (_what, other) => {
    expect(decodeSetting(other)).toBeUndefined();
    expect(decodeSettings([other, row])).toEqual([setting()]);
  });

  it.each<[string, Setting[], string]>([
    ['the oldest', [setting({ created: 200, value: '1' }), setting({ name: 'b', value: '2' })], '2'],
    ['of one age the smaller name', [setting({ name: 'b', value: '1' }), setting({ value: '2' })], '2'],
    [
      'the smaller name, however great its cluster,',
      [setting({ name: 'b', value: '1' }), setting({ cluster: 'd', value: '2' })],
      '2',
    ],
    ['of one name the smaller cluster', [setting({ cluster: 'd', value: '1' }), setting({ value: '2' })], '2'],
  ])('%s decides, in any order', (_what, settings, value) => {
    for (const some of [settings, settings.toReversed()]) {
      expect(settledSettings(some).get('clttimeout')?.value).toBe(value);
    }
  });

  it('each attribute is decided by itself', () => {
    const settled = settledSettings([setting(), setting({ attribute: 'ipset', value: 's', created: 300, name: 'b' })]);
    expect([...settled].map(([attribute, { value }]) => [attribute, value])).toEqual([
      ['clttimeout', '60'],
      ['ipset', 's'],
    ]);
  });
});
