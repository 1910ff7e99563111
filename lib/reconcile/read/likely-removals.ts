import { decodeClaims } from '../../ledger/index.ts';
import { backendResources, frontendMap, frontendResources } from '../../netscaler/index.ts';
import { backendNames, type PlanContext, readyMarker, usesOfClaims } from '../../plan/index.ts';
import { frontendKey } from '../../route/index.ts';
import { type MarkedObject, markedObject } from './marks.ts';
import type { FrontendRows } from './row-queries.ts';
import type { TaskIndex } from './task-index.ts';

/**
 * Returns the objects that a plan for these tasks will probably remove, as the first round of rows shows them: front ends
 * that no task wants, and back ends that claims name and no task wants. One call reads their marks and further rows. A
 * guess too many costs a row, a guess too few one request of its own.
 *
 * @param frontends with the rows of the first round.
 */
export function likelyRemovals(
  context: PlanContext,
  frontends: readonly FrontendRows[],
  { tasks, keys, wanted }: TaskIndex,
): MarkedObject[] {
  const kept = new Set(tasks.flatMap((task) => [...backendNames(context, task.wanted)]));
  return frontends.flatMap(({ frontend, rows }) => {
    const own = decodeClaims(rows, frontendKey(frontend)).filter(({ ownerKey }) => keys.has(ownerKey));
    const backends = usesOfClaims(frontend, own, undefined)
      .filter(({ owner, key }) => !kept.has(context.names.backend(owner, key)))
      .flatMap((use) => backendResources(context, use));
    const marker = readyMarker(rows);
    const use = {
      frontend,
      owners: [],
      securePorts: marker?.securePorts ?? [],
      manyLabels: marker?.manyLabels ?? false,
      listener: marker?.listener ?? false,
      challenges: marker?.challenges ?? false,
    };
    const goes = marker !== undefined && !wanted.has(frontendKey(frontend));
    const whole = goes ? [frontendMap(context, use), ...frontendResources(context, use)] : [];
    return [...backends, ...whole].flatMap((resource) => markedObject(resource) ?? []);
  });
}
