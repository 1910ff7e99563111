import { decodeClaims } from '../ledger/index.ts';
import { type Resource, systemResources } from '../netscaler/index.ts';
import { type FrontEnd, frontEndKey } from '../route/index.ts';
import { type Actual, assumed } from './diff.ts';
import { frontEndSide, type Holding, type SettingConflict } from './front-end-side.ts';
import { ownerSide } from './owner-side.ts';
import type { Priorities } from './priorities.ts';
import type { FrontEndInScope, PlanContext, Retirement, Scope } from './scope.ts';
import { usesOfClaims } from './uses.ts';

export interface Goal {
  readonly desired: readonly Resource[];
  readonly actual: readonly Actual[];
  readonly priorities: Priorities;
  /** Every host in scope that somebody claims, with who holds it. */
  readonly holdings: readonly Holding[];
  readonly settingConflicts: readonly SettingConflict[];
  readonly retired: readonly Retirement[];
}

/** The goal of nobody. */
export const NO_GOAL: Goal = {
  desired: [],
  actual: [],
  priorities: new Map(),
  holdings: [],
  settingConflicts: [],
  retired: [],
};

/**
 * Puts desired and actual side by side for the owners in scope: what their routes need, who holds each of their
 * hosts over all claims (CON-1), which front ends come and go, and what is there already. Pure.
 */
export function goalOf(context: PlanContext, scope: Scope): Goal {
  const owners = new Map(scope.owners.map((owner) => [owner.key, owner]));
  const sides = scope.frontEnds.map((place) => ({ place, side: frontEndSide(context, place, owners) }));
  const kinds = new Set<FrontEnd['kind']>(
    sides.filter(({ side }) => side.made).map(({ place }) => place.frontEnd.kind),
  );
  const ownerSides = scope.owners.map((owner) => {
    const before = scope.frontEnds.flatMap((place) =>
      usesOfClaims(place.frontEnd, claimsOfOwner(place, owner.key), owner.wanted),
    );
    return ownerSide(context, owner, before, scope.frontEnds);
  });
  return {
    desired: [
      ...sides.flatMap(({ side }) => side.desired),
      ...(scope.system === undefined ? [] : systemResources(context, kinds)),
      ...ownerSides.flatMap((side) => side.desired),
    ],
    actual: [
      ...sides.flatMap(({ side }) => side.actual),
      ...(scope.system ?? []).map(assumed),
      ...ownerSides.flatMap((side) => side.actual),
    ],
    priorities: prioritiesIn(scope.frontEnds),
    holdings: sides.flatMap(({ side }) => side.holdings),
    settingConflicts: sides.flatMap(({ side }) => side.settingConflicts),
    retired: ownerSides.flatMap((side) => side.retired),
  };
}

function claimsOfOwner({ rows, frontEnd }: FrontEndInScope, key: string): ReturnType<typeof decodeClaims> {
  return decodeClaims(rows, frontEndKey(frontEnd)).filter((claim) => claim.ownerKey === key);
}

function prioritiesIn(places: readonly FrontEndInScope[]): Priorities {
  const priorities: Priorities = new Map();
  for (const { id, attributes } of places.flatMap(({ bindings }) => bindings ?? [])) {
    const vserver = String(id.vservername);
    const taken = priorities.get(vserver) ?? new Set();
    taken.add(Number(attributes.priority));
    priorities.set(vserver, taken);
  }
  return priorities;
}
