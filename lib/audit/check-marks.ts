import { parseMark, systemMark, TYPES } from '../netscaler/index.ts';
import type { InventoryContext } from '../nitro/index.ts';
import { thereWith } from './compare-objects.ts';
import type { AuditFinding } from './findings.ts';
import type { ApplianceView } from './view.ts';

/** Types whose objects carry our mark, and that are not seen without it. */
const MARKED = ['csvserver', 'lbvserver', 'servicegroup', 'sslpolicy', 'responderpolicy', 'responderaction'] as const;

/** Ledgers without our mark: found by their name still, but not by who removes everything of ours. */
export async function unmarkedLedgers(
  view: ApplianceView,
  { system, names }: InventoryContext,
  clusters: Iterable<string>,
): Promise<AuditFinding[]> {
  const maps = new Map((await view.rows('policystringmap')).map(({ name, comment }) => [String(name), comment]));
  return [...clusters].flatMap((cluster) => {
    const name = names.ledgerMap(cluster);
    const comment = maps.get(name);
    if (parseMark(comment)?.system === system) return [];
    return [
      {
        code: 'MarkLost' as const,
        object: `policystringmap ${name}`,
        is: thereWith(comment ?? ''),
        should: thereWith(systemMark(system, cluster)),
        owners: [],
      },
    ];
  });
}

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
  // Bindings of a server that is not ours cannot be seen, nor told of.
  const hidden = (object: string): boolean => {
    const [type = '', parent = ''] = object.split(' ');
    return type.endsWith('_binding') && unmarked.has(`csvserver ${parent}`);
  };
  return findings.flatMap((finding): AuditFinding[] => {
    if (hidden(finding.object)) return [];
    if (finding.code !== 'ObjectMissing' || !unmarked.has(finding.object)) return [finding];
    return [{ ...finding, code: 'MarkLost', is: thereWith(unmarked.get(finding.object) ?? ''), owners: [] }];
  });
}
