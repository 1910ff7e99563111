import { decodeClaims, type Row } from '../ledger/index.ts';
import {
  factsOf,
  membersText,
  type Names,
  ownersFilter,
  parseMark,
  READY_KEY,
  type Resource,
  type ResourceType,
  type Role,
  systemFilter,
} from '../netscaler/index.ts';
import { type Attributes, canonicalMembers, type FrontEnd, frontEndKey } from '../route/index.ts';
import type { NitroReader, NitroRow } from './client.ts';

/** Reads rows of the appliance as resources of the graph. Only ours: what is not marked, or beside a mark, is not seen. */

export interface InventoryContext {
  readonly system: string;
  readonly names: Names;
}

/** An exact match of one of these names, as a PCRE between slashes. */
export function anyOf(names: readonly string[]): string {
  return `/^(${names.map(escapePattern).join('|')})$/`;
}

/** Escapes what has a meaning in a PCRE. */
export function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/#-]/g, '\\$&');
}

function toResource(role: Role, type: ResourceType, row: NitroRow, owners: readonly string[]): Resource {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'string' || typeof value === 'number') values[name.toLowerCase()] = value;
    else if (typeof value === 'boolean') values[name.toLowerCase()] = String(value);
  }
  const id: Record<string, string | number> = {};
  for (const field of factsOf(type).id) {
    id[field] = values[field] ?? '';
    delete values[field];
  }
  return { role, type, id, attributes: values as Attributes, owners };
}

/** Rows of one string map; with `key`, only those whose key matches this PCRE. */
export async function readMap(
  reader: NitroReader,
  map: string,
  filter?: { key?: string; value?: string },
): Promise<Row[]> {
  const rows = await reader.rows('policystringmap_pattern_binding', {
    name: map,
    ...(filter === undefined ? {} : { filter }),
  });
  return rows.map((row) => ({
    key: String(row.key),
    value: String(row.value ?? ''),
    comment: String(row.comment ?? ''),
  }));
}

/** From this many owners on, a filter by name would not fit a URL: everything of the system is read, and sorted here. */
const MANY = 50;

/** Every object of these owners' back ends, found by mark: those that no record names, too. */
export async function readBackEnds(
  reader: NitroReader,
  { system }: InventoryContext,
  ownerKeys: readonly string[],
): Promise<Map<string, Resource[]>> {
  const found = new Map<string, Resource[]>(ownerKeys.map((key) => [key, []]));
  if (ownerKeys.length === 0) return found;
  const many = ownerKeys.length > MANY;
  const comment = many ? systemFilter(system) : ownersFilter(system, ownerKeys);
  const [servers, groups, policies] = await Promise.all(
    (['lbvserver', 'servicegroup', 'sslpolicy'] as const).map((type) => reader.rows(type, { filter: { comment } })),
  );
  const ownerOf = new Map<string, string>();
  const add = (role: Role, type: ResourceType, row: NitroRow, name: string): void => {
    const owner = parseMark(row.comment)?.ownerKey ?? ownerOf.get(name);
    if (owner === undefined || !found.has(owner)) return;
    ownerOf.set(name, owner);
    found.get(owner)?.push(toResource(role, type, row, [owner]));
  };
  for (const row of servers ?? []) add('lbvserver', 'lbvserver', row, String(row.name));
  for (const row of groups ?? []) add('service-group', 'servicegroup', row, String(row.servicegroupname));
  for (const row of policies ?? []) add('policy', 'sslpolicy', row, String(row.name));

  // The types without a comment: ours where an object of ours has that name.
  const ours = [...ownerOf.keys()];
  if (ours.length === 0) return found;
  const named = many ? `/^${system}-/` : anyOf(ours);
  const [bindings, actions, members, monitors, monitorBindings] = await Promise.all([
    reader.rows('lbvserver_servicegroup_binding', { filter: { name: named } }),
    reader.rows('sslaction', { filter: { name: named } }),
    reader.rows('servicegroup_servicegroupmember_binding', { filter: { servicegroupname: named } }),
    reader.rows('lbmonitor', { filter: { monitorname: named } }),
    reader.rows('servicegroup_lbmonitor_binding', { filter: { monitor_name: named } }),
  ]);
  for (const row of bindings) {
    const servicegroupname = row.servicegroupname ?? row.servicename;
    add('group-binding', 'lbvserver_servicegroup_binding', { ...row, servicegroupname }, String(row.name));
  }
  for (const row of actions) add('action', 'sslaction', row, String(row.name));
  for (const row of monitors) add('monitor', 'lbmonitor', row, String(row.monitorname));
  for (const row of monitorBindings) {
    add('monitor-binding', 'servicegroup_lbmonitor_binding', row, String(row.monitor_name));
  }
  const lists = memberLists(members);
  for (const row of groups ?? []) {
    const group = String(row.servicegroupname);
    const owner = ownerOf.get(group);
    if (owner === undefined) continue;
    found.get(owner)?.push({
      role: 'members',
      type: 'servicegroup_servicegroupmemberlist_binding',
      id: { servicegroupname: group },
      attributes: { members: lists.get(group) ?? '' },
      owners: [owner],
    });
  }
  return found;
}

