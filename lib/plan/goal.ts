import { type Claim, decodeClaims } from '../ledger/index.ts';
import { proxyProfile, type Resource, systemResources } from '../netscaler/index.ts';
import { type Frontend, frontendKey, PROXY_VERSIONS } from '../route/index.ts';
import { claimsByFrontend } from './claims.ts';
import { type Comparison, compared, uncompared } from './diff.ts';
import { compareFrontend } from './frontend.ts';
import type { HostAssignment } from './hosts.ts';
import { inOne } from './in-one.ts';
import { compareBackends, scopeBindings } from './owner-backends.ts';
import { ownersInScope } from './owners.ts';
import { CandidatesInUse, type Priorities } from './priorities.ts';
import type { FrontendInScope, PlanContext, PlanScope, Retirement } from './scope.ts';
import type { SettingConflict } from './settings.ts';
import { usesOfClaims } from './uses.ts';

/** Desired and actual rows of a plan's scope, and the decisions behind them. */
export interface Goal extends Comparison {
  readonly priorities: Priorities;
  /** Every claimed host in scope, with its holder. */
  readonly hostAssignments: readonly HostAssignment[];
  readonly settingConflicts: readonly SettingConflict[];
  readonly retired: readonly Retirement[];
}

/** The back ends of one owner, as they shall be. */
export interface OwnerGoal {
  readonly key: string;
  readonly desired: readonly Resource[];
  /** Nothing of them exists by what is known. */
  readonly isNew: boolean;
}

/** An empty goal. */
export const NO_GOAL: Goal = {
  desired: [],
  actual: [],
  priorities: new Map(),
  hostAssignments: [],
  settingConflicts: [],
  retired: [],
};

/** Owners whose back ends are compared in one step. */
const STEP = 500;

/**
 * Compares desired and actual rows for the owners in scope: the objects of their routes, the holder of each of their
 * hosts over all claims (CON-1), and the front ends that come and go. Pure.
 */
export function goalOf(context: PlanContext, scope: PlanScope): Goal {
  return inOne(goalInSteps(context, scope));
}

/**
 * The same step by step: between two steps, whoever asks can do something else. Each step yields the back ends of some
 * owners, in their order. Pure.
 */
export function* goalInSteps(context: PlanContext, scope: PlanScope): Generator<readonly OwnerGoal[], Goal, void> {
  // Indexed once: a batch may have thousands of owners, on one front end or on thousands.
  const claims = claimsByOwner(scope.frontends);
  const bindings = scopeBindings(scope.frontends);
  const backends: ReturnType<typeof compareBackends>[] = [];
  let step: OwnerGoal[] = [];
  for (const owner of scope.owners) {
    const before = claims.get(owner.key)?.flatMap((on) => usesOfClaims(on.frontend, on.claims, owner.wanted)) ?? [];
    const compared = compareBackends({ context, owner, before, bindings });
    backends.push(compared);
    step.push({ key: owner.key, desired: compared.desired, isNew: compared.actual.length === 0 });
    if (step.length < STEP) continue;
    yield step;
    step = [];
  }
  yield step;
  const owners = ownersInScope(scope.owners);
  const wanted = claimsByFrontend(scope.owners.map((owner) => owner.wanted));
  const frontends = scope.frontends.map((inScope) => {
    const { frontend } = inScope;
    const input = { context, scope: inScope, map: context.names.frontendMap(frontend), owners };
    return { frontend, ...compareFrontend({ ...input, wanted: wanted.get(frontendKey(frontend)) ?? [] }) };
  });
  const kinds = new Set(frontends.filter(({ shouldExist }) => shouldExist).map(({ frontend }) => frontend.kind));
  yield [];
  return {
    desired: [
      ...frontends.flatMap(({ desired }) => desired),
      ...(scope.system === undefined ? [] : systemResources(context, kinds)),
      ...(scope.proxyProfiles === undefined ? [] : proxyProfilesOf(context, scope)),
      ...backends.flatMap(({ desired }) => desired),
    ],
    actual: [
      ...frontends.flatMap(({ actual }) => actual),
      ...(scope.system ?? []).map((resource) => (isComparable(resource) ? compared(resource) : uncompared(resource))),
      ...(scope.proxyProfiles ?? []).map(compared),
      ...backends.flatMap(({ actual }) => actual),
    ],
    priorities: prioritiesIn(scope.frontends),
    hostAssignments: frontends.flatMap(({ hostAssignments }) => hostAssignments),
    settingConflicts: frontends.flatMap(({ settingConflicts }) => settingConflicts),
    retired: backends.flatMap(({ retired }) => retired),
  };
}

/** Returns the net profiles of the PROXY protocol that the owners in scope want. */
function proxyProfilesOf({ names }: PlanContext, { owners }: PlanScope): Resource[] {
  return PROXY_VERSIONS.flatMap((version) => {
    const wanting = owners.filter(({ wanted }) =>
      wanted?.backends.some(({ settings }) => settings.proxyProtocol === version),
    );
    return wanting.length === 0
      ? []
      : [
          proxyProfile(
            names,
            version,
            wanting.map(({ key }) => key),
          ),
        ];
  });
}

/** An owner's claims on one front end. */
interface ClaimsOn {
  readonly frontend: Frontend;
  readonly claims: readonly Claim[];
}

/** Returns the claims in the maps of front ends, by owner, in the order of the front ends. */
function claimsByOwner(frontends: readonly FrontendInScope[]): ReadonlyMap<string, readonly ClaimsOn[]> {
  const result = new Map<string, ClaimsOn[]>();
  for (const { frontend, rows } of frontends) {
    const own = Map.groupBy(decodeClaims(rows, frontendKey(frontend)), ({ ownerKey }) => ownerKey);
    for (const [key, claims] of own) {
      const all = result.get(key) ?? [];
      all.push({ frontend, claims });
      result.set(key, all);
    }
  }
  return result;
}

function prioritiesIn(frontends: readonly FrontendInScope[]): Priorities {
  const priorities: Priorities = new Map();
  for (const { bindings, onlyCandidates } of frontends) {
    for (const { id, attributes } of bindings ?? []) {
      const vserver = String(id.vservername);
      const taken = priorities.get(vserver) ?? (onlyCandidates === true ? new CandidatesInUse() : new Set());
      priorities.set(vserver, taken);
      taken.add(Number(attributes.priority));
    }
  }
  return priorities;
}

/** A certificate is not comparable: the appliance shows its files with paths of its own, and a bound one cannot be replaced. */
const isComparable = ({ type }: Resource): boolean => type !== 'sslcertkey';
