import type { ClientVersions } from './clients/client-versions.ts';
import type { CaseResult } from './run.ts';

/** Where and when a suite ran. */
export interface ReportHead {
  readonly target: string;
  readonly version: string;
  /** Name of the profile. */
  readonly profile: string;
  /** Version of each client; absent where it is not installed. */
  readonly clients: ClientVersions;
  /** ISO 8601. */
  readonly date: string;
}

/** Counts of a run. */
export interface ConformanceSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly notApplicable: number;
}

export function summary(results: readonly CaseResult[]): ConformanceSummary {
  const count = (verdict: CaseResult['verdict']): number =>
    results.filter((result) => result.verdict === verdict).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    notApplicable: count('not applicable'),
  };
}

export function jsonConformance(head: ReportHead, results: readonly CaseResult[]): string {
  return JSON.stringify({ ...head, summary: summary(results), cases: results }, null, 2);
}

/** Characters that XML 1.0 cannot hold, even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go.
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function xml(text: string): string {
  return text
    .replace(NO_XML, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Returns results in the form of JUnit, which CI systems show. */
export function junitConformance({ target, date }: ReportHead, results: readonly CaseResult[]): string {
  const { failed, skipped, notApplicable } = summary(results);
  const seconds = (ms: number): string => (ms / 1000).toFixed(3);
  const total = seconds(results.reduce((sum, { ms }) => sum + ms, 0));
  const cases = results.map((result) => {
    const open = `    <testcase classname="${xml(result.rules.join(' '))}" name="${xml(`${result.id}: ${result.title}`)}" time="${seconds(result.ms)}"`;
    if (result.verdict === 'passed') return `${open}/>`;
    const inner =
      result.verdict === 'skipped' || result.verdict === 'not applicable'
        ? `<skipped message="${xml(result.reason)}"/>`
        : `<failure message="${xml(result.reason)}">${xml(result.step)}</failure>`;
    return `${open}>${inner}</testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="nspass conformance: ${xml(target)}" timestamp="${xml(date)}" tests="${results.length}" failures="${failed}" errors="0" skipped="${skipped + notApplicable}" time="${total}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
  ].join('\n');
}
