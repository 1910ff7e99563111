import { describe, expect, it } from 'vitest';
import { AUDIT_CODES, type AuditCode, type AuditFinding } from '../../../lib/audit/index.ts';
import { driftReport } from '../../../lib/console/drift.ts';
import { remedyOf } from '../../../lib/console/remedies.ts';
import { owner } from './support.ts';

const finding = (code: AuditCode, more: Partial<AuditFinding> = {}): AuditFinding => ({
  code,
  object: 'sslpolicy p',
  is: 'x',
  should: 'y',
  owners: [],
  ...more,
});

describe('the report of an audit', () => {
  it('shows what differs before what only somebody else can change, and that before what is due', () => {
    const findings = [finding('SettingsUnseen'), finding('ServerDisabled'), finding('ObjectChanged')];
    const { items } = driftReport({ at: 1, findings, failed: undefined }, 'edge');
    expect(items.map(({ kind, code }) => [kind, code])).toEqual([
      ['drift', 'ObjectChanged'],
      ['warning', 'ServerDisabled'],
      ['due', 'SettingsUnseen'],
    ]);
  });

  it('keeps fields, and has none where an object is missing', () => {
    const fields = [{ field: 'rule', is: 'a', should: 'b' }];
    const findings = [finding('ObjectChanged', { fields }), finding('ObjectMissing')];
    const { items } = driftReport({ at: 1, findings, failed: undefined }, 'edge');
    expect(items.map((item) => item.fields)).toEqual([fields, []]);
  });

  it('a failed audit → why, and the findings of the one before', () => {
    const report = driftReport({ at: 1, findings: [finding('HostMissing')], failed: 'no answer' }, 'edge');
    expect(report).toMatchObject({ at: 1, failed: 'no answer', items: [{ code: 'HostMissing' }] });
    expect(driftReport({ at: undefined, findings: [], failed: undefined }, 'edge')).toEqual({
      at: undefined,
      items: [],
    });
  });
});

describe('the remedies', () => {
  it.each(Object.keys(AUDIT_CODES) as AuditCode[])('%s: one sentence without gaps', (code) => {
    for (const appliance of ['edge', undefined]) {
      const text = remedyOf(finding(code, { owners: [owner('a')] }), appliance);
      expect(text).toMatch(/^[A-Z].{20,}/);
      expect(text).not.toMatch(/undefined|\n/);
    }
  });

  it.each<[AuditCode, Partial<AuditFinding>, string]>([
    ['ObjectChanged', {}, "curl -X POST 'http://127.0.0.1:8081/snapshot?verify=edge'"],
    ['LedgerMissing', {}, 'nspass replay --config appliances.yml --appliance edge'],
    ['Unfinished', { owners: [owner('a', 'shop')] }, 'kubectl describe ingress -n shop a'],
    ['ServerDisabled', { object: 'server 10.1.0.1' }, 'enable server 10.1.0.1'],
    ['FeatureDisabled', { object: 'nsfeature responder' }, 'enable ns feature RESPONDER'],
    ['AddressTaken', {}, 'nspass explain FrontendInUse'],
  ])('%s ends with a command', (code, more, command) => {
    expect(remedyOf(finding(code, more), 'edge').endsWith(command)).toBe(true);
  });

  it('an appliance that was named by its address has a placeholder', () => {
    expect(remedyOf(finding('ObjectChanged'), undefined)).toContain('verify=APPLIANCE');
  });
});
