import { parseMark, systemMark, TYPES } from '../netscaler/index.ts';
import type { InventoryContext } from '../nitro/index.ts';
import { thereWith } from './compare-objects.ts';
import type { AuditFinding } from './findings.ts';
import type { ApplianceView } from './view.ts';

/** Types whose objects are found by their mark. */
const MARKED = [
  'csvserver',
  'lbvserver',
  'servicegroup',
  'sslpolicy',
  'responderpolicy',
  'responderaction',
  'csaction',
  'policydataset',
] as const;

/** Returns the ledgers without our mark: they are found by name, but a removal of the system would miss them. */
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
 * Replaces findings about missing objects that exist without our mark: the system does not change those any more
 * (LIF-5), so no event repairs them. Drops findings about bindings of such an object.
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
  // The audit cannot see the bindings of a vserver that is not ours.
  const isHidden = (object: string): boolean => {
    const [type = '', parent = ''] = object.split(' ');
    return type.endsWith('_binding') && unmarked.has(`csvserver ${parent}`);
  };
  return findings.flatMap((finding): AuditFinding[] => {
    if (isHidden(finding.object)) return [];
    if (finding.code !== 'ObjectMissing' || !unmarked.has(finding.object)) return [finding];
    return [{ ...finding, code: 'MarkLost', is: thereWith(unmarked.get(finding.object) ?? ''), owners: [] }];
  });
}
