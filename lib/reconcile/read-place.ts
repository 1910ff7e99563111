import { type Owner, qualifiedName } from '../contract/index.ts';
import {
  backEndOf,
  type Claim,
  decodeClaims,
  decodeHosts,
  hostDigest,
  LONGEST_PATTERN,
  type Row,
  SOME_EMPTY,
} from '../ledger/index.ts';
import { LIMITS } from '../netscaler/index.ts';
import {
  anyOf,
  countOtherClaims,
  escapePattern,
  type NitroReader,
  type NitroRow,
  readFrontEnd,
  readMap,
  readPolicyBindings,
} from '../nitro/index.ts';
import { type FrontEndInScope, type PlanContext, readyRow, usesOf } from '../plan/index.ts';
import { type BackEndKey, type FrontEnd, frontEndKey } from '../route/index.ts';
import { otherKind, type PlannedTasks } from './places.ts';
import { placeOf } from './task.ts';

/**
 * One front end, as far as these tasks concern it.
 *
 * @param foreign takes the vserver of somebody else that sits there.
 */
export async function readPlace(
  reader: NitroReader,
  context: PlanContext,
  frontEnd: FrontEnd,
  all: PlannedTasks,
  foreign: Map<string, string>,
): Promise<FrontEndInScope> {
  const key = frontEndKey(frontEnd);
  const rows = await readRows(reader, context, frontEnd, all);
  const made = readyRow(rows);
  const ready = made !== undefined;
  if (made !== undefined && made.kind !== frontEnd.kind) foreign.set(placeOf(frontEnd), otherKind(context, frontEnd));
  const looked = !ready || all.verified.has(key) ? await readFrontEnd(reader, context, frontEnd, rows) : undefined;
  if (looked?.foreign !== undefined) foreign.set(placeOf(frontEnd), looked.foreign);

  const before = decodeClaims(rows, key);
  const others = before.some((claim) => !all.keys.has(claim.ownerKey));
  // Whether the front end goes is worth asking only when nobody known needs it.
  const mayGo = !others && !all.wanted.has(key) && rows.length > 0;
  const [otherClaims, bindings] = await Promise.all([
    mayGo ? countOtherClaims(reader, context.names, frontEnd, rows, all.keys) : others ? 1 : 0,
    looked === undefined && frontEnd.kind === 'tls' && policiesMove(context, frontEnd, before, all)
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
  { tasks, keys, wanted: everywhere }: PlannedTasks,
): Promise<Row[]> {
  const map = context.names.frontEndMap(frontEnd);
  const key = frontEndKey(frontEnd);
  const wanted = everywhere.get(key) ?? [];
  const digests = new Set(wanted.map(({ claim }) => claim.hostDigest));
  const first = pattern([
    '!$',
    '=',
    `#[a-z2-7]{26}\\.\\d+\\.(${[...keys].join('|')})$`,
    ...(digests.size === 0 ? [] : [`#(${[...digests].join('|')})\\.`]),
    ...wanted.map(({ host }) => `${escapePattern(host)}$`),
  ]);
  if (first === undefined) return readMap(reader, map);
  const rows = await readMap(reader, map, { key: first });
  // Hosts that are given up: who else claims them, and their rows, which only their holder's name finds.
  const given = decodeClaims(rows, key)
    .filter((claim) => keys.has(claim.ownerKey) && !digests.has(claim.hostDigest))
    .map((claim) => claim.hostDigest);
  const verify = tasks.some(({ effort }) => effort === 'verify');
  if (given.length === 0 && !verify) return rows;
  const claims = pattern([`#(${[...new Set(given)].join('|')})\\.`]);
  const holders = tasks.map(({ decision: { owner } }) =>
    `${owner.cluster} ${qualifiedName(owner)}`.slice(0, LIMITS.comment),
  );
  const comments = anyOf(holders);
  if (claims === undefined || comments.length > LONGEST_PATTERN) return readMap(reader, map);
  const held = `/^(${[...keys].join('|')})-/`;
  if (held.length > LONGEST_PATTERN) return readMap(reader, map);
  const [more, named, leading] = await Promise.all([
    given.length === 0 ? [] : readMap(reader, map, { key: claims }),
    reader.rows('policystringmap_pattern_binding', { name: map, filter: { comment: comments } }),
    // Somebody may have bound a host by hand: its comment is not ours then.
    verify ? readMap(reader, map, { value: held }) : [],
  ]);
  const hosts = [...named.map(asRow), ...leading];
  // A host whose claim was lost: others may claim it, too.
  const seen = new Set([...digests, ...given]);
  const unclaimed = [...new Set([...decodeHosts(hosts).keys()].map(hostDigest))].filter((one) => !seen.has(one));
  const lost = pattern([`#(${unclaimed.join('|')})\\.`]);
  if (lost === undefined) return readMap(reader, map);
  const rest = unclaimed.length === 0 ? [] : await readMap(reader, map, { key: lost });
  return [...new Map([...rows, ...more, ...hosts, ...rest].map((row) => [row.key, row])).values()];
}

function asRow(row: NitroRow): Row {
  return { key: String(row.key), value: String(row.value ?? ''), comment: String(row.comment ?? '') };
}

function pattern(alternatives: readonly string[]): string | undefined {
  const text = `/^(${alternatives.join('|')})/`;
  return text.length > LONGEST_PATTERN ? undefined : text;
}

/** Whether the places of policies in this front end's bank change: their numbers are then worth a request. */
function policiesMove(
  context: PlanContext,
  frontEnd: FrontEnd,
  before: readonly Claim[],
  { tasks, wanted: everywhere }: PlannedTasks,
): boolean {
  const key = frontEndKey(frontEnd);
  const claims = Map.groupBy(before, ({ ownerKey }) => ownerKey);
  const claiming = new Set((everywhere.get(key) ?? []).map(({ claim }) => claim.ownerKey));
  return tasks.some(({ wanted, decision, hashes }) => {
    const { row } = decision;
    if (!claims.has(decision.key) && !claiming.has(decision.key)) return false;
    const empty = hashes.members.endsWith(SOME_EMPTY) || row?.hashes.members.endsWith(SOME_EMPTY) === true;
    const had = new Set(
      (claims.get(decision.key) ?? []).flatMap((claim) => {
        const backEnd = backEndOf(claim);
        return backEnd === undefined ? [] : [policyOf(context, claim.owner, backEnd, claim.wildcard)];
      }),
    );
    const has = new Set(
      (wanted === undefined ? [] : usesOf(wanted))
        .filter((use) => frontEndKey(use.frontEnd) === key)
        .flatMap((use) => [
          ...(use.exact ? [policyOf(context, use.owner, use.key, false)] : []),
          ...(use.wildcard ? [policyOf(context, use.owner, use.key, true)] : []),
        ]),
    );
    return (empty && (had.size > 0 || has.size > 0)) || had.symmetricDifference(has).size > 0;
  });
}

function policyOf(context: PlanContext, owner: Owner, backEnd: BackEndKey, wildcard: boolean): string {
  const name = context.names.backEnd(owner, backEnd);
  return wildcard ? context.names.wildcardPolicy(name) : name;
}
