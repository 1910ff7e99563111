import { LICENSED } from '../command/system.ts';
import { ApplianceError } from '../errors.ts';
import type { LiveState } from '../node/live-state.ts';
import type { SimulatedNode } from '../node/node.ts';
import { schemas } from '../schema/schema.ts';
import { applianceTime } from './appliance-time.ts';
import { haNodeRows } from './ha.ts';
import type { RowSource, ViewQuery } from './read.ts';
import { systemfile } from './systemfile.ts';

/** A singleton is answered as an object, any other resource as rows. */
type NodeResource = { readonly object: Record<string, unknown> } | { readonly rows: Iterable<RowSource> };

type Read = (query: ViewQuery, live: LiveState, node: SimulatedNode) => NodeResource;

const flag = (names: Iterable<string>): Record<string, boolean> =>
  Object.fromEntries([...names].map((name) => [name.toLowerCase(), true]));

const off = (names: readonly string[]): Record<string, boolean> =>
  Object.fromEntries(names.map((name) => [name, false]));

/** Returns the attributes that a singleton may show. */
const flagsOf = (kind: string): readonly string[] => [...schemas.get(kind)!.readOnly.keys()];

/**
 * Short names of the modes; a mode that is off is shown as `false`, as an acceptance test of the vendor expects.
 * Source: the schema; the modes of RISE are from memory (V).
 */
const MODES = [...flagsOf('nsmode'), 'rise_apbr', 'rise_rhi'];

/** Features; one that is off is shown as `false`. Source: the schema; the last two are from memory (V). */
const FEATURES = [...flagsOf('nsfeature'), 'rise', 'urlfiltering'];
/** Licences: the features and more. Source: the vendor's schema, which has neither `ci` nor `rise` (V). */
const LICENCES = [
  ...FEATURES,
  ...'agee appflowica cloudbridgeappliance cloudextenderappliance cloudsubscriptionimage cluster delta gslbp issgwylic isswglic nsxn remotecontentinspection routing'.split(
    ' ',
  ),
];

function hanodes({ node }: { node: SimulatedNode }): RowSource[] {
  return haNodeRows(node).map((rendered) => ({ rendered }));
}

function nsconfig(node: SimulatedNode): Record<string, unknown> {
  const { unsaved, lastChange, lastSave } = node.saveState;
  const now = node.options.now();
  return {
    ipaddress: node.options.address,
    netmask: '255.255.255.0',
    systemtype: node.role.peer === undefined ? 'Stand-alone' : 'HA',
    lastconfigchangedtime: applianceTime(lastChange),
    ...(lastSave === undefined ? {} : { lastconfigsavetime: applianceTime(lastSave) }),
    currentsytemtime: applianceTime(now),
    systemtime: node.options.behaviour['clock-in-seconds'] ? String(Math.floor(now / 1000)) : applianceTime(now),
    primaryip: node.options.address,
    flags: '8',
    configchanged: unsaved,
  };
}

function nsip(live: LiveState): RowSource[] {
  const rows: RowSource[] = [
    {
      rendered: {
        ipaddress: '192.0.2.1',
        netmask: '255.255.255.0',
        type: 'NSIP',
        mgmtaccess: 'ENABLED',
        state: 'ENABLED',
        td: '0',
      },
    },
  ];
  for (const row of live.store.objects('nsip')) rows.push({ kind: 'nsip', row });
  const vips = new Set<string>();
  for (const kind of ['csvserver', 'lbvserver']) {
    for (const row of live.store.objects(kind)) {
      const address = String(row.ipv46 ?? '0.0.0.0');
      if (address !== '0.0.0.0' && !address.includes(':')) vips.add(address);
    }
  }
  for (const ipaddress of vips) {
    rows.push({
      rendered: {
        ipaddress,
        netmask: '255.255.255.255',
        type: 'VIP',
        mgmtaccess: 'DISABLED',
        state: 'ENABLED',
        td: '0',
      },
    });
  }
  return rows;
}

/** Resources of the node that are not tables of objects. */
export const nodeResources: Readonly<Record<string, Read>> = {
  nsversion: (_query, _live, node) => ({ object: { version: node.versionText(), mode: '1' } }),
  nshardware: () => ({
    object: {
      hwdescription: 'NetScaler Virtual Appliance (simulated)',
      sysid: '450072',
      host: '000000000000',
      hostid: '0',
      serialno: 'SIMULATED',
      encodedserialno: 'SIMULATED',
      netscaleruuid: '00000000-0000-0000-0000-000000000000',
      cpufrequncy: '2400',
    },
  }),
  nslicense: () => ({
    object: {
      ...off(LICENCES),
      ...flag(LICENSED),
      // An acceptance test of the vendor reads the attribute; its value, and all below it, are from memory (V).
      licensingmode: 'Local',
      modelid: '1000',
      isstandardlic: false,
      isenterpriselic: false,
      isplatinumlic: true,
    },
  }),
  nsfeature: (_query, live) => {
    const feature = (live.root.object('nsfeature', '')?.feature ?? []) as string[];
    return { object: { feature, ...off(FEATURES), ...flag(feature) } };
  },
  nsmode: (_query, live) => {
    const mode = (live.root.object('nsmode', '')?.mode ?? []) as string[];
    return { object: { mode, ...off(MODES), ...flag(mode) } };
  },
  nsconfig: (_query, _live, node) => ({ object: nsconfig(node) }),
  nsrunningconfig: (_query, _live, node) => ({ object: { response: node.runningConfig() } }),
  nssavedconfig: (_query, _live, node) => ({ object: { textblob: node.savedConfig() } }),
  hanode: (query, _live, node) => {
    const rows = hanodes({ node }).filter(
      (row) => query.name === undefined || ('rendered' in row && String(row.rendered.id) === query.name),
    );
    if (rows.length === 0) throw new ApplianceError(258, ['id', query.name ?? '']);
    return { rows };
  },
  systemfile,
  systemsession: (query, live, node) => ({
    rows: node.sessions
      .list()
      .filter((session) => query.name === undefined || String(session.id) === query.name)
      .map((session) => ({
        rendered: {
          sid: String(session.id),
          username: session.username,
          logintime: applianceTime(session.loginTime),
          lastactivitytime: applianceTime(session.lastActivity),
          expirytime: String(Math.max(0, session.timeout - Math.floor((live.now() - session.lastActivity) / 1000))),
          numofconnections: '1',
          currentconn: false,
          clienttype: 'API',
          partitionname: session.partition,
          clientipaddress: session.client,
        },
      })),
  }),
  nspartition: (query, live, node) => {
    const rows: RowSource[] = [
      { rendered: { partitionname: 'default', partitionid: '0' } },
      ...[...live.root.objects('nspartition')].map((row) => ({ kind: 'nspartition', row })),
    ];
    if (query.name === undefined) return { rows };
    const found = rows.filter(
      (source) => ('rendered' in source ? source.rendered.partitionname : source.row.partitionname) === query.name,
    );
    if (found.length === 0 || !node.hasPartition(query.name)) throw new ApplianceError(2755);
    return { rows: found };
  },
  nsip: (query, live) => {
    const address = (source: RowSource): unknown =>
      'rendered' in source ? source.rendered.ipaddress : source.row.ipaddress;
    const rows = nsip(live).filter((source) => query.name === undefined || address(source) === query.name);
    if (query.name !== undefined && rows.length === 0) throw new ApplianceError(258, ['ipaddress', query.name]);
    return { rows };
  },
};
