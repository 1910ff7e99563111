import { describe, expect, it } from 'vitest';
import {
  type ApplianceContact,
  type ApplianceFacts,
  applianceChecks,
  contactChecks,
} from '../../../../lib/cli/doctor/appliance-checks.ts';
import { EVERYTHING, judgeByPolicies } from '../../../../lib/cli/doctor/write-permissions.ts';
import { NitroError } from '../../../../lib/nitro/index.ts';

const ON = { lb: true, cs: true, ssl: true, responder: true };
const GOOD: ApplianceFacts = {
  version: { version: 'NetScaler NS14.1: Build 51.80.nc, Date: Aug 1 2025' },
  features: ON,
  licence: ON,
  nodes: [{ id: '0', state: 'Primary' }],
  clock: { before: 1_000_000, after: 1_000_100, theirs: 1_000_000 },
  reads: new Map([['lbvserver', undefined]]),
  writes: {
    systemId: 'nsp',
    username: 'nspass',
    needed: true,
    verdicts: judgeByPolicies([EVERYTHING], 'nsp', false),
    reason: '',
  },
  unknownClusters: [],
  drift: [],
};

const denied = new NitroError('read lbvserver', 2138, 403, 'Not authorized to execute this command');

describe('an appliance', () => {
  it('that has everything: nothing is wrong', () => {
    expect(applianceChecks(GOOD).map(({ check, result }) => [check, result])).toEqual([
      ['version', 'ok'],
      ['licence', 'ok'],
      ['features', 'ok'],
      ['role', 'ok'],
      ['clock', 'ok'],
      ['read permissions', 'ok'],
      ['write permissions', 'ok'],
      ['drift', 'ok'],
    ]);
  });

  it.each<[string, Partial<ApplianceFacts>, string, RegExp, RegExp]>([
    [
      'an old release',
      { version: { version: 'NetScaler NS12.1: Build 55.18.nc' } },
      'version',
      /^12\.1 build 55\.18 is older than 13\.1/,
      /Upgrade/,
    ],
    ['a feature that is off', { features: { ...ON, responder: false } }, 'features', /^RESPONDER is off$/, /^On the/],
    [
      'two that are off',
      { features: { lb: true, ssl: 'true' } },
      'features',
      /^CS, RESPONDER are off/,
      /CS RESPONDER$/,
    ],
    ['a secondary alone', { nodes: [{ id: '0', state: 'Secondary' }] }, 'role', /^the node is Secondary/, /both nodes/],
    [
      'a licence without a feature that is on, as after a downgrade',
      { licence: { ...ON, cs: false } },
      'licence',
      /^does not contain CS: enabling fails with error 356/,
      /Install a licence/,
    ],
    [
      'a clock that is behind',
      { clock: { before: 1_000_000, after: 1_000_100, theirs: 900_000 } },
      'clock',
      /^is 99 s behind/,
      /add ntp server/,
    ],
    ['a cluster without a ledger', { unknownClusters: ['c1'] }, 'clusters', /^nothing of c1 is recorded/, /forwarder/],
    ['a manual change', { drift: ['ObjectChanged lbvserver x is a, should be b'] }, 'drift', /^ObjectChanged/, /audit/],
  ])('%s → is wrong there, with a remedy', (_what, more, check, text, remedy) => {
    const wrong = applianceChecks({ ...GOOD, ...more }).filter(({ result }) => result === 'failed');
    expect(wrong.map((one) => one.check)).toEqual([check]);
    expect(wrong[0]?.text).toMatch(text);
    expect(wrong[0]?.remedy).toMatch(remedy);
  });

  it('a feature that is off and not licensed: the licence comes first', () => {
    const off = { ...ON, responder: 'false' };
    const wrong = applianceChecks({ ...GOOD, features: off, licence: off }).filter(({ result }) => result === 'failed');
    expect(wrong.map(({ check, remedy }) => [check, remedy])).toEqual([
      ['licence', expect.stringContaining('Install a licence')],
      ['features', 'After the licence is installed, on the appliance: enable ns feature RESPONDER'],
    ]);
  });

  it('a type that may not be read: names it and the command, and looks for no drift', () => {
    const checks = applianceChecks({ ...GOOD, reads: new Map([['lbvserver', denied]]), drift: ['never shown'] });
    expect(checks.find(({ check }) => check === 'read permissions')).toMatchObject({
      result: 'failed',
      text: expect.stringMatching(/^lbvserver: .*Not authorized/),
      remedy: expect.stringContaining('bind system user nspass nsp-read 10'),
    });
    expect(checks.find(({ check }) => check === 'drift')).toMatchObject({ result: 'unseen' });
  });

  it.each<[string, Partial<ApplianceFacts>, string]>([
    ['the version', { version: undefined }, 'version'],
    ['features', { features: undefined }, 'features'],
    ['the licence', { licence: undefined }, 'licence'],
    ['the role', { nodes: [] }, 'role'],
    ['the clock', { clock: undefined }, 'clock'],
  ])('%s that may not be read is unseen, not wrong', (_what, more, check) => {
    const checks = applianceChecks({ ...GOOD, ...more });
    expect(checks.find((one) => one.check === check)?.result).toBe('unseen');
    expect(checks.filter(({ result }) => result === 'failed')).toEqual([]);
  });
});

describe('the first contact', () => {
  it.each<[ApplianceContact, readonly string[]]>([
    [{ result: 'accepted' }, ['ok', 'ok']],
    [{ result: 'rejected', reason: 'Invalid username or password' }, ['ok', 'failed']],
    [{ result: 'silent', reason: 'refused' }, ['failed', 'unseen']],
    [{ result: 'not called', reason: 'EDGE_PASSWORD is not set' }, ['unseen', 'failed']],
  ])('%j → %j, naming address and source of the credentials', (contact, results) => {
    const source = 'the environment variables EDGE_USERNAME and EDGE_PASSWORD';
    const checks = contactChecks(contact, ['https://192.0.2.5', 'https://192.0.2.6'], source);
    expect(checks.map(({ check, result }) => [check, result])).toEqual([
      ['reachable', results[0]],
      ['credentials', results[1]],
    ]);
    const lines = checks.flatMap(({ text, remedy }) => [text, remedy ?? '']).join('\n');
    expect(lines).toContain('https://192.0.2.5, https://192.0.2.6');
    if (contact.result !== 'rejected') expect(lines).toContain(source);
  });
});
