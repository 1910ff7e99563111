import { type Owner, qualifiedName } from '../contract/index.ts';
import {
  backEndOf,
  decodeClaims,
  frontEndsAt,
  hostDigest,
  type IngressRow,
  LONGEST_PATTERN,
  type Retired,
  type Row,
  SOME_EMPTY,
} from '../ledger/index.ts';
import { LIMITS } from '../netscaler/index.ts';
import {
  anyOf,
  countOtherClaims,
  escapePattern,
  type InventoryContext,
  type NitroReader,
  readAllFrontEnds,
  readBackEnds,
  readFrontEnd,
  readMap,
  readMembers,
  readPolicyBindings,
  readSystem,
} from '../nitro/index.ts';
import {
  backEndNames,
  claimsOf,
  type FrontEndInScope,
  type OwnerInScope,
  type PlanContext,
  readyRow,
  type Scope,
  usesOf,
} from '../plan/index.ts';
import { type BackEndKey, backEndText, type FrontEnd, frontEndKey, frontEndsOf } from '../route/index.ts';
import { placeOf, type Task } from './task.ts';

/** Everything that a plan for these tasks needs to know of the appliance, in as few requests as that takes. */
export interface ReadScope {
  readonly scope: Scope;
  /** `vip_port/kind` → name of the vserver of somebody else that sits there. */
  readonly foreign: ReadonlyMap<string, string>;
}

export async function readScope(
  reader: NitroReader,
  context: PlanContext,
  tasks: readonly Task[],
  retired: readonly Retired[],
): Promise<ReadScope> {
  const foreign = new Map<string, string>();
  const frontEnds = await placesOfTasks(reader, context, tasks, foreign);
  const places = await Promise.all(frontEnds.map((frontEnd) => readPlace(reader, context, frontEnd, tasks, foreign)));
  const looked = places.some(({ found, frontEnd }) => found !== undefined && wantedBy(tasks, frontEnd));
  const losers = losingSettings(tasks, places);
  const verified = tasks
    .filter(({ effort, decision }) => effort === 'verify' || losers.has(decision.key))
    .map(({ decision }) => decision.key);
  const [system, found, owners] = await Promise.all([
    looked ? readSystem(reader, context) : undefined,
    readBackEnds(reader, context, verified),
    Promise.all(tasks.map((task) => membersOf(reader, context, task))),
  ]);
  return {
    foreign,
    scope: {
      system,
      frontEnds: places,
      owners: tasks.map(
        (task, index): OwnerInScope => ({
          key: task.decision.key,
          owner: task.decision.owner,
          wanted: task.wanted,
          row: task.decision.row,
          retiring: retired.filter(({ ownerKey }) => ownerKey === task.decision.key).map(({ backEnd }) => backEnd),
          found: found.get(task.decision.key),
          members: owners[index] ?? 'unknown',
        }),
      ),
    },
  };
}

/**
 * Keys of the tasks that give up a back end with settings: what those made, a monitor for one, is known to the
 * appliance alone.
 */
function losingSettings(tasks: readonly Task[], places: readonly FrontEndInScope[]): Set<string> {
  const set = places.flatMap(({ rows, frontEnd }) =>
    decodeClaims(rows, frontEndKey(frontEnd)).flatMap((claim) => {
      const backEnd = backEndOf(claim);
      return backEnd === undefined || backEnd.settings === '' ? [] : [{ key: claim.ownerKey, backEnd }];
    }),
  );
  const before = Map.groupBy(set, ({ key }) => key);
  const losing = tasks.filter(({ wanted, decision }) => {
    const own = before.get(decision.key) ?? [];
    if (own.length === 0) return false;
    const kept = new Set((wanted === undefined ? [] : usesOf(wanted)).map(({ key }) => backEndText(key)));
    return own.some(({ backEnd }) => !kept.has(backEndText(backEnd)));
  });
  return new Set(losing.map(({ decision }) => decision.key));
}

