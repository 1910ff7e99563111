import { beginningPatterns, LONGEST_PATTERN } from '../../ledger/index.ts';
import {
  backendDigest,
  backendsWithDigest,
  clusterFilter,
  looksAtSource,
  type Names,
  ownersFilter,
  parseMark,
  policyNames,
  type Resource,
  type ResourceRole,
  type ResourceType,
  systemFilter,
  wildcardTierOf,
} from '../../netscaler/index.ts';
import { MEMBER_LIST } from '../facts.ts';
import type { NitroReader, NitroRow } from '../ports.ts';
import { asGroup, asServer } from './as-made.ts';
import type { KeptParts } from './kept-parts.ts';
import { type Part, readParts, UNMARKED } from './parts.ts';
import { type InventoryContext, patternsOf, toResource } from './rows.ts';
import { readSources } from './sources.ts';

/** Number of owners up to which a filter by owner fits a URL. Above it, owners whose keys begin alike are read and sorted here. */
const MANY = 50;

/**
 * Reads every object of these owners' back ends by mark, also those without a record. Objects with a mark are always read,
 * of these owners only.
 *
 * @param kept parts that an earlier batch of the same verification read.
 */
export async function readBackends(
  reader: NitroReader,
  context: InventoryContext,
  ownerKeys: readonly string[],
  kept?: KeptParts,
): Promise<Map<string, Resource[]>> {
  return new Map(await findBackends(reader, context, ownerKeys, kept));
}

/** A row of a back end with its role and type. */
interface Found {
  readonly role: ResourceRole;
  readonly type: ResourceType;
  readonly row: NitroRow;
}

/** Objects of back ends by owner's key. They are made from rows on access, so that only a few owners' exist at a time. */
class BackendsByOwner implements Iterable<readonly [ownerKey: string, resources: Resource[]]> {
  readonly #found: ReadonlyMap<string, readonly Found[]>;

  constructor(found: ReadonlyMap<string, readonly Found[]>) {
    this.#found = found;
  }

  get(ownerKey: string): Resource[] | undefined {
    return this.#found.get(ownerKey)?.map(({ role, type, row }) => toResource(role, type, row, [ownerKey]));
  }

