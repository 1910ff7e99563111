import { LICENSED } from '../command/system.ts';
import { ApplianceError } from '../errors.ts';
import type { SimulatedNode } from '../node/node.ts';
import { schema } from '../schema/schema.ts';
import { appliancetime } from './computed.ts';
import type { Live } from './live.ts';
import type { RowSource, ViewQuery } from './read.ts';
import { systemfile } from './systemfile.ts';

/** A singleton is answered as an object, anything else as rows. */
export type Special = { readonly object: Record<string, unknown> } | { readonly rows: Iterable<RowSource> };

type Read = (query: ViewQuery, live: Live, node: SimulatedNode) => Special;

const flag = (names: Iterable<string>): Record<string, boolean> =>
  Object.fromEntries([...names].map((name) => [name.toLowerCase(), true]));

const off = (names: readonly string[]): Record<string, boolean> =>
  Object.fromEntries(names.map((name) => [name, false]));

/** What a singleton's schema lets it show. */
const flagsOf = (kind: string): readonly string[] => [...schema.get(kind)!.readOnly.keys()];

/**
 * Short names of the modes: one that is off is there as `false`, as an acceptance test of the vendor expects. Source: the
 * schema; that the modes of RISE are shown like the others is from memory (V).
 */
const MODES = [...flagsOf('nsmode'), 'rise_apbr', 'rise_rhi'];

/** Features, of which one that is off is there as `false`. Source: the schema; the last two are from memory (V). */
const FEATURES = [...flagsOf('nsfeature'), 'rise', 'urlfiltering'];
/** Licences that there may be beside the features. Source: the vendor's schema, which has none of `ci` and `rise` (V). */
const LICENCES = [
  ...FEATURES,
  ...'agee appflowica cloudbridgeappliance cloudextenderappliance cloudsubscriptionimage cluster delta gslbp issgwylic isswglic nsxn remotecontentinspection routing'.split(
    ' ',
  ),
];

function hanodes({ node }: { node: SimulatedNode }): RowSource[] {
  return node.haNodes().map((drawn) => ({ drawn }));
}

function nsip(live: Live): RowSource[] {
  const rows: RowSource[] = [
    {
      drawn: {
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
      drawn: { ipaddress, netmask: '255.255.255.255', type: 'VIP', mgmtaccess: 'DISABLED', state: 'ENABLED', td: '0' },
    });
  }
  return rows;
}

/** Resources that are no table of objects. */
export const specials: Readonly<Record<string, Read>> = {
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
      // An acceptance test of the vendor wants the attribute; its value, and all below it, are from memory (V).
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
  nsconfig: (_query, _live, node) => ({ object: node.nsconfig() }),
  nsrunningconfig: (_query, _live, node) => ({ object: { response: node.runningConfig() } }),
  nssavedconfig: (_query, _live, node) => ({ object: { textblob: node.savedConfig() } }),
  hanode: (query, _live, node) => {
    const rows = hanodes({ node }).filter(
      (row) => query.name === undefined || ('drawn' in row && String(row.drawn.id) === query.name),
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
        drawn: {
          sid: String(session.id),
          username: session.username,
          logintime: appliancetime(session.loginTime),
          lastactivitytime: appliancetime(session.lastActivity),
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
      { drawn: { partitionname: 'default', partitionid: '0' } },
      ...[...live.root.objects('nspartition')].map((row) => ({ kind: 'nspartition', row })),
    ];
    if (query.name === undefined) return { rows };
    const found = rows.filter(
      (source) => ('drawn' in source ? source.drawn.partitionname : source.row.partitionname) === query.name,
    );
    if (found.length === 0 || !node.hasPartition(query.name)) throw new ApplianceError(2755);
    return { rows: found };
  },
  nsip: (query, live) => {
    const address = (source: RowSource): unknown => ('drawn' in source ? source.drawn.ipaddress : source.row.ipaddress);
    const rows = nsip(live).filter((source) => query.name === undefined || address(source) === query.name);
    if (query.name !== undefined && rows.length === 0) throw new ApplianceError(258, ['ipaddress', query.name]);
    return { rows };
  },
};
