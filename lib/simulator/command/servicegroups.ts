import { isIP } from 'node:net';
import { ApplianceError } from '../errors.ts';
import { bindingId, type Store, type StoredRow } from '../store/store.ts';
import { canonicalAddress, warnFeature } from './checks.ts';
import type { Context, Hooks } from './context.ts';
import { addSslView, removeSslView } from './ssl-views.ts';
import { checkServiceType, isSslType } from './vservers.ts';

export const MEMBER = 'servicegroup_servicegroupmember_binding';
export const MEMBER_LIST = 'servicegroup_servicegroupmemberlist_binding';

/**
 * Returns whether a member drains: it gets no new connections and goes after its last one, or when its time is over.
 */
const isDraining = (member: StoredRow): boolean => member.$drainuntil !== undefined;

/** Returns the server of an address, and creates one that is named after the address when there is none. */
function serverOf(address: string, context: Context): StoredRow {
  const named = context.store.object('server', address);
  if (named !== undefined) return named;
  for (const server of context.store.lookup('server', 'ipaddress', address)) return server;
  const server: StoredRow = { name: address, ipaddress: address };
  context.store.put('server', address, server);
  return server;
}

/** Completes a member that is given by address or by server with the other one. */
function locate(row: StoredRow, context: Context): StoredRow {
  if (row.ip !== undefined && row.servername !== undefined && row.ip !== row.servername) {
    throw new ApplianceError(1092, ['serverName', 'IP']);
  }
  const given = String(row.servername ?? row.ip ?? '');
  if (given === '') throw new ApplianceError(1095, 'serverName');
  const existing = context.store.object('server', given);
  if (existing !== undefined) return { ...row, servername: given, ip: existing.ipaddress ?? '0.0.0.0' };
  if (isIP(given) === 0) throw row.ip === undefined ? new ApplianceError(351, given) : new ApplianceError(1110, given);
  const server = serverOf(canonicalAddress(given), context);
  return { ...row, servername: String(server.name), ip: String(server.ipaddress) };
}

export const member: Hooks = {
  complete(row, context) {
    const located = locate(row, context);
    const order = located.order === undefined ? {} : { order: located.order };
    return { weight: 1, state: 'ENABLED', ...located, ...order };
  },
  actions: {
    enable: (row, context) => setMembers(row, context, 'ENABLED'),
    disable: (row, context) => setMembers(row, context, 'DISABLED'),
  },
};

/** Returns the members that the attributes select; all when none is given. */
export function membersOf(store: Store, group: string, select: StoredRow): StoredRow[] {
  const wanted = String(select.servername ?? select.ip ?? '');
  return [...store.bindings(MEMBER, group)].filter(
    (row) =>
      (wanted === '' || row.servername === wanted || row.ip === wanted) &&
      (select.port === undefined || row.port === select.port),
  );
}

function setMembers(select: StoredRow, context: Context, state: 'ENABLED' | 'DISABLED'): void {
  const group = String(select.servicegroupname);
  const members = membersOf(context.store, group, select);
  if (members.length === 0) throw new ApplianceError(258, ['servicegroupname', group]);
  for (const row of members) {
    const { $drainuntil: _, ...rest } = row;
    context.store.putBinding(MEMBER, group, { ...rest, state });
  }
}

function setGroup(row: StoredRow, context: Context, state: 'ENABLED' | 'DISABLED'): void {
  const name = String(row.servicegroupname);
  const group = context.store.object('servicegroup', name);
  if (group === undefined) throw new ApplianceError(258, ['servicegroupname', name]);
  if (row.servername !== undefined) {
    setMembers(row, context, state);
    return;
  }
  context.store.put('servicegroup', name, { ...group, state });
}

/** Attributes in a PUT of the group that are meant for one of its members. */
const OF_MEMBER = ['weight', 'customserverid', 'serverid', 'hashid', 'order', 'nameserver', 'dbsttl'];

export const servicegroup: Hooks = {
  update(row, context) {
    const given = OF_MEMBER.filter((attribute) => row[attribute] !== undefined);
    if (row.servername === undefined) {
      if (given.length > 0) throw new ApplianceError(1093, [given[0]!, 'serverName']);
      return false;
    }
    const group = String(row.servicegroupname);
    const members = membersOf(context.store, group, row);
    if (members.length === 0) throw new ApplianceError(258, ['serverName', String(row.servername)]);
    const changes = Object.fromEntries(given.map((attribute) => [attribute, row[attribute]!]));
    for (const one of members) context.store.putBinding(MEMBER, group, { ...one, ...changes });
    return true;
  },
  complete(row, context) {
    warnFeature(context, 'LB');
    return row;
  },
  added(row, context) {
    if (isSslType(row.servicetype)) addSslView('servicegroup', String(row.servicegroupname), context.store);
  },
  removing: (row, { store }) => removeSslView('servicegroup', String(row.servicegroupname), store),
  changed(before, after) {
    const was = before.autoscale ?? 'DISABLED';
    const is = after.autoscale ?? 'DISABLED';
    if (was !== is && (was === 'API' || is === 'API')) throw new ApplianceError(257);
    return after;
  },
  actions: {
    enable: (row, context) => setGroup(row, context, 'ENABLED'),
    disable: (row, context) => setGroup(row, context, 'DISABLED'),
  },
};

