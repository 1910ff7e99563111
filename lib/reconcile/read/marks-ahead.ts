import { decodeClaims, type LedgerRow } from '../../ledger/index.ts';
import { backEndResources, frontEndMap, frontEndResources } from '../../netscaler/index.ts';
import { backEndNames, type PlanContext, readyMarker, usesOfClaims } from '../../plan/index.ts';
import { type FrontEnd, frontEndKey } from '../../route/index.ts';
import { type Marked, markedOf } from './marks.ts';
import type { PlannedTasks } from './planned-tasks.ts';

/**
 * Returns the objects that a plan for these tasks will probably remove, as the first look at the maps shows them: front
 * ends that no task wants, and back ends that claims name and no task wants. Their marks are read beside what is read
 * anyway. A guess too many costs a row, a guess too few one request of its own.
 *
 * @param places front ends with what was read of their maps.
 */
export function likelyToGo(
  context: PlanContext,
  places: readonly { readonly frontEnd: FrontEnd; readonly rows: readonly LedgerRow[] }[],
  { tasks, keys, wanted }: PlannedTasks,
): Marked[] {
  const kept = new Set(tasks.flatMap((task) => [...backEndNames(context, task.wanted)]));
  return places.flatMap(({ frontEnd, rows }) => {
    const own = decodeClaims(rows, frontEndKey(frontEnd)).filter(({ ownerKey }) => keys.has(ownerKey));
    const backEnds = usesOfClaims(frontEnd, own, undefined)
      .filter(({ owner, key }) => !kept.has(context.names.backEnd(owner, key)))
      .flatMap((use) => backEndResources(context, use));
    const ready = readyMarker(rows);
    const use = { frontEnd, owners: [], securePorts: ready?.securePorts ?? [] };
    const goes = ready !== undefined && !wanted.has(frontEndKey(frontEnd));
    const whole = goes ? [frontEndMap(context, use), ...frontEndResources(context, use)] : [];
    return [...backEnds, ...whole].flatMap((resource) => markedOf(resource) ?? []);
  });
}
