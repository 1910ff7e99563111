import type { Owner } from '../contract/index.ts';
import { type BackendUse, backendName, type Resource, sourceSets } from '../netscaler/index.ts';
import type { PlanContext } from '../plan/index.ts';
import { type Access, type AccessList, accessDigest, accessIn } from '../route/index.ts';
import type { AuditFinding } from './findings.ts';

/** Returns the data sets of a back end, by list. */
function setsOf({ names }: PlanContext, use: BackendUse): [AccessList, string][] {
  const sets = sourceSets(names, { name: backendName({ names, system: '', drainSeconds: 0 }, use), ...use });
  return Object.entries(sets) as [AccessList, string][];
}

/** Returns the networks that the data sets of a back end hold, in the order of its digest. */
export function accessFound(context: PlanContext, use: BackendUse, found: readonly Resource[]): { access?: Access } {
  const sets = setsOf(context, use);
  if (sets.length === 0) return {};
  const networksOf = (set: string): string[] =>
    found
      .filter(({ role, id }) => role === 'source' && id.name === set)
      .map(({ id }) => String(id.value))
      .sort();
  return { access: Object.fromEntries(sets.map(([list, set]) => [list, networksOf(set)])) };
}

/**
 * Reports data sets with other networks than their claim stands for: somebody may reach a host who must not, or must not
 * reach one who may. A missing set is a finding of its own.
 */
export function checkSources(
  context: PlanContext,
  uses: readonly BackendUse[],
  found: readonly Resource[],
  owners: readonly Owner[],
): AuditFinding[] {
  const there = new Set(found.flatMap(({ role, id }) => (role === 'source-set' ? [String(id.name)] : [])));
  return uses.flatMap((use): AuditFinding[] => {
    const sets = setsOf(context, use);
    const { access } = accessFound(context, use, found);
    if (access === undefined || sets.some(([, set]) => !there.has(set))) return [];
    if (accessDigest(access) === accessIn(use.key.settings)?.digest) return [];
    const object = sets.map(([, set]) => `policydataset ${set}`).join(' and ');
    return [{ code: 'ObjectChanged', object, is: 'other networks', should: 'those of its claim', owners }];
  });
}
