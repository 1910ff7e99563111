import { type Claim, decodeClaims } from '../ledger/index.ts';
import { type Resource, systemResources } from '../netscaler/index.ts';
import { type Frontend, frontendKey } from '../route/index.ts';
import { claimsByFrontend } from './claims.ts';
import { type Actual, assumed, known } from './diff.ts';
import { frontendSide, type HostAssignment, ownersOf, type SettingConflict } from './frontend-side.ts';
import { ownerSide, scopeBindings } from './owner-side.ts';
import type { Priorities } from './priorities.ts';
import type { FrontendInScope, PlanContext, PlanScope, Retirement } from './scope.ts';
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
  const wanted = claimsByFrontend(scope.owners.map((owner) => owner.wanted));
  const sides = scope.frontends.map((place) => ({
    place,
    side: frontendSide(context, place, owners, wanted.get(frontendKey(place.frontend)) ?? []),
  }));
  const kinds = new Set<Frontend['kind']>(
    sides.filter(({ side }) => side.shouldExist).map(({ place }) => place.frontend.kind),
  );
  const standing = claimsByOwner(scope.frontends);
  const banks = scopeBindings(scope.frontends);
  const ownerSides = scope.owners.map((owner) => {
    const before = (standing.get(owner.key) ?? []).flatMap(({ frontend, claims }) =>
      usesOfClaims(frontend, claims, owner.wanted),
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
    priorities: prioritiesIn(scope.frontends),
    hostAssignments: sides.flatMap(({ side }) => side.hostAssignments),
    settingConflicts: sides.flatMap(({ side }) => side.settingConflicts),
    retired: ownerSides.flatMap((side) => side.retired),
  };
}

interface Standing {
  readonly frontend: Frontend;
  readonly claims: readonly Claim[];
}

/** The claims that stand on front ends, by owner: each owner's in the order of the front ends. */
function claimsByOwner(places: readonly FrontendInScope[]): ReadonlyMap<string, readonly Standing[]> {
  const result = new Map<string, Standing[]>();
  for (const { frontend, rows } of places) {
    const own = Map.groupBy(decodeClaims(rows, frontendKey(frontend)), ({ ownerKey }) => ownerKey);
    for (const [key, claims] of own) {
      const standing = result.get(key) ?? [];
      standing.push({ frontend, claims });
      result.set(key, standing);
    }
  }
  return result;
}

function prioritiesIn(places: readonly FrontendInScope[]): Priorities {
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
