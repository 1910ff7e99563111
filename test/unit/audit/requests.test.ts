import { describe, expect, it } from 'vitest';
import { AUDIT_CODES, type AuditFinding, driftIn, findingKind } from '../../../lib/audit/findings.ts';
import { resyncsFor } from '../../../lib/audit/requests.ts';

const owner = (cluster: string, name: string) => ({ cluster, namespace: 'default', name });
const finding = (code: AuditFinding['code'], ...owners: AuditFinding['owners']): AuditFinding => ({
  code,
  object: 'lbvserver x',
  is: 'missing',
  should: 'there',
  owners,
});

describe('rule 10: requests', () => {
  it('one for each cluster, naming each Ingress once, with the codes that led to it', () => {
    const findings = [
      finding('ObjectMissing', owner('east', 'b'), owner('west', 'c')),
      finding('ObjectMissing', owner('east', 'a')),
      finding('HostChanged', owner('east', 'b')),
      finding('MarkLost'),
    ];
    expect(resyncsFor('edge', ['east', 'west', 'north'], findings)).toEqual([
      {
        cluster: 'east',
        appliances: ['edge'],
        reason: 'found by the audit: 2 × ObjectMissing, 1 × HostChanged',
        ingresses: [
          { namespace: 'default', name: 'a' },
          { namespace: 'default', name: 'b' },
        ],
      },
      {
        cluster: 'west',
        appliances: ['edge'],
        reason: 'found by the audit: 1 × ObjectMissing',
        ingresses: [{ namespace: 'default', name: 'c' }],
      },
    ]);
  });

  it('all of a cluster is asked for without naming anything', () => {
    const findings = [
      { ...finding('LedgerMissing'), cluster: 'east' },
      finding('ObjectMissing', owner('east', 'a'), owner('west', 'a')),
    ];
    expect(resyncsFor('edge', ['east', 'west'], findings).map(({ ingresses }) => ingresses?.length)).toEqual([
      undefined,
      1,
    ]);
  });

  it('not to clusters that the appliance does not serve, and none where nothing was found', () => {
    expect(resyncsFor('edge', ['east'], [finding('ObjectMissing', owner('west', 'a'))])).toEqual([]);
    expect(resyncsFor('edge', ['east'], [])).toEqual([]);
  });
});

describe('findings', () => {
  it('are told apart: drift is counted, the rest is not', () => {
    const all = Object.keys(AUDIT_CODES).map((code) => finding(code as AuditFinding['code']));
    const kinds = Map.groupBy(all, findingKind);
    expect(kinds.get('due')?.map(({ code }) => code)).toEqual(['PrimarySince', 'Unfinished', 'SettingsUnseen']);
    expect(kinds.get('warning')?.map(({ code }) => code)).toEqual([
      'AddressTaken',
      'PolicyForeign',
      'ServerDisabled',
      'PlaceholderExpires',
      'CertificateExpires',
      'FeatureDisabled',
    ]);
    expect(driftIn(all)).toEqual(kinds.get('drift'));
  });

  it.each(Object.entries(AUDIT_CODES))('%s says in a sentence what it means', (_code, { meaning }) => {
    expect(meaning).toMatch(/^[A-Z].*\.$/);
  });
});
