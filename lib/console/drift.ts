import { type AuditFinding, findingKind } from '../audit/index.ts';
import type { DriftItem, DriftReport } from './api.ts';
import { remedyOf } from './remedies.ts';

/** What the console knows of audits. */
export interface AuditKnowledge {
  /** Time of the last audit that succeeded, in milliseconds since the epoch; undefined before it. */
  readonly at: number | undefined;
  readonly findings: readonly AuditFinding[];
  /** Why the last audit failed. */
  readonly failed: string | undefined;
}

/** Kinds in the order of their urgency. */
const KINDS: readonly DriftItem['kind'][] = ['drift', 'warning', 'due'];

/** Returns the findings of the last audit, the urgent ones first. Pure. @param appliance as for {@link remedyOf}. */
export function driftReport({ at, findings, failed }: AuditKnowledge, appliance: string | undefined): DriftReport {
  const items = findings.map((finding) => driftItem(finding, appliance));
  return {
    at,
    ...(failed === undefined ? {} : { failed }),
    items: items.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)),
  };
}

export function driftItem(finding: AuditFinding, appliance: string | undefined): DriftItem {
  const { code, object, is, should, fields = [], owners } = finding;
  return {
    code,
    kind: findingKind(finding),
    object,
    is,
    should,
    fields,
    owners,
    remedy: remedyOf(finding, appliance),
  };
}
