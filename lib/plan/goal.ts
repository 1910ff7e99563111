import { type Claim, decodeClaims } from '../ledger/index.ts';
import { type Resource, systemResources } from '../netscaler/index.ts';
import { type FrontEnd, frontEndKey } from '../route/index.ts';
import { claimsByFrontEnd } from './claims.ts';
import { type Actual, assumed, known } from './diff.ts';
import { frontEndSide, type HostAssignment, ownersOf, type SettingConflict } from './frontend-side.ts';
import { scopeBindings, ownerSide } from './owner-side.ts';
import type { Priorities } from './priorities.ts';
import type { FrontEndInScope, PlanContext, Retirement, PlanScope } from './scope.ts';
import { usesOfClaims } from './uses.ts';

export interface Goal {
  readonly desired: readonly Resource[];
  readonly actual: readonly Actual[];
  readonly priorities: Priorities;
  /** Every host in scope that somebody claims, with who holds it. */
  readonly hostAssignments: readonly HostAssignment[];
  readonly settingConflicts: readonly SettingConflict[];
  readonly retired: readonly Retirement[];
}

/** The goal of nobody. */
export const NO_GOAL: Goal = {
  desired: [],
  actual: [],
  priorities: new Map(),
  hostAssignments: [],
  settingConflicts: [],
  retired: [],
};

/**
 * Puts desired and actual side by side for the owners in scope: what their routes need, who holds each of their
 * hosts over all claims (CON-1), which front ends come and go, and what is there already. Pure.
 */
export function goalOf(context: PlanContext, scope: PlanScope): Goal {
  // Sorted once: a batch may have thousands of owners, on one front end or on thousands.
  const owners = ownersOf(scope.owners);
  const wanted = claimsByFrontEnd(scope.owners.map((owner) => owner.wanted));
  const sides = scope.frontEnds.map((place) => ({
    place,
    side: frontEndSide(context, place, owners, wanted.get(frontEndKey(place.frontEnd)) ?? []),
  }));
  const kinds = new Set<FrontEnd['kind']>(
    sides.filter(({ side }) => side.shouldExist).map(({ place }) => place.frontEnd.kind),
  );
  const standing = claimsByOwner(scope.frontEnds);
  const banks = scopeBindings(scope.frontEnds);
  const ownerSides = scope.owners.map((owner) => {
    const before = (standing.get(owner.key) ?? []).flatMap(({ frontEnd, claims }) =>
      usesOfClaims(frontEnd, claims, owner.wanted),
    );
    return ownerSide(context, owner, before, banks);
  });
  return {
    desired: [
      ...sides.flatMap(({ side }) => side.desired),
      ...(scope.system === undefined ? [] : systemResources(context, kinds)),
      ...ownerSides.flatMap((side) => side.desired),
    ],
    actual: [
      ...sides.flatMap(({ side }) => side.actual),
      ...(scope.system ?? []).map((resource) => (comparable(resource) ? known(resource) : assumed(resource))),
      ...ownerSides.flatMap((side) => side.actual),
    ],
    priorities: prioritiesIn(scope.frontEnds),
    hostAssignments: sides.flatMap(({ side }) => side.hostAssignments),
    settingConflicts: sides.flatMap(({ side }) => side.settingConflicts),
    retired: ownerSides.flatMap((side) => side.retired),
  };
}

interface Standing {
  readonly frontEnd: FrontEnd;
  readonly claims: readonly Claim[];
}

/** The claims that stand on front ends, by owner: each owner's in the order of the front ends. */
function claimsByOwner(places: readonly FrontEndInScope[]): ReadonlyMap<string, readonly Standing[]> {
  const result = new Map<string, Standing[]>();
  for (const { frontEnd, rows } of places) {
    const own = Map.groupBy(decodeClaims(rows, frontEndKey(frontEnd)), ({ ownerKey }) => ownerKey);
    for (const [key, claims] of own) {
      const standing = result.get(key) ?? [];
      standing.push({ frontEnd, claims });
      result.set(key, standing);
    }
  }
  return result;
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

/** The appliance shows a certificate's files with paths of its own, and a bound one cannot be made again. */
const comparable = ({ type }: Resource): boolean => type !== 'sslcertkey';
