import { ApplianceError } from '../errors.ts';
import type { Store, StoredRow } from '../store/store.ts';
import { canonicalAddress, warnFeature } from './checks.ts';
import type { Context, Hooks } from './context.ts';
import { addSslView, removeSslView } from './ssl-views.ts';

const SSL_TYPES = new Set([
  'SSL',
  'SSL_TCP',
  'SSL_PUSH',
  'SSL_DIAMETER',
  'SSL_FIX',
  'SIP_SSL',
  'MONGO_TLS',
  'DTLS',
  'HTTP_QUIC',
  'QUIC',
]);
const DATAGRAM_TYPES = new Set([
  'UDP',
  'DNS',
  'DHCPRA',
  'SIP_UDP',
  'RADIUS',
  'TFTP',
  'DTLS',
  'QUIC',
  'HTTP_QUIC',
  'SYSLOGUDP',
  'IPFIX',
]);

/** Returns whether servers of a type have an SSL view with certificates and SSL policies. */
export function isSslType(type: unknown): boolean {
  return SSL_TYPES.has(String(type));
}

export function isDatagramType(type: unknown): boolean {
  return DATAGRAM_TYPES.has(String(type));
}

/** Returns whether a server has an address and a port of its own. */
export function isAddressable(row: StoredRow): boolean {
  const address = row.ipv46 ?? '0.0.0.0';
  return address !== '0.0.0.0' && address !== '::' && address !== '*' && Number(row.port ?? 0) !== 0;
}

function transport(row: StoredRow): string {
  return isDatagramType(row.servicetype) ? 'udp' : 'tcp';
}

const listensToAll = (row: StoredRow): boolean => (row.listenpolicy ?? 'NONE') === 'NONE';

/** Returns whether two servers of one address would get the same connections. */
function conflict(row: StoredRow, other: StoredRow): boolean {
  return (
    other.port === row.port &&
    (other.td ?? 0) === (row.td ?? 0) &&
    transport(other) === transport(row) &&
    listensToAll(other)
  );
}

/** Refuses (304) an address and port of another server, unless a listen policy tells their traffic apart. */
function checkAddress(kind: string, row: StoredRow, store: Store): void {
  if (!isAddressable(row) || !listensToAll(row)) return;
  for (const otherKind of ['csvserver', 'lbvserver']) {
    for (const other of store.lookup(otherKind, 'ipv46', String(row.ipv46))) {
      const same = otherKind === kind && other.name === row.name;
      if (!same && conflict(row, other)) throw new ApplianceError(304);
    }
  }
}

function completeAddress(row: StoredRow): StoredRow {
  if (row.ipv46 === undefined || row.ipv46 === '*') return row;
  return { ...row, ipv46: canonicalAddress(String(row.ipv46)) };
}

function features(kind: string, row: StoredRow): string[] {
  return [kind === 'lbvserver' ? 'LB' : 'CS', ...(isSslType(row.servicetype) ? ['SSL'] : [])];
}

function hooks(kind: 'lbvserver' | 'csvserver'): Hooks {
  return {
    complete(row, context) {
      if (row.ipv46 !== undefined && row.ipv46 !== '0.0.0.0' && row.ipv46 !== '*' && row.port === undefined) {
        throw new ApplianceError(1095, 'port');
      }
      // The documents require the type; one recorded run adds a balancing server without it.
      const typed = kind === 'lbvserver' && row.servicetype === undefined ? { ...row, servicetype: 'HTTP' } : row;
      const completed = completeAddress(typed);
      checkAddress(kind, completed, context.store);
      warnFeature(context, ...features(kind, completed));
      return completed;
    },
    added(row, context) {
      const name = String(row.name);
      if (isSslType(row.servicetype)) addSslView(kind, name, context.store);
    },
    changed(before, after, context) {
      const completed = after.ipv46 === before.ipv46 ? after : completeAddress(after);
      if (completed.ipv46 !== before.ipv46 || completed.port !== before.port)
        checkAddress(kind, completed, context.store);
      return completed;
    },
    removing(row, context) {
      removeSslView(kind, String(row.name), context.store);
    },
  };
}

/** Sets weight and order of a bound service: `servicename` in a PUT. */
function updateService(row: StoredRow, { store }: Context): boolean {
  if (row.servicename === undefined) {
    if (row.weight !== undefined) throw new ApplianceError(1093, ['weight', 'serviceName']);
    return false;
  }
  const service = String(row.servicename);
  for (const kind of ['lbvserver_service_binding', 'lbvserver_servicegroup_binding']) {
    const bound = store.binding(kind, String(row.name), service);
    if (bound === undefined) continue;
    const order = row.order === undefined ? {} : { order: row.order };
    const weight = row.weight === undefined ? {} : { weight: row.weight };
    store.putBinding(kind, String(row.name), { ...bound, ...weight, ...order });
    return true;
  }
  throw new ApplianceError(1303);
}

export const lbvserver: Hooks = { ...hooks('lbvserver'), update: updateService };
export const csvserver: Hooks = hooks('csvserver');

/** Types of servers and services that fit together. */
const families: readonly (readonly string[])[] = [
  ['HTTP', 'SSL'],
  ['TCP', 'SSL_TCP'],
  ['SSL_BRIDGE', 'SSL'],
  ['DNS', 'DNS_TCP'],
  ['SIP_TCP', 'SIP_SSL'],
  ['DIAMETER', 'SSL_DIAMETER'],
  ['MONGO', 'MONGO_TLS'],
];

/** Refuses (1304) services of a type that the server cannot balance. */
export function checkServiceType(binding: StoredRow, service: StoredRow | undefined, context: Context): void {
  const vserver = context.store.object('lbvserver', String(binding.name));
  if (vserver === undefined || service === undefined) return;
  const vserverType = String(vserver.servicetype);
  const type = String(service.servicetype);
  const fits =
    vserverType === type ||
    vserverType === 'ANY' ||
    families.some((family) => family.includes(vserverType) && family.includes(type));
  if (!fits) throw new ApplianceError(1304);
}