  *[Symbol.iterator](): Iterator<readonly [string, Resource[]]> {
    for (const key of this.#found.keys()) yield [key, this.get(key) ?? []];
  }
}

/** Reads the same as {@link readBackends}, for more owners than memory should hold as objects. */
export async function findBackends(
  reader: NitroReader,
  context: InventoryContext,
  ownerKeys: readonly string[],
  kept?: KeptParts,
): Promise<BackendsByOwner> {
  const found = new Map<string, Found[]>(ownerKeys.map((key) => [key, []]));
  const result = new BackendsByOwner(found);
  if (ownerKeys.length === 0) return result;
  const { system } = context;
  const many = ownerKeys.length > MANY;
  const comment = many ? prefixFilter(system, ownerKeys) : ownersFilter(system, ownerKeys);
  const [servers, groups, policies] = await Promise.all(
    (['lbvserver', 'servicegroup', 'sslpolicy'] as const).map((type) =>
      reader.rows(type, { filter: { comment }, large: many }),
    ),
  );
  const ownerOf = new Map<string, string>();
  const add = (role: ResourceRole, type: ResourceType, row: NitroRow, name: string): void => {
    const owner = parseMark(row.comment)?.ownerKey ?? ownerOf.get(name);
    if (owner === undefined || !found.has(owner)) return;
    ownerOf.set(name, owner);
    found.get(owner)?.push({ role, type, row });
  };
  for (const row of servers ?? []) add('lbvserver', 'lbvserver', asServer(row), String(row.name));
  for (const row of groups ?? [])
    add('service-group', 'servicegroup', asGroup(row, context), String(row.servicegroupname));
  for (const row of policies ?? []) add('policy', 'sslpolicy', row, String(row.name));
  if (context.sources === true || mayHaveSources(servers, policies)) {
    const ownerOfSet = new Map<string, string>();
    for (const { role, type, row, set } of await readSources(reader, { comment }, many)) {
      const owner = parseMark(row.comment)?.ownerKey ?? ownerOfSet.get(set);
      if (owner === undefined || !found.has(owner)) continue;
      ownerOfSet.set(set, owner);
      found.get(owner)?.push({ role, type, row });
    }
  }

  const ours = [...ownerOf.keys()];
  if (ours.length === 0) return result;
  const marked: Marked = {
    names: ours,
    servers: namesIn(servers, 'name'),
    groups: namesIn(groups, 'servicegroupname'),
    policies: namesIn(policies, 'name'),
  };
  const parts = await partsOf(reader, context, marked, { many, kept });
  for (const [list, { role, type }] of UNMARKED.entries()) {
    for (const [name, owner] of ownerOf) {
      for (const row of parts.get(name)?.lists[list] ?? []) found.get(owner)?.push({ role, type, row });
    }
  }
  for (const group of marked.groups) {
    const owner = ownerOf.get(group);
    if (owner === undefined) continue;
    const row = { servicegroupname: group, members: parts.get(group)?.members ?? '' };
    found.get(owner)?.push({ role: 'members', type: MEMBER_LIST, row });
  }
  return result;
}

/**
 * Returns whether back ends may have data sets: a policy names one, or a back end has no policy, as when its creation was
 * interrupted. Most have neither, and need no read.
 */
function mayHaveSources(servers: readonly NitroRow[] = [], policies: readonly NitroRow[] = []): boolean {
  if (policies.some(({ rule }) => looksAtSource(String(rule)))) return true;
  const named = new Set(policies.map((row) => backendDigest(String(row.name))));
  return servers.some((row) => !named.has(backendDigest(String(row.name))));
}

/** Names of the objects found by mark. */
interface Marked {
  /** Names of all types. */
  readonly names: readonly string[];
  readonly servers: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly policies: ReadonlySet<string>;
}

const namesIn = (rows: readonly NitroRow[] = [], by: string): Set<string> =>
  new Set(rows.map((row) => String(row[by])));

/** Reads objects of types without a comment: they are ours if a marked object has the same name. */
async function partsOf(
  reader: NitroReader,
  { system, names }: InventoryContext,
  marked: Marked,
  { many, kept }: { readonly many: boolean; readonly kept: KeptParts | undefined },
): Promise<ReadonlyMap<string, Part>> {
  if (!many) {
    const [pattern = '', ...others] = patternsOf(marked.names);
    if (others.length === 0) return readParts(reader, pattern, false);
  }
  const taken = new Map(
    [...(kept?.take(marked.names) ?? [])].filter(([name, part]) => fitsMarked(names, name, part, marked)),
  );
  if (taken.size > 0) {
    const unknown = marked.names.filter((name) => !taken.has(name) && !hasNoParts(name, marked));
    const [few, ...more] = patternsOf(unknown);
    if (few === undefined) return taken;
    if (more.length === 0) return new Map([...taken, ...(await readParts(reader, few, false))]);
  }
  const some = await readOfMany(reader, system, marked);
  if (some !== undefined) return some;
  const keep = kept?.reading();
  const all = await readParts(reader, `/^${system}-/`, true);
  const own = new Map(
    marked.names.flatMap((name): [string, Part][] => (all.has(name) ? [[name, all.get(name)!]] : [])),
  );
  for (const name of own.keys()) all.delete(name);
  keep?.(all);
  return own;
}

/** Up to how many times the back ends that are asked for, it is cheaper to read all. */
const OTHERS = 4;

/** Characters of the beginnings of digests: of 100,000 back ends, ten others begin like one of a hundred. */
const BEGINNING = 4;

/**
 * Reads the parts of back ends that are a small share of all, by the digests in their names: what a batch reads depends
 * on the batch, whatever else is on the appliance.
 *
 * @returns undefined where it is cheaper to read all.
 */
async function readOfMany(
  reader: NitroReader,
  system: string,
  { names }: Marked,
): Promise<ReadonlyMap<string, Part> | undefined> {
  const all = await reader.count('servicegroup', { filter: { servicegroupname: `/^${system}-/` } });
  if (all <= OTHERS * Math.max(names.length, MANY)) return undefined;
  const byDigest = Map.groupBy(names, (name) => backendDigest(name) !== undefined);
  const digests = (byDigest.get(true) ?? []).flatMap((name) => backendDigest(name) ?? []);
  const frame = backendsWithDigest(system, '', BEGINNING).length;
  const patterns = [
    ...beginningPatterns(digests, BEGINNING, LONGEST_PATTERN - frame).map((beginnings) =>
      backendsWithDigest(system, beginnings, BEGINNING),
    ),
    ...patternsOf(byDigest.get(false) ?? []),
  ];
  const wanted = new Set(names);
  const parts = new Map<string, Part>();
  // One after the other: raw answers are larger than what is kept of them.
  for (const pattern of patterns) {
    for (const [name, part] of await readParts(reader, pattern, false)) if (wanted.has(name)) parts.set(name, part);
  }
  return parts;
}

/** Returns whether only a policy for wildcards has this name: it has no parts. */
const hasNoParts = (name: string, { servers, groups, policies }: Marked): boolean =>
  wildcardTierOf(name) !== undefined && policies.has(name) && !servers.has(name) && !groups.has(name);

/**
 * Returns whether a part that was read before fits the marked objects as they are now. An action comes and goes with its
 * policies, a binding with its group: otherwise somebody wrote since.
 */
function fitsMarked(names: Names, name: string, { lists }: Part, { servers, groups, policies }: Marked): boolean {
  const has = (type: ResourceType): boolean =>
    lists.some((rows, list) => rows.length > 0 && UNMARKED[list]?.type === type);
  const used = policyNames(names, name).some((policy) => policies.has(policy));
  return used === has('sslaction') && (servers.has(name) && groups.has(name)) === has('lbvserver_servicegroup_binding');
}

/** Returns a filter for owners by the beginnings of their keys: it finds few others, and fits a URL. */
function prefixFilter(system: string, ownerKeys: readonly string[]): string {
  const prefixes = new Set(ownerKeys.map((key) => key.slice(0, 2)));
  const filter = clusterFilter(system, '[^;]*', [...prefixes]);
  return filter.length > LONGEST_PATTERN ? systemFilter(system) : filter;
}
