import type { SourceState } from '../../contract/index.ts';
import { interpretSource } from '../../gateway/index.ts';
import type { InterpretRules } from '../../ingress/index.ts';
import { waitingClaims } from '../../preview/route-diff.ts';
import { tableOfSets } from '../../preview/route-table.ts';
import { writtenHost } from '../../route/index.ts';
import type { NamingObject } from './input.ts';
import { kubectlWords } from './object-name.ts';

/**
 * Adds to each object the older one that holds its host, by the order of claims (CON-1). Lint judges each kind alone, and
 * a host may have an Ingress and a TLSRoute.
 *
 * @param states of the objects that are selected.
 */
export function withConflicts(
  candidates: readonly NamingObject[],
  states: readonly SourceState[],
  cluster: string,
  rules: InterpretRules,
): NamingObject[] {
  const sets = states.flatMap((state) => interpretSource(cluster, state, rules, {})?.routes ?? []);
  const waiting = waitingClaims(tableOfSets(sets));
  return candidates.map((candidate) => {
    const waits = waiting.find(({ ingress }) => ingress === `${cluster}/${candidate.name}`);
    if (candidate.conflict !== undefined || waits === undefined) return candidate;
    const holder = waits.holder.slice(cluster.length + 1);
    const conflict = {
      message: `${holder} holds "${writtenHost(waits.host)}": ${waits.reason}`,
      remedy: `If ${candidate.name} should serve the host, take it out of the other: kubectl edit ${kubectlWords(holder)}.`,
    };
    return { ...candidate, conflict };
  });
}
