import {
  type Claim,
  decodeClaims,
  decodeHosts,
  hostDigest,
  type LedgerRow,
  LONGEST_PATTERN,
} from '../../ledger/index.ts';
import { anyOf, escapePattern, type NitroReader, readMap, readMaps, readMapsBeside } from '../../nitro/index.ts';
import type { PlanContext, WantedClaim } from '../../plan/index.ts';
import { type Frontend, frontendKey } from '../../route/index.ts';
import { MARKS_AT_ONCE, type Marked, type Marks, markQueries, marksIn, NO_MARKS } from './marks.ts';
import { likelyToGo } from './marks-ahead.ts';
import type { PlannedTasks } from './planned-tasks.ts';

/** Rows of a front end's map: claims and hosts of some tasks, and all other claims on those hosts. */
export interface FrontendRows {
  readonly frontend: Frontend;
  readonly rows: readonly LedgerRow[];
}

/** Rows of several front ends' maps. */
export interface ReadRows {
  readonly mapRows: readonly FrontendRows[];
  /** Marks of objects that are likely to go, where they came with the rows. */
  readonly marks: Marks;
}

/** The rows of several front ends' maps: first what is wanted, then what else that shows. */
export async function readFrontendRows(
  reader: NitroReader,
  context: PlanContext,
  frontends: readonly Frontend[],
  all: PlannedTasks,
): Promise<ReadRows> {
  const first = await readFirst(reader, context, frontends, all);
  if (!all.tasks.some(({ action }) => action === 'verify')) return readGiven(reader, context, first, all);
  const places = await Promise.all(first.map((place) => completed(reader, place, givenUp(place, all), all, true)));
  return { mapRows: places, marks: NO_MARKS };
}

/** A first look at a map. */
interface First extends FrontendRows {
  readonly map: string;
  /** Digests of the hosts whose row and claims were all asked for; undefined where the whole map was. */
  readonly asked: ReadonlySet<string> | undefined;
}

async function readFirst(
  reader: NitroReader,
  { names }: PlanContext,
  frontends: readonly Frontend[],
  all: PlannedTasks,
): Promise<First[]> {
  const maps = frontends.map((frontend) => names.frontendMap(frontend));
  const everywhere = hostsOf([...all.wanted.values()].flat());
  const together = firstPattern(all.patterns.claims, everywhere);
  if (fitTogether(maps, together)) {
    const rows = await readMaps(reader, maps, together);
    const asked = new Set(everywhere.keys());
    return frontends.map((frontend, index) => {
      const map = maps[index] as string;
      return { frontend, map, rows: rows.get(map) ?? [], asked };
    });
  }
  return Promise.all(
    frontends.map(async (frontend, index): Promise<First> => {
      const map = maps[index] as string;
      const here = hostsOf(all.wanted.get(frontendKey(frontend)) ?? []);
      const key = firstPattern(all.patterns.claims, here);
      const rows = await readMap(reader, map, key === undefined ? undefined : { key });
      return { frontend, map, rows, asked: key === undefined ? undefined : new Set(here.keys()) };
    }),
  );
}

/** Hosts by their digests. */
const hostsOf = (claims: readonly WantedClaim[]): Map<string, string> =>
  new Map(claims.map(({ claim, host }) => [claim.hostDigest, host]));

/** Whether one question to several maps fits a URL. */
function fitTogether(maps: readonly string[], key: string | undefined): key is string {
  return maps.length > 1 && key !== undefined && key.length + anyOf(maps).length <= LONGEST_PATTERN;
}

/**
 * Signs, settings, claims of these owners, and all claims and the rows of these hosts (by digest).
 *
 * @param claims pattern of the owners' claims; undefined where no URL takes it.
 */
function firstPattern(claims: string | undefined, hosts: ReadonlyMap<string, string>): string | undefined {
  if (claims === undefined) return undefined;
  return pattern([
    '!$',
    '=',
    claims,
    ...(hosts.size === 0 ? [] : [`#(${[...hosts.keys()].join('|')})\\.`]),
    ...[...hosts.values()].map((host) => `${escapePattern(host)}$`),
  ]);
}

/** Claims that the owners give up, on hosts that were not asked for. */
function givenUp({ frontend, rows, asked }: First, { keys }: PlannedTasks): Claim[] {
  return decodeClaims(rows, frontendKey(frontend)).filter(
    (claim) => keys.has(claim.ownerKey) && asked?.has(claim.hostDigest) === false,
  );
}