/** The front ends where these tasks have, had or want something. */
async function placesOfTasks(
  reader: NitroReader,
  context: InventoryContext,
  tasks: readonly Task[],
  foreign: Map<string, string>,
): Promise<FrontEnd[]> {
  const all = new Map<string, FrontEnd>();
  const add = (frontEnds: readonly FrontEnd[]): void => {
    for (const frontEnd of frontEnds) {
      const other = all.get(frontEndKey(frontEnd));
      if (other === undefined) all.set(frontEndKey(frontEnd), frontEnd);
      else if (other.kind !== frontEnd.kind) foreign.set(placeOf(frontEnd), otherKind(context, other));
    }
  };
  // Of two kinds that want one address and port, what is there keeps it, then the older one takes it.
  for (const { decision } of tasks) add(formerPlaces(decision.row));
  const byAge = [...tasks].sort((a, b) => (a.wanted?.created ?? 0) - (b.wanted?.created ?? 0));
  for (const { wanted } of byAge) if (wanted !== undefined) add(frontEndsOf(wanted.routes));
  if (tasks.some(({ decision }) => decision.row?.formerly === 'anywhere')) {
    add(await readAllFrontEnds(reader, context));
  }
  return [...all.values()];
}

/** Redirects and passthrough never share an address and port. */
const otherKind = ({ names }: InventoryContext, frontEnd: FrontEnd): string => names.csvserver(frontEnd);

function formerPlaces(row: IngressRow | undefined): FrontEnd[] {
  const places = [row?.places, row?.formerly === 'anywhere' ? undefined : row?.formerly];
  return places.flatMap((place) => (place === undefined ? [] : frontEndsAt(place)));
}

const wantedBy = (tasks: readonly Task[], frontEnd: FrontEnd): boolean =>
  tasks.some(({ wanted }) => wanted?.routes.some((route) => frontEndKey(route.frontEnd) === frontEndKey(frontEnd)));

async function readPlace(
  reader: NitroReader,
  context: PlanContext,
  frontEnd: FrontEnd,
  tasks: readonly Task[],
  foreign: Map<string, string>,
): Promise<FrontEndInScope> {
  const key = frontEndKey(frontEnd);
  const rows = await readRows(reader, context, frontEnd, tasks);
  const made = readyRow(rows);
  const ready = made !== undefined;
  if (made !== undefined && made.kind !== frontEnd.kind) foreign.set(placeOf(frontEnd), otherKind(context, frontEnd));
  const verify = tasks.some(
    ({ effort, wanted, decision }) =>
      effort === 'verify' &&
      [...(wanted === undefined ? [] : frontEndsOf(wanted.routes)), ...formerPlaces(decision.row)].some(
        (place) => frontEndKey(place) === key,
      ),
  );
  const looked = !ready || verify ? await readFrontEnd(reader, context, frontEnd, rows) : undefined;
  if (looked?.foreign !== undefined) foreign.set(placeOf(frontEnd), looked.foreign);

  const ownerKeys = new Set(tasks.map(({ decision }) => decision.key));
  const before = decodeClaims(rows, key);
  const others = before.some((claim) => !ownerKeys.has(claim.ownerKey));
  // Whether the front end goes is worth asking only when nobody known needs it.
  const mayGo = !others && !wantedBy(tasks, frontEnd) && rows.length > 0;
  const [otherClaims, bindings] = await Promise.all([
    mayGo ? countOtherClaims(reader, context.names, frontEnd, rows, ownerKeys) : others ? 1 : 0,
    looked === undefined && frontEnd.kind === 'tls' && policiesMove(context, frontEnd, rows, tasks)
      ? readPolicyBindings(reader, context.names, frontEnd)
      : looked?.bindings,
  ]);
  return { frontEnd, rows, otherClaims, found: looked?.found, bindings };
}