/** Members of groups, as the text that the graph compares. */
export async function readMembers(reader: NitroReader, groups: readonly string[]): Promise<Map<string, string>> {
  const rows = await reader.rows('servicegroup_servicegroupmember_binding', {
    filter: { servicegroupname: anyOf(groups) },
  });
  return memberLists(rows);
}

/** States of a member that is on its way out: it is no member of the desired set any more. */
const LEAVING = /GOING OUT OF SERVICE|OUT OF SERVICE|TROFS/i;

function memberLists(rows: readonly NitroRow[]): Map<string, string> {
  const groups = Map.groupBy(
    rows.filter(
      (row) => String(row.state ?? 'ENABLED').toUpperCase() !== 'DISABLED' && !LEAVING.test(String(row.svrstate ?? '')),
    ),
    (row) => String(row.servicegroupname),
  );
  return new Map(
    [...groups].map(([group, members]) => [
      group,
      membersText(
        canonicalMembers(members.map((row) => ({ address: String(row.ip ?? row.servername), port: Number(row.port) }))),
      ),
    ]),
  );
}

/** The bindings of SSL policies of one front end: priorities in use, and by whom. */
export async function readPolicyBindings(reader: NitroReader, names: Names, frontEnd: FrontEnd): Promise<Resource[]> {
  const rows = await reader.rows('sslvserver_sslpolicy_binding', { name: names.csvserver(frontEnd) });
  return rows.map((row) =>
    toResource('policy-binding', 'sslvserver_sslpolicy_binding', { type: 'CLIENTHELLO_REQ', ...row }, []),
  );
}

/** What a look at a front end's address showed. */
export interface FrontEndInventory {
  readonly found: readonly Resource[];
  readonly bindings: readonly Resource[] | undefined;
  /** A vserver of somebody else on this address and port (CON-4). */
  readonly foreign: string | undefined;
}