export const lbvserverServicegroup: Hooks = {
  complete(row, context) {
    checkServiceType(row, context.store.object('servicegroup', String(row.servicegroupname)), context);
    return row;
  },
};

export const lbvserverService: Hooks = {
  complete(row, context) {
    checkServiceType(row, context.store.object('service', String(row.servicename)), context);
    return row;
  },
};

/** Replaces the address of a service by its server, which is created when it does not exist. */
function withServer(row: StoredRow, context: Context): StoredRow {
  const { ip, ipaddress, ...rest } = row;
  const address = ip ?? ipaddress;
  if (address === undefined) return row;
  return { ...rest, servername: String(serverOf(canonicalAddress(String(address)), context).name) };
}

export const service: Hooks = {
  toStored: withServer,
  complete(row, context) {
    const named = context.store.object('server', String(row.servername ?? ''));
    const apart = row.ip !== undefined && row.servername !== undefined && named?.ipaddress !== row.ip;
    if (apart) throw new ApplianceError(1092, ['serverName', 'IP']);
    const { ip: _, ...rest } = row;
    if (row.ip === undefined && row.servername === undefined) throw new ApplianceError(1095, 'serverName');
    warnFeature(context, 'LB');
    return withServer(row.servername === undefined ? row : rest, context);
  },
  changed: (_before, after, context) => withServer(after, context),
};

/** Servers: the address identifies them. */
export const server: Hooks = {
  complete(row, context) {
    if (row.ipaddress === undefined && row.domain === undefined) throw new ApplianceError(1095, 'IPAddress');
    if (row.ipaddress === undefined) return row;
    const address = canonicalAddress(String(row.ipaddress));
    for (const _ of context.store.lookup('server', 'ipaddress', address)) throw new ApplianceError(1335, address);
    return { ...row, ipaddress: address };
  },
  changed(before, after, { store }) {
    if (after.ipaddress === before.ipaddress) return after;
    const address = canonicalAddress(String(after.ipaddress));
    for (const { kind, row } of [...store.referrers('server', String(after.name))]) {
      if (kind === MEMBER) store.putBinding(MEMBER, String(row.servicegroupname), { ...row, ip: address });
    }
    return { ...after, ipaddress: address };
  },
  /** Removes the services of the server. */
  removing(row, { store }) {
    for (const referrer of [...store.referrers('server', String(row.name))]) {
      if (referrer.kind === 'service') store.remove('service', String(referrer.row.name));
    }
  },
};

function listed(group: string, given: unknown): { good: StoredRow[]; failed: { ip: string; port: number }[] } {
  const good: StoredRow[] = [];
  const failed: { ip: string; port: number }[] = [];
  for (const item of Array.isArray(given) ? given : []) {
    const fields = Object.fromEntries(
      Object.entries(item as object).map(([name, value]) => [name.toLowerCase(), value as unknown]),
    );
    const ip = String(fields.ip ?? '');
    const port = Number(fields.port);
    const weight = Number(fields.weight ?? 1);
    const fits =
      isIP(ip) !== 0 && Number.isInteger(port) && port >= 1 && port <= 65_535 && weight >= 1 && weight <= 100;
    if (!fits) {
      failed.push({ ip, port });
      continue;
    }
    const state = String(fields.state ?? 'ENABLED').toUpperCase();
    const order = fields.order === undefined ? {} : { order: Number(fields.order) };
    good.push({ servicegroupname: group, ip: canonicalAddress(ip), port, weight, state, ...order });
  }
  return { good, failed };
}

/**
 * Makes the members of a group equal to a list. Other members go at once, or drain when the group has
 * `autodisablegraceful`. Only for groups with `autoscale API` (257).
 *
 * @returns members of the list that could not be bound (1442)
 */
export function setMemberList(body: StoredRow, context: Context): { ip: string; port: number }[] {
  const name = String(body.servicegroupname ?? '');
  const { store } = context;
  const group = store.object('servicegroup', name);
  if (group === undefined) throw new ApplianceError(258, ['servicegroupname', name]);
  if (group.autoscale !== 'API') throw new ApplianceError(257);
  const { good, failed } = listed(name, body.members);
  const wanted = new Set<string>();
  for (const row of good) {
    const server = serverOf(String(row.ip), context);
    const complete = { ...row, servername: String(server.name) };
    const id = bindingId(MEMBER, complete);
    const before = store.binding(MEMBER, name, id);
    const keepsWeight = before !== undefined && !context.behaviour['list-changes-weight'];
    wanted.add(id);
    store.putBinding(MEMBER, name, keepsWeight ? { ...complete, weight: before.weight! } : complete);
  }
  for (const row of [...store.bindings(MEMBER, name)]) {
    if (!wanted.has(bindingId(MEMBER, row))) removeMember(name, group, row, context);
  }
  return failed;
}

/** Removes a member, after its last connection has closed when the group is graceful. */
export function removeMember(name: string, group: StoredRow, row: StoredRow, context: Context): void {
  const id = bindingId(MEMBER, row);
  if (group.autodisablegraceful !== 'YES' || context.connections(name, row) === 0) {
    context.store.removeBinding(MEMBER, name, id);
    return;
  }
  if (isDraining(row)) return;
  const delay = Number(group.autodisabledelay ?? 0);
  const until = delay === 0 ? Number.POSITIVE_INFINITY : context.now() + delay * 1000;
  context.store.putBinding(MEMBER, name, { ...row, state: 'DISABLED', $drainuntil: until });
}
