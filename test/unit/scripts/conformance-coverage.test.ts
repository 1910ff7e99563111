import { describe, expect, it } from 'vitest';
import { CASES } from '../../../lib/conformance/index.ts';
import { FINDING_CODES } from '../../../lib/ingress/index.ts';
import {
  coverage,
  documentedRules,
  SEEN_AS,
  toldBy,
  UNSEEN_RULES,
  untoldReason,
} from '../../../scripts/conformance-coverage.ts';
import { GATEWAY_API, INGRESS_CONFORMANCE } from '../../../scripts/conformance-official.ts';

const ids = new Set(CASES.map(({ id }) => id));

describe('coverage of the documented rules by the conformance suite', () => {
  it('finds the rules of the rules table and of the protocol', () => {
    const rules = documentedRules();
    for (const rule of ['SEL-1', 'VAL-16', 'TLS-6', 'END-2', 'LIF-10', 'REP-3', 'protocol rule 15']) {
      expect(rules.has(rule), rule).toBe(true);
    }
    expect(rules.get('TLS-3')).toBe('a wildcard is one label');
  });

  it('every rule has a case, or a reason why nobody outside can see it', () => {
    const bare = coverage().filter(({ cases, unseen }) => cases.length === 0 && unseen === undefined);
    expect(bare.map(({ rule }) => rule)).toEqual([]);
  });

  it('a rule that loses its cases → is named', () => {
    const without = CASES.filter(({ rules }) => !rules.includes('TLS-3'));
    const bare = coverage(without).filter(({ cases, unseen }) => cases.length === 0 && unseen === undefined);
    expect(bare.map(({ rule }) => rule)).toEqual(['TLS-3']);
  });

  it('no reason is out of date: a rule with cases has none, and a rule that is gone has none', () => {
    const rules = coverage();
    const documented = new Set(rules.map(({ rule }) => rule));
    const both = rules.filter(({ cases, unseen }) => cases.length > 0 && unseen !== undefined);
    expect(both.map(({ rule }) => rule)).toEqual([]);
    expect([...Object.keys(UNSEEN_RULES), ...Object.keys(SEEN_AS)].filter((rule) => !documented.has(rule))).toEqual([]);
  });

  it('every rule of a case is documented', () => {
    const documented = documentedRules();
    const unknown = CASES.flatMap(({ rules }) => rules).filter((rule) => !documented.has(rule));
    expect(unknown).toEqual([]);
  });

  it('every finding is told in a case, or has a reason why not; none has both', () => {
    const told = toldBy();
    const of = (code: (typeof FINDING_CODES)[number]) => (told.get(code) ?? []).length > 0;
    expect(FINDING_CODES.filter((code) => of(code) === (untoldReason(code) !== undefined))).toEqual([]);
  });
});

describe('official tests', () => {
  const tests = [...GATEWAY_API, ...INGRESS_CONFORMANCE];

  it.each(tests.map((entry) => [entry.test, entry]))('%s: has cases that exist, or a reason', (_, entry) => {
    const { cases = [], because = '' } = entry;
    expect(cases.length > 0 || because !== '').toBe(true);
    expect(cases.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('are named once', () => {
    expect(new Set(tests.map(({ test }) => test)).size).toBe(tests.length);
  });
});
