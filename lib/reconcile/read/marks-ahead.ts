import { decodeClaims, type LedgerRow } from '../../ledger/index.ts';
import { backendResources, frontendMap, frontendResources } from '../../netscaler/index.ts';
import { backendNames, type PlanContext, readyMarker, usesOfClaims } from '../../plan/index.ts';
import { type Frontend, frontendKey } from '../../route/index.ts';
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
  places: readonly { readonly frontend: Frontend; readonly rows: readonly LedgerRow[] }[],
  { tasks, keys, wanted }: PlannedTasks,
): Marked[] {
  const kept = new Set(tasks.flatMap((task) => [...backendNames(context, task.wanted)]));
  return places.flatMap(({ frontend, rows }) => {
    const own = decodeClaims(rows, frontendKey(frontend)).filter(({ ownerKey }) => keys.has(ownerKey));
    const backends = usesOfClaims(frontend, own, undefined)
      .filter(({ owner, key }) => !kept.has(context.names.backend(owner, key)))
      .flatMap((use) => backendResources(context, use));
    const ready = readyMarker(rows);
    const use = { frontend, owners: [], securePorts: ready?.securePorts ?? [] };
    const goes = ready !== undefined && !wanted.has(frontendKey(frontend));
    const whole = goes ? [frontendMap(context, use), ...frontendResources(context, use)] : [];
    return [...backends, ...whole].flatMap((resource) => markedOf(resource) ?? []);
  });
}