/** The objects of a front end as they are, and who else sits on its address. */
export async function readFrontEnd(
  reader: NitroReader,
  context: InventoryContext,
  frontEnd: FrontEnd,
  rows: readonly Row[],
): Promise<FrontEndInventory> {
  const { names } = context;
  const name = names.csvserver(frontEnd);
  const map = names.frontEndMap(frontEnd);
  const tls = frontEnd.kind === 'tls';
  const policyType = tls ? 'sslpolicy' : 'responderpolicy';
  const place = { ipv46: frontEnd.vip };
  const policyNames = tls
    ? anyOf([names.gate(frontEnd), names.exact(frontEnd)])
    : `/-${escapePattern(`${frontEnd.vip}-${frontEnd.port}`)}$/`;
  const [servers = [], balancers = [], maps = [], policies = [], actions = []] = await reader.batch([
    { type: 'csvserver', filter: place },
    { type: 'lbvserver', filter: place },
    { type: 'policystringmap', filter: { name: map } },
    { type: policyType, filter: { name: policyNames } },
    ...(tls ? [] : [{ type: 'responderaction', filter: { name: policyNames } }]),
  ]);
  const here = (row: NitroRow): boolean => Number(row.port) === frontEnd.port || Number(row.port) === 65535;
  const foreign = [...servers, ...balancers].find((row) => here(row) && !isOurs(context, row.comment));
  const server = servers.find((row) => String(row.name) === name && isOurs(context, row.comment));
  const owned = (list: readonly NitroRow[]): NitroRow[] => list.filter((row) => isOurs(context, row.comment));

  const found: Resource[] = [
    ...maps.map((row) => toResource('front-end-map', 'policystringmap', row, [])),
    ...owned(policies).map((row) => toResource('front-end-policy', policyType, row, [])),
    ...owned(actions).map((row) => toResource('action', 'responderaction', row, [])),
    ...rows.filter(({ key }) => key === READY_KEY).map((row) => readyResource(map, row)),
  ];
  let bindings: Resource[] | undefined;
  if (server !== undefined) {
    found.push(toResource('csvserver', 'csvserver', server, []));
    if (tls) {
      const [bound, certificates] = await Promise.all([
        readPolicyBindings(reader, names, frontEnd),
        reader.rows('sslvserver_sslcertkey_binding', { name }),
      ]);
      bindings = bound;
      const fixed = new Set([names.gate(frontEnd), names.exact(frontEnd), names.reset]);
      found.push(
        ...bound
          .filter(({ id }) => fixed.has(String(id.policyname)))
          .map((binding): Resource => ({ ...binding, role: 'front-end-binding' })),
        ...certificates
          .filter((row) => String(row.certkeyname) === names.certKey)
          .map((row) => toResource('certificate', 'sslvserver_sslcertkey_binding', row, [])),
      );
    } else {
      const bound = await reader.rows('csvserver_responderpolicy_binding', { name });
      const fixed = new Set([...owned(policies).map((row) => String(row.name)), names.responderReset]);
      found.push(
        ...bound
          .filter((row) => fixed.has(String(row.policyname)))
          .map((row) =>
            toResource('front-end-binding', 'csvserver_responderpolicy_binding', { bindpoint: 'REQUEST', ...row }, []),
          ),
      );
    }
  } else if (tls) {
    bindings = [];
  }
  return { found, bindings, foreign: foreign === undefined ? undefined : String(foreign.name) };
}

function readyResource(map: string, row: Row): Resource {
  return {
    role: 'ready',
    type: 'policystringmap_pattern_binding',
    id: { name: map, key: row.key },
    attributes: { value: row.value, comment: row.comment },
    owners: [],
  };
}

function isOurs({ system }: InventoryContext, comment: unknown): boolean {
  return parseMark(comment)?.system === system;
}

/** What exists once for the system. */
export async function readSystem(reader: NitroReader, { names }: InventoryContext): Promise<Resource[]> {
  const [profiles = [], certificates = [], resets = [], responders = []] = await reader.batch([
    { type: 'nstcpprofile', filter: { name: names.tcpProfile } },
    { type: 'sslcertkey', filter: { certkey: names.certKey } },
    { type: 'sslpolicy', filter: { name: names.reset } },
    { type: 'responderpolicy', filter: { name: names.responderReset } },
  ]);
  return [
    ...profiles.map((row) => toResource('system', 'nstcpprofile', row, [])),
    ...certificates.map((row) => toResource('system', 'sslcertkey', row, [])),
    ...resets.map((row) => toResource('system-policy', 'sslpolicy', row, [])),
    ...responders.map((row) => toResource('system-policy', 'responderpolicy', row, [])),
  ];
}

/** Every front end of the system, by the marks of their maps. */
export async function readAllFrontEnds(reader: NitroReader, { system }: InventoryContext): Promise<FrontEnd[]> {
  const maps = await reader.rows('policystringmap', { filter: { name: `/^${system}_f_/` } });
  return maps.flatMap((row) => parseMark(row.comment)?.frontEnd ?? []);
}

/** How many claims of owners other than these a front end has. */
export async function countOtherClaims(
  reader: NitroReader,
  names: Names,
  frontEnd: FrontEnd,
  rows: readonly Row[],
  ownerKeys: ReadonlySet<string>,
): Promise<number> {
  const key = frontEndKey(frontEnd);
  const total = await reader.count('policystringmap_pattern_binding', {
    name: names.frontEndMap(frontEnd),
    filter: { key: '/^\\#/' },
  });
  return total - decodeClaims(rows, key).filter((claim) => ownerKeys.has(claim.ownerKey)).length;
}
