import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../../lib/appliance-facts/index.ts';
import { cleanText, leftText, reportText, sealText } from '../../../../lib/cli/verify/text.ts';

const object = { type: 'lbvserver', name: 'nspassverify-bank' };

describe('a report for people', () => {
  const lines = reportText(
    reportOf(
      { build: '14.1-51.80', model: 'VPX' },
      {
        'map-entries': { value: false, why: '700 of 2000 were bound' },
        'page-rows': { value: true },
        'reset-seen-as': { unknown: 'no answer came' },
      },
    ),
  );

  it('the first line counts', () => {
    expect(lines[0]).toBe('VPX, build 14.1-51.80: 2 of 46 facts are known, 1 of them not as expected');
  });

  it.each([
    ['as expected', 'page-rows', /^ {2}yes {8}A page may have 12,000 rows\. \[page-rows\]$/, 0],
    ['not as expected: why, and what follows', 'map-entries', /^! no {9}A string map takes/, 2],
    ['unknown: why', 'reset-seen-as', /^\? unknown {4}How a client/, 1],
  ])('%s', (_case, id, first, more) => {
    const at = lines.findIndex((line) => line.endsWith(`[${id}]`));
    expect(lines[at]).toMatch(first);
    const next = lines.slice(at + 1).findIndex((line) => !line.startsWith('   '.repeat(4)));
    expect(next < 0 ? lines.length - at - 1 : next).toBe(more);
  });
});

describe('what is left', () => {
  it.each([
    ['nothing', [], []],
    ['one object', [{ object, why: 'refused with error 315' }], ['One object is still on the appliance:']],
  ])('%s', (_case, left, expected) => {
    expect(leftText(left).slice(0, 1)).toEqual(expected);
    expect(leftText(left).join('\n').includes('--clean --yes')).toBe(left.length > 0);
  });

  it.each([
    [[], true, /^Nothing of nspass verify/],
    [[object], true, /^Removed:\n {2}lbvserver nspassverify-bank$/],
    [[object], false, /^Left over[\s\S]*add --yes/],
  ])('%j, removed: %s', (objects, yes, expected) => {
    expect(cleanText(objects, yes).join('\n')).toMatch(expected);
  });
});

describe('a seal', () => {
  const report = reportOf({ build: 'unknown', model: 'unknown' }, {});
  it.each([
    [true, 'none', /that of the report\n.*not signed/],
    [true, 'unchecked', /not checked: name the public key/],
    [true, 'valid', /: signed with this key/],
    [true, 'invalid', /: NOT signed with this key/],
    [false, 'none', /^digest: NOT/],
  ] as const)('unchanged %s, signature %s', (unchanged, signature, expected) => {
    expect(sealText({ report, unchanged, signature }).join('\n')).toMatch(expected);
  });
});
