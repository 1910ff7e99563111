import {
  ownersFilter,
  parseMark,
  type Resource,
  type ResourceType,
  type Role,
  systemFilter,
} from '../../netscaler/index.ts';
import { MEMBER, MEMBER_LIST } from '../facts.ts';
import type { NitroReader, NitroRow } from '../ports.ts';
import { asGroup, asMonitor, asServer } from './as-made.ts';
import { memberLists } from './members.ts';
import { type InventoryContext, patternsOf, toResource } from './rows.ts';

/** From this many owners on, a filter by owner would not fit a URL: everything of the system is read, and sorted here. */
const MANY = 50;

/** Monitors that the appliance binds by itself to a group without any (V). */
const OF_ITS_OWN: readonly string[] = ['tcp-default', 'ping-default'];

/** Every object of these owners' back ends, found by mark: those that no record names, too. */
export async function readBackEnds(
  reader: NitroReader,
  context: InventoryContext,
  ownerKeys: readonly string[],
): Promise<Map<string, Resource[]>> {
  const found = new Map<string, Resource[]>(ownerKeys.map((key) => [key, []]));
  if (ownerKeys.length === 0) return found;
  const { system } = context;
  const many = ownerKeys.length > MANY;
  const comment = many ? systemFilter(system) : ownersFilter(system, ownerKeys);
  const [servers, groups, policies] = await Promise.all(
    (['lbvserver', 'servicegroup', 'sslpolicy'] as const).map((type) =>
      reader.rows(type, { filter: { comment }, large: many }),
    ),
  );
  const ownerOf = new Map<string, string>();
  const add = (role: Role, type: ResourceType, row: NitroRow, name: string): void => {
    const owner = parseMark(row.comment)?.ownerKey ?? ownerOf.get(name);
    if (owner === undefined || !found.has(owner)) return;
    ownerOf.set(name, owner);
    found.get(owner)?.push(toResource(role, type, row, [owner]));
  };
  for (const row of servers ?? []) add('lbvserver', 'lbvserver', asServer(row), String(row.name));
  for (const row of groups ?? [])
    add('service-group', 'servicegroup', asGroup(row, context), String(row.servicegroupname));
  for (const row of policies ?? []) add('policy', 'sslpolicy', row, String(row.name));

  // The types without a comment: ours where an object of ours has that name.
  const ours = [...ownerOf.keys()];
  if (ours.length === 0) return found;
  const [pattern = '', ...others] = patternsOf(ours);
  const large = many || others.length > 0;
  const named = large ? `/^${system}-/` : pattern;
  const rowsNamed = (type: string, attribute: string): Promise<NitroRow[]> =>
    reader.rows(type, { filter: { [attribute]: named }, large });
  const [bindings, actions, members, monitors, monitorBindings] = await Promise.all([
    rowsNamed('lbvserver_servicegroup_binding', 'name'),
    rowsNamed('sslaction', 'name'),
    rowsNamed(MEMBER, 'servicegroupname'),
    rowsNamed('lbmonitor', 'monitorname'),
    rowsNamed('servicegroup_lbmonitor_binding', 'servicegroupname'),
  ]);
  for (const row of bindings) {
    const servicegroupname = row.servicegroupname ?? row.servicename;
    add('group-binding', 'lbvserver_servicegroup_binding', { ...row, servicegroupname }, String(row.name));
  }
  for (const row of actions) add('action', 'sslaction', row, String(row.name));
  for (const row of monitors) add('monitor', 'lbmonitor', asMonitor(row), String(row.monitorname));
  for (const row of monitorBindings) {
    if (OF_ITS_OWN.includes(String(row.monitor_name))) continue;
    add('monitor-binding', 'servicegroup_lbmonitor_binding', row, String(row.servicegroupname));
  }
  const lists = memberLists(members);
  for (const row of groups ?? []) {
    const group = String(row.servicegroupname);
    const owner = ownerOf.get(group);
    if (owner === undefined) continue;
    found.get(owner)?.push({
      role: 'members',
      type: MEMBER_LIST,
      id: { servicegroupname: group },
      attributes: { members: lists.get(group) ?? '' },
      owners: [owner],
    });
  }
  return found;
}
