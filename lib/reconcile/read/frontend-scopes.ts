import type { Owner } from '../../contract/index.ts';
import {
  backendOf,
  type Claim,
  decodeClaims,
  hasEmptyBackend,
  type LedgerRow,
  securePortOf,
} from '../../ledger/index.ts';
import type { Resource } from '../../netscaler/index.ts';
import {
  countOtherClaims,
  type FrontendInventory,
  type NitroReader,
  readFrontends,
  readPolicyBindings,
} from '../../nitro/index.ts';
import { type FrontendInScope, type PlanContext, provisionedPorts, readyMarker, usesOf } from '../../plan/index.ts';
import { type BackendKey, type Frontend, frontendKey } from '../../route/index.ts';
import { frontendSlot, withoutForeign } from '../decide/task.ts';
import { type FrontendRows, readFrontendRows } from './map-rows.ts';
import type { Marks } from './marks.ts';
import { otherKind, type PlannedTasks, sortTasks } from './planned-tasks.ts';

/** Front ends as far as some tasks concern them. */
export interface ReadFrontends {
  readonly scopes: readonly FrontendInScope[];
  /** What exists once for the system; undefined where nothing of it can be missing. */
  readonly system: readonly Resource[] | undefined;
  /** Marks of objects that are likely to go, where they came with another read. */
  readonly marks: Marks;
}

/** @param foreign takes the vservers of somebody else that sit on these front ends' addresses. */
export async function readFrontendScopes(
  reader: NitroReader,
  context: PlanContext,
  frontends: readonly Frontend[],
  all: PlannedTasks,
  foreign: Map<string, string>,
): Promise<ReadFrontends> {
  const { mapRows: read, marks } = await readFrontendRows(reader, context, frontends, all);
  const verified = new Set(all.tasks.filter(({ action }) => action === 'verify').map(({ decision }) => decision.key));
  const looked = read.filter(({ frontend, rows }) => {
    const made = readyMarker(rows);
    if (made !== undefined && made.kind !== frontend.kind)
      foreign.set(frontendSlot(frontend), otherKind(context, frontend));
    return made === undefined || all.verified.has(frontendKey(frontend)) || claimsOneOf(verified, frontend, rows);
  });
  const makes = looked.some(({ frontend }) => all.wanted.has(frontendKey(frontend)));
  const { inventories, system } = await readFrontends(reader, context, looked, makes);
  const found = new Map(looked.map((place, index) => [place, inventories[index]]));
  for (const [{ frontend }, inventory] of found) {
    if (inventory?.foreign !== undefined) foreign.set(frontendSlot(frontend), inventory.foreign);
  }
  const possible = possibleOf(all, foreign);
  // What is there for the other kind is not this one's to change.
  const places = read.filter(({ frontend }) => foreign.get(frontendSlot(frontend)) !== otherKind(context, frontend));
  // Redirects first: whoever has one has a route on the TLS front end that it leads to.
  const needed = new Set<string>();
  const scoped = new Map<FrontendRows, FrontendInScope>();
  for (const kind of ['http', 'tls'] as const) {
    const ofKind = places.filter(({ frontend }) => frontend.kind === kind);
    await Promise.all(
      ofKind.map(async (place) => {
        scoped.set(place, await inScope(reader, context, place, possible, found.get(place), needed));
      }),
    );
  }
  return { scopes: places.map((place) => scoped.get(place) as FrontendInScope), system, marks };
}

/**
 * Returns whether claims of owners that are compared with the real objects stand here although no record says so: what
 * they give up counts as read, and so must be (LIF-5).
 */
function claimsOneOf(verified: ReadonlySet<string>, frontend: Frontend, rows: readonly LedgerRow[]): boolean {
  return verified.size > 0 && decodeClaims(rows, frontendKey(frontend)).some(({ ownerKey }) => verified.has(ownerKey));
}

/** Tasks as they can be carried out: who waits for an address wants nothing of the front ends that are there. */
function possibleOf(all: PlannedTasks, foreign: ReadonlyMap<string, string>): PlannedTasks {
  if (foreign.size === 0) return all;
  return { ...sortTasks(all.tasks.map((task) => withoutForeign(task, foreign))), verified: all.verified };
}