/** Hosts that are given up: who else claims them, and their rows; of several maps at once where their claims name them. */
async function readGiven(
  reader: NitroReader,
  context: PlanContext,
  first: readonly First[],
  all: PlannedTasks,
): Promise<ReadRows> {
  const given = first.map((place) => givenUp(place, all));
  const giving = first.filter((_, index) => given[index]?.length);
  const maps = giving.map(({ map }) => map);
  const key = claimsAndHosts(given.flat());
  if (allNamed(given.flat()) && fitTogether(maps, key)) {
    const { rows: more, marks } = await readTogether(reader, context, maps, key, likelyToGo(context, first, all));
    const places = first.map(({ frontend, map, rows }) => ({ frontend, rows: joined(rows, more.get(map) ?? []) }));
    return { mapRows: places, marks };
  }
  const places = await Promise.all(
    first.map((place, index) => {
      const own = given[index] ?? [];
      return own.length === 0 ? place : completed(reader, place, own, all, false);
    }),
  );
  return { mapRows: places, marks: NO_MARKS };
}

/** Rows of several maps, and the marks of these objects in the same call where the appliance takes that. */
async function readTogether(
  reader: NitroReader,
  context: PlanContext,
  maps: readonly string[],
  key: string,
  objects: readonly Marked[],
): Promise<{ rows: ReadonlyMap<string, LedgerRow[]>; marks: Marks }> {
  const queries = markQueries(objects);
  if (queries.length > 0 && queries.length <= MARKS_AT_ONCE) {
    const found = await readMapsBeside(reader, maps, key, queries);
    if (found !== undefined) return { rows: found.rows, marks: marksIn(context, objects, queries, found.others) };
  }
  return { rows: await readMaps(reader, maps, key), marks: NO_MARKS };
}

const allNamed = (claims: readonly Claim[]): boolean => claims.every(({ host }) => host !== undefined);

/** All claims on the hosts of these, and the rows of those hosts that they name. */
function claimsAndHosts(claims: readonly Claim[]): string | undefined {
  const digests = new Set(claims.map((claim) => claim.hostDigest));
  const hosts = new Set(claims.flatMap(({ host }) => host ?? []));
  return pattern([`#(${[...digests].join('|')})\\.`, ...[...hosts].map((host) => `${escapePattern(host)}$`)]);
}

/** @param verify nothing that claims say is trusted: every host that leads to one of the owners is looked for. */
async function completed(
  reader: NitroReader,
  place: First,
  given: readonly Claim[],
  { patterns: { holders, leading: toOwners } }: PlannedTasks,
  verify: boolean,
): Promise<FrontendRows> {
  const { frontend, map, rows, asked } = place;
  if (asked === undefined) return place;
  const whole = async (): Promise<FrontendRows> => ({ frontend, rows: await readMap(reader, map) });
  const key = claimsAndHosts(given);
  if (key === undefined) return whole();
  const more = given.length === 0 ? [] : await readMap(reader, map, { key });
  if (!verify && allNamed(given)) return { frontend, rows: joined(rows, more) };
  // Only its holder's name finds the row of a host that no claim names.
  if (holders === undefined || toOwners === undefined) return whole();
  const [named, leading] = await Promise.all([
    readMap(reader, map, { comment: holders }),
    // Somebody may have bound a host by hand: its comment is not ours then.
    verify ? readMap(reader, map, { value: toOwners }) : [],
  ]);
  const hosts = [...named, ...leading];
  // A host whose claim was lost: others may claim it, too.
  const seen = new Set([...asked, ...given.map((claim) => claim.hostDigest)]);
  const unclaimed = [...new Set([...decodeHosts(hosts).keys()].map(hostDigest))].filter((one) => !seen.has(one));
  const lost = pattern([`#(${unclaimed.join('|')})\\.`]);
  if (lost === undefined) return whole();
  const rest = unclaimed.length === 0 ? [] : await readMap(reader, map, { key: lost });
  return { frontend, rows: joined(rows, more, hosts, rest) };
}

/** Each row once. */
function joined(...lists: readonly (readonly LedgerRow[])[]): LedgerRow[] {
  return [...new Map(lists.flat().map((row) => [row.key, row])).values()];
}

function pattern(alternatives: readonly string[]): string | undefined {
  const text = `/^(${alternatives.join('|')})/`;
  return text.length > LONGEST_PATTERN ? undefined : text;
}
