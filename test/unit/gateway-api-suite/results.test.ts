import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { differences, expectations, sameReport, skippedTests, verdicts } from '../../gateway-api-suite/results.ts';

const LOG = `=== RUN   TestConformance
=== RUN   TestConformance/TLSRouteOne
=== RUN   TestConformance/TLSRouteOne/a_part
--- FAIL: TestConformance (9.12s)
    --- PASS: TestConformance/TLSRouteOne (1.02s)
        --- PASS: TestConformance/TLSRouteOne/a_part (0.50s)
    --- FAIL: TestConformance/TLSRouteTwo (2.00s)
        --- PASS: TestConformance/TLSRouteTwo/a_part (0.50s)
    --- SKIP: TestConformance/HTTPRouteThree (0.00s)
`;
const SKIPPED = { skipped: 'needs a certificate on the appliance' };

describe('verdicts', () => {
  it('are those of whole tests', () => {
    expect([...verdicts(LOG)]).toEqual([
      ['TLSRouteOne', 'PASS'],
      ['TLSRouteTwo', 'FAIL'],
      ['HTTPRouteThree', 'SKIP'],
    ]);
  });
});

describe('differences', () => {
  const found = verdicts(LOG);

  it('are none where each test came to what it must', () => {
    expect(
      differences({ TLSRouteOne: 'passed', HTTPRouteThree: SKIPPED }, new Map([...found].toSpliced(1, 1))),
    ).toEqual([]);
  });

  it('name a test that failed, passed, was skipped or did not run against expectation', () => {
    const expected = { TLSRouteOne: SKIPPED, TLSRouteTwo: 'passed', HTTPRouteThree: 'passed', Four: 'passed' } as const;
    expect(differences(expected, found)).toEqual([
      'TLSRouteOne: expected SKIP, was PASS',
      'TLSRouteTwo: expected PASS, was FAIL',
      'HTTPRouteThree: expected PASS, was SKIP',
      'Four: expected PASS, was not run',
    ]);
  });

  it('name a test of which nothing was expected, unless it is skipped', () => {
    expect(differences({}, found)).toEqual([
      'TLSRouteOne: PASS, and nothing was expected of it',
      'TLSRouteTwo: FAIL, and nothing was expected of it',
    ]);
  });

  it('are about one test alone where only that was run', () => {
    const expected = { TLSRouteOne: 'passed', Four: 'passed' } as const;
    expect(differences(expected, new Map([['TLSRouteOne', 'PASS']]), 'TLSRouteOne')).toEqual([]);
  });
});

describe('sameReport', () => {
  it('looks past the date, and at everything else', () => {
    const report = (date: string, passed: number) => `kind: ConformanceReport\ndate: "${date}"\nPassed: ${passed}\n`;
    expect(sameReport(report('2026-01-01', 17), report('2026-02-02', 17))).toBe(true);
    expect(sameReport(report('2026-01-01', 17), report('2026-01-01', 16))).toBe(false);
  });
});

describe('expectations', () => {
  it('are read from the file, with a reason for each test that is skipped', () => {
    const expected = expectations(parse(readFileSync('conformance/gateway-api/tests.yaml', 'utf8')));
    for (const test of skippedTests(expected)) expect(expected[test]).toHaveProperty('skipped');
  });

  it('refuse a test that is skipped without a reason', () => {
    expect(() => expectations({ TLSRouteOne: { skipped: '' } })).toThrow();
    expect(() => expectations({ TLSRouteOne: 'skipped' })).toThrow();
  });
});
