import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { expectations, skippedTests } from '../../gateway-api-suite/results.ts';

const MODULE = 'conformance/gateway-api';
const read = (file: string): string => readFileSync(file, 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };
const expected = expectations(parse(read(`${MODULE}/tests.yaml`)));
const skipped = skippedTests(expected);
const passed = Object.keys(expected).length - skipped.length;
/** Tests of features beyond the core of the profile. */
const EXTENDED = 2;
const file = `standard-v${version}-default-report.yaml`;

/** What this test knows of a report of the suite. */
interface Report {
  readonly gatewayAPIVersion: string;
  readonly gatewayAPIChannel: string;
  readonly implementation: Readonly<Record<string, unknown>>;
  readonly profiles: readonly {
    readonly name: string;
    readonly core: {
      readonly result: string;
      readonly statistics: { readonly Passed: number; readonly Failed: number; readonly Skipped: number };
      readonly skippedTests?: readonly string[];
    };
    readonly extended: object;
  }[];
}

describe('the report of the official suite', () => {
  const report = parse(read(`${MODULE}/v1.6/netscaler-passthrough/${file}`)) as Report;

  it('is that of the profile, of a release and of this version', () => {
    expect(report).toMatchObject({
      gatewayAPIVersion: 'v1.6.3',
      gatewayAPIChannel: 'standard',
      implementation: { version: `v${version}`, project: 'netscaler-passthrough' },
    });
    expect(report.profiles.map(({ name }) => name)).toEqual(['GATEWAY-TLS']);
  });

  it('agrees with what is expected of each test', () => {
    const { core, extended } = report.profiles[0] as Report['profiles'][number];
    expect(core.statistics).toEqual({ Passed: passed - EXTENDED, Failed: 0, Skipped: skipped.length });
    expect([...(core.skippedTests ?? [])].sort()).toEqual(skipped.sort());
    expect(core.result).toBe('partial');
    expect(extended).toMatchObject({ result: 'success', statistics: { Passed: EXTENDED, Failed: 0, Skipped: 0 } });
  });

  it('is named by the page that explains it', () => {
    expect(read(`${MODULE}/v1.6/netscaler-passthrough/README.md`)).toContain(`./${file}`);
  });
});

describe('docs/gateway-api.md', () => {
  const page = read('docs/gateway-api.md');

  it('has the figures', () => {
    expect(page).toContain(
      `Of the ${Object.keys(expected).length - EXTENDED} core tests of the profile GATEWAY-TLS, ${passed - EXTENDED} pass`,
    );
    expect(page).toContain(file);
  });

  it('says why each skipped test is skipped', () => {
    for (const test of skipped) {
      const { skipped: because } = expected[test] as { skipped: string };
      expect(page).toMatch(new RegExp(`\\| \`${test}\` +\\| ${because} +\\|`));
    }
  });
});
