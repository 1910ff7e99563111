import { parseMark, TYPES } from '../netscaler/index.ts';
import type { InventoryContext } from '../nitro/index.ts';
import type { AuditFinding } from './audit-findings.ts';
import type { ApplianceView } from './audit-view.ts';

/** Types whose objects carry our mark, and that are not seen without it. */
const MARKED = ['csvserver', 'lbvserver', 'servicegroup', 'sslpolicy', 'responderpolicy', 'responderaction'] as const;

/**
 * Objects that look missing because they are there without our mark: no longer ours to change (LIF-5), so nothing is
 * asked for them, nor for what of theirs cannot be seen without them.
 */
export async function lostMarks(
  view: ApplianceView,
  { system }: InventoryContext,
  findings: readonly AuditFinding[],
): Promise<AuditFinding[]> {
  const unmarked = new Map<string, unknown>();
  for (const type of MARKED) {
    const [named] = TYPES[type].id;
    for (const row of await view.rows(type)) {
      if (parseMark(row.comment)?.system !== system) {
        unmarked.set(`${type} ${(row as Record<string, unknown>)[named]}`, row.comment);
      }
    }
  }
  return findings.map((finding) =>
    finding.code === 'ObjectMissing' && unmarked.has(finding.object)
      ? {
          ...finding,
          code: 'MarkLost',
          is: `there with comment ${JSON.stringify(unmarked.get(finding.object) ?? '')}`,
          should: 'there with our mark',
          owners: [],
        }
      : finding,
  );
}
