import type { Finding } from '../contract/index.ts';
import { finding } from './finding.ts';

/** The findings of one Ingress that fit into its event, beside all other fields. */
export const MOST_FINDINGS = 100;

/** Keeps at most `most` findings in their order, preferring errors. The last one counts the omitted ones. */
export function limitFindings(findings: readonly Finding[], most: number): readonly Finding[] {
  if (findings.length <= most) return findings;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  const kept = new Set([...errors, ...warnings].slice(0, most - 1));
  const omitted = findings.length - kept.size;
  const message = `${omitted} more findings are not listed, ${Math.max(0, errors.length - kept.size)} of them errors`;
  return [...findings.filter((found) => kept.has(found)), finding('FindingsOmitted', { message, path: 'spec' })];
}
