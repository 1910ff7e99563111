import { describe, expect, it } from 'vitest';
import { type ApplianceFacts, applianceChecks } from '../../../../lib/cli/doctor/appliance-checks.ts';
import { renderChecks } from '../../../../lib/cli/doctor/doctor.ts';
import { PLAIN } from '../../../../lib/cli/terminal.ts';
import { NitroError } from '../../../../lib/nitro/index.ts';

const GOOD: ApplianceFacts = {
  name: 'edge',
  version: { version: 'NetScaler NS14.1: Build 51.80.nc, Date: Aug 1 2025' },
  features: { lb: true, cs: true, ssl: true, responder: true },
  nodes: [{ id: '0', state: 'Primary' }],
  reads: new Map([['lbvserver', undefined]]),
  drift: [],
};

const denied = new NitroError('read lbvserver', 2138, 403, 'Not authorized to execute this command');

describe('nspass doctor', () => {
  it('an appliance that has everything: nothing is wrong, and what was not tried is said', () => {
    const checks = applianceChecks(GOOD);
    expect(checks.map(({ check, result }) => [check, result])).toEqual([
      ['reachable', 'ok'],
      ['version', 'ok'],
      ['features', 'ok'],
      ['role', 'ok'],
      ['read permissions', 'ok'],
      ['write permissions', 'unseen'],
      ['drift', 'ok'],
    ]);
  });

  it.each<[string, Partial<ApplianceFacts>, string, RegExp]>([
    [
      'an old release',
      { version: { version: 'NetScaler NS12.1: Build 55.18.nc' } },
      'version',
      /^12\.1 build 55\.18 is older than 13\.1/,
    ],
    ['a feature that is off', { features: { ...GOOD.features, responder: false } }, 'features', /^RESPONDER is off/],
    ['two that are off', { features: { lb: true, ssl: true } }, 'features', /^CS, RESPONDER are off/],
    ['a secondary alone', { nodes: [{ id: '0', state: 'Secondary' }] }, 'role', /^the node is Secondary/],
    [
      'a type that may not be read',
      { reads: new Map([['lbvserver', denied]]) },
      'read permissions',
      /^lbvserver: .*Not authorized/,
    ],
    [
      'a manual change',
      { drift: ['ObjectChanged lbvserver x is a, should be b'] },
      'drift',
      /^ObjectChanged lbvserver x/,
    ],
  ])('%s → is wrong there, with a remedy', (_what, more, check, text) => {
    const wrong = applianceChecks({ ...GOOD, ...more }).filter(({ result }) => result === 'failed');
    expect(wrong.map((one) => one.check)).toEqual([check]);
    expect(wrong[0]?.text).toMatch(text);
    expect(wrong[0]?.remedy).toBeTruthy();
  });

  it.each<[string, Partial<ApplianceFacts>, string]>([
    ['the version', { version: undefined }, 'version'],
    ['features', { features: undefined }, 'features'],
    ['the role', { nodes: [] }, 'role'],
  ])('%s that may not be read is unseen, not wrong', (_what, more, check) => {
    const found = applianceChecks({ ...GOOD, ...more }).find((one) => one.check === check);
    expect(found?.result).toBe('unseen');
  });

  it('prints a line for each check, and the remedy below', () => {
    const text = renderChecks(applianceChecks({ ...GOOD, nodes: [{ id: '0', state: 'Secondary' }] }), PLAIN);
    expect(text).toContain('✓ reachable          edge answers');
    expect(text).toContain('✗ role               the node is Secondary\n  → Name the addresses of both nodes');
  });
});
