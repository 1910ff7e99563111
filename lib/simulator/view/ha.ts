import type { HaRole, SimulatedNode } from '../node/node.ts';
import type { StoredRow } from '../store/store.ts';
import { applianceTime } from './appliance-time.ts';

/** Default settings of a node: from memory (V). */
const SETTINGS = {
  hellointerval: 200,
  deadinterval: 3,
  failsafe: 'OFF',
  maxflips: 0,
  maxfliptime: 0,
  inc: 'DISABLED',
  syncstatusstrictmode: 'DISABLED',
};

function row(node: SimulatedNode, id: string, role: HaRole, own: StoredRow): Record<string, unknown> {
  const now = node.options.now();
  const shown = Object.fromEntries(
    Object.entries({ ...SETTINGS, ...own })
      .filter(([name]) => !name.startsWith('$') && name !== 'rpcnodepassword')
      .map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  );
  const syncing = now < node.syncingUntil;
  return {
    ...shown,
    id,
    name: '',
    ipaddress: node.options.address,
    flags: '0',
    hastatus: own.hastatus === 'STAYSECONDARY' || own.hastatus === 'STAYPRIMARY' ? own.hastatus : 'UP',
    state: role.state,
    hasync:
      own.hasync === 'DISABLED'
        ? 'DISABLED'
        : syncing
          ? 'IN PROGRESS'
          : role.state === 'Secondary'
            ? 'SUCCESS'
            : 'ENABLED',
    haprop: own.haprop ?? 'ENABLED',
    enaifaces: '1/1',
    curflips: '0',
    masterstatetime: Math.max(0, Math.floor((now - role.since) / 1000)),
  };
}

/** Returns the rows of `hanode`: the node as id 0, then its peer, or nodes that were only configured. */
export function haNodeRows(node: SimulatedNode): Record<string, unknown>[] {
  const { root } = node.configuration;
  const rows = [row(node, '0', node.role, root.object('hanode', '0') ?? {})];
  const { peer } = node.role;
  if (peer !== undefined) return [...rows, row(peer, '1', peer.role, {})];
  for (const other of root.objects('hanode')) {
    if (other.id === 0) continue;
    const { rpcnodepassword: _, ...shown } = other;
    rows.push({ ...SETTINGS, ...shown, id: String(other.id), state: 'UNKNOWN', hastatus: 'UNKNOWN' });
  }
  return rows;
}

/** Returns `stat/hanode`. Names are those of the vendor's reference, the constants are from memory (V). */
export function haStatistics(node: SimulatedNode): Record<string, unknown> {
  return {
    hacurstatus: node.role.peer === undefined ? 'NO' : 'YES',
    hacurstate: 'UP',
    hacurmasterstate: node.role.state,
    transtime: applianceTime(node.role.since),
    haerrsyncfailure: '0',
    haerrproptimeout: '0',
    hatotpktrx: '0',
    hatotpkttx: '0',
  };
}