/** Rows of a front end's map: claims and hosts of these tasks, and all other claims on those hosts. */
async function readRows(
  reader: NitroReader,
  context: PlanContext,
  frontEnd: FrontEnd,
  tasks: readonly Task[],
): Promise<Row[]> {
  const map = context.names.frontEndMap(frontEnd);
  const key = frontEndKey(frontEnd);
  const wanted = tasks.flatMap(({ wanted: set }) =>
    set === undefined ? [] : claimsOf(set).filter(({ claim }) => claim.frontEnd === key),
  );
  const digests = new Set(wanted.map(({ host }) => hostDigest(host)));
  const keys = tasks.map(({ decision }) => decision.key);
  const first = pattern([
    '!$',
    '=',
    `#[a-z2-7]{26}\\.\\d+\\.(${keys.join('|')})$`,
    ...(digests.size === 0 ? [] : [`#(${[...digests].join('|')})\\.`]),
    ...wanted.map(({ host }) => `${escapePattern(host)}$`),
  ]);
  if (first === undefined) return readMap(reader, map);
  const rows = await readMap(reader, map, { key: first });
  // Hosts that are given up: who else claims them, and their rows, which only their holder's name finds.
  const given = decodeClaims(rows, key)
    .filter((claim) => keys.includes(claim.ownerKey) && !digests.has(claim.hostDigest))
    .map((claim) => claim.hostDigest);
  const verify = tasks.some(({ effort }) => effort === 'verify');
  if (given.length === 0 && !verify) return rows;
  const claims = pattern([`#(${[...new Set(given)].join('|')})\\.`]);
  const holders = tasks.map(({ decision: { owner } }) =>
    `${owner.cluster} ${qualifiedName(owner)}`.slice(0, LIMITS.comment),
  );
  const comments = anyOf(holders);
  if (claims === undefined || comments.length > LONGEST_PATTERN) return readMap(reader, map);
  const [more, hosts] = await Promise.all([
    given.length === 0 ? [] : readMap(reader, map, { key: claims }),
    reader.rows('policystringmap_pattern_binding', { name: map, filter: { comment: comments } }),
  ]);
  const byKey = new Map([...rows, ...more].map((row) => [row.key, row]));
  for (const row of hosts) {
    byKey.set(String(row.key), {
      key: String(row.key),
      value: String(row.value ?? ''),
      comment: String(row.comment ?? ''),
    });
  }
  return [...byKey.values()];
}

function pattern(alternatives: readonly string[]): string | undefined {
  const text = `/^(${alternatives.join('|')})/`;
  return text.length > LONGEST_PATTERN ? undefined : text;
}

/** Whether the places of policies in this front end's bank change: their numbers are then worth a request. */
function policiesMove(context: PlanContext, frontEnd: FrontEnd, rows: readonly Row[], tasks: readonly Task[]): boolean {
  const key = frontEndKey(frontEnd);
  const claims = Map.groupBy(decodeClaims(rows, key), ({ ownerKey }) => ownerKey);
  return tasks.some(({ wanted, decision, hashes }) => {
    const { row } = decision;
    const empty = hashes.members.endsWith(SOME_EMPTY) || row?.hashes.members.endsWith(SOME_EMPTY) === true;
    const before = new Set(
      (claims.get(decision.key) ?? []).flatMap((claim) => {
        const backEnd = backEndOf(claim);
        return backEnd === undefined ? [] : [policyOf(context, claim.owner, backEnd, claim.wildcard)];
      }),
    );
    const after = new Set(
      (wanted === undefined ? [] : usesOf(wanted))
        .filter((use) => frontEndKey(use.frontEnd) === key)
        .flatMap((use) => [
          ...(use.exact ? [policyOf(context, use.owner, use.key, false)] : []),
          ...(use.wildcard ? [policyOf(context, use.owner, use.key, true)] : []),
        ]),
    );
    return (empty && (before.size > 0 || after.size > 0)) || before.symmetricDifference(after).size > 0;
  });
}

function policyOf(context: PlanContext, owner: Owner, backEnd: BackEndKey, wildcard: boolean): string {
  const name = context.names.backEnd(owner, backEnd);
  return wildcard ? context.names.wildcardPolicy(name) : name;
}

/** What is known of an owner's members: by the record's hash, or, where several groups could differ, by reading. */
async function membersOf(
  reader: NitroReader,
  context: PlanContext,
  { wanted, decision, hashes, effort }: Task,
): Promise<OwnerInScope['members']> {
  if (effort === 'verify' || wanted === undefined) return 'unknown';
  if (decision.row?.life === 'live' && decision.row.hashes.members === hashes.members) return 'equal';
  if (decision.row?.life !== 'live' || wanted.backEnds.length < 2) return 'unknown';
  return readMembers(reader, [...backEndNames(context, wanted)]);
}
