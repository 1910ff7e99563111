import type { SourceState } from '../contract/index.ts';
import { interpretSource } from '../gateway/index.ts';
import type { InterpretRules } from '../ingress/index.ts';
import { fillStates, type KnownFacts } from './known-facts.ts';
import type { RouteChange, WaitingClaim } from './route-change.ts';
import { routeChanges, waitingClaims } from './route-diff.ts';
import { type RouteTable, tableOfSets } from './route-table.ts';

/** States of one set of manifests. */
export interface ManifestStates {
  readonly states: readonly SourceState[];
  readonly withMembers: ReadonlySet<string>;
}

const NOTHING_KNOWN: KnownFacts = { created: new Map(), members: new Map() };

/** Manifests are compared without an appliance, which would select some of them. */
const EVERY_OBJECT = {};

/** Stands for the creation time that no manifest has: all are as old, and names decide. */
const UNDATED = 0;

function tableOf(cluster: string, { states, withMembers }: ManifestStates, rules: InterpretRules): RouteTable {
  const filled = fillStates(states, cluster, NOTHING_KNOWN, withMembers, UNDATED);
  return tableOfSets(
    filled.states.flatMap((state) => interpretSource(cluster, state, rules, EVERY_OBJECT)?.routes ?? []),
    filled.unknown,
  );
}

/** Returns what differs between two sets of manifests, as their routes would. Pure: no appliance is needed. */
export function compareManifests(
  cluster: string,
  base: ManifestStates,
  next: ManifestStates,
  rules: InterpretRules,
): { readonly routes: readonly RouteChange[]; readonly waiting: readonly WaitingClaim[] } {
  const after = tableOf(cluster, next, rules);
  return { routes: routeChanges(tableOf(cluster, base, rules), after), waiting: waitingClaims(after) };
}