/** @param needed TLS front ends that redirects of others lead to; takes those that are found. */
async function inScope(
  reader: NitroReader,
  context: PlanContext,
  { frontend, rows }: FrontendRows,
  all: PlannedTasks,
  looked: FrontendInventory | undefined,
  needed: Set<string>,
): Promise<FrontendInScope> {
  const key = frontendKey(frontend);
  const before = decodeClaims(rows, key);
  const known = before.filter((claim) => !all.keys.has(claim.ownerKey));
  const count = (securePort?: number): Promise<number> =>
    countOtherClaims(reader, context.names, { frontend, rows }, all.keys, securePort);
  const made = new Set(provisionedPorts(rows, looked?.found));
  const unusedPorts: number[] = [];
  let otherClaims = needed.has(key) ? Math.max(1, known.length) : known.length;
  let counted = false;
  for (const port of doubtfulPorts(made, before, known, all, key)) {
    // All claims are for the only port that there is.
    counted = made.size === 1;
    const others = await count(counted ? undefined : port);
    if (others === 0) unusedPorts.push(port);
    else needed.add(frontendKey({ ...frontend, port }));
    otherClaims = Math.max(otherClaims, others);
  }
  // Whether the front end goes is worth asking only when nobody known needs it.
  const isThere = rows.length > 0 || (looked !== undefined && looked.found.length > 0);
  const mayGo = otherClaims === 0 && !all.wanted.has(key) && isThere;
  if (mayGo && !counted) otherClaims = await count();
  const goes = mayGo && otherClaims === 0;
  // Of one that goes, what is bound to it goes with it.
  const bindings =
    looked === undefined && !goes && frontend.kind === 'tls' && policiesMove(context, frontend, before, all)
      ? await readPolicyBindings(reader, context.names, frontend)
      : looked?.bindings;
  return { frontend, rows, otherClaims, unusedPorts, found: looked?.found, bindings };
}

/**
 * Secure ports that redirects led to and of which nobody known needs one any more: those that these tasks give up, and,
 * where the real objects are compared, all that the front end was made for.
 */
function doubtfulPorts(
  made: ReadonlySet<number>,
  before: readonly Claim[],
  known: readonly Claim[],
  all: PlannedTasks,
  key: string,
): Set<number> {
  const portsOf = (claims: readonly Claim[]): Set<number> =>
    new Set(claims.flatMap((claim) => securePortOf(claim) ?? []));
  const candidates = all.verified.has(key) ? made : made.intersection(portsOf(before));
  const wanted = (all.wanted.get(key) ?? []).map(({ claim }) => claim);
  return candidates.difference(portsOf([...known, ...wanted]));
}

/** Whether the places of policies in this front end's bank change: their numbers are then worth a request. */
function policiesMove(
  context: PlanContext,
  frontend: Frontend,
  before: readonly Claim[],
  { byKey, wanted: everywhere }: PlannedTasks,
): boolean {
  const key = frontendKey(frontend);
  const claims = Map.groupBy(before, ({ ownerKey }) => ownerKey);
  const claiming = new Set([...claims.keys(), ...(everywhere.get(key) ?? []).map(({ claim }) => claim.ownerKey)]);
  return [...claiming].some((ownerKey) => {
    const task = byKey.get(ownerKey);
    if (task === undefined) return false;
    const { wanted, decision, hashes } = task;
    const { row } = decision;
    const empty = hasEmptyBackend(hashes) || (row !== undefined && hasEmptyBackend(row.hashes));
    const had = new Set(
      (claims.get(decision.key) ?? []).flatMap((claim) => {
        const backend = backendOf(claim);
        return backend === undefined ? [] : [policyOf(context, claim.owner, backend, claim.wildcard)];
      }),
    );
    const has = new Set(
      (wanted === undefined ? [] : usesOf(wanted))
        .filter((use) => frontendKey(use.frontend) === key)
        .flatMap((use) => [
          ...(use.exact ? [policyOf(context, use.owner, use.key, false)] : []),
          ...(use.wildcard ? [policyOf(context, use.owner, use.key, true)] : []),
        ]),
    );
    return (empty && (had.size > 0 || has.size > 0)) || had.symmetricDifference(has).size > 0;
  });
}

function policyOf(context: PlanContext, owner: Owner, backend: BackendKey, wildcard: boolean): string {
  const name = context.names.backend(owner, backend);
  return wildcard ? context.names.wildcardPolicy(name) : name;
}
