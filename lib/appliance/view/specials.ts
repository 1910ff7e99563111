import { LICENSED } from '../command/system.ts';
import { NitroError } from '../errors.ts';
import type { Node } from '../node/node.ts';
import type { File } from '../store/files.ts';
import { appliancetime } from './computed.ts';
import type { Live } from './live.ts';
import type { Query, Source } from './read.ts';

/** A singleton is answered as an object, anything else as rows. */
export type Special = { readonly object: Record<string, unknown> } | { readonly rows: Iterable<Source> };

type Read = (query: Query, live: Live, node: Node) => Special;

const flag = (names: Iterable<string>): Record<string, boolean> =>
  Object.fromEntries([...names].map((name) => [name.toLowerCase(), true]));

function hanodes({ node }: { node: Node }): Source[] {
  return node.haNodes().map((drawn) => ({ drawn }));
}

function nsip(live: Live): Source[] {
  const rows: Source[] = [
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
    object: { ...flag(LICENSED), modelid: '1000', isstandardlic: false, isenterpriselic: false, isplatinumlic: true },
  }),
  nsfeature: (_query, live) => {
    const feature = (live.root.object('nsfeature', '')?.feature ?? []) as string[];
    const off = Object.fromEntries([...LICENSED].map((name) => [name.toLowerCase(), false]));
    return { object: { feature, ...off, ...flag(feature) } };
  },
  nsmode: (_query, live) => {
    const mode = (live.root.object('nsmode', '')?.mode ?? []) as string[];
    return { object: { mode, ...flag(mode) } };
  },
  nsconfig: (_query, _live, node) => ({ object: node.nsconfig() }),
  nsrunningconfig: (_query, _live, node) => ({ object: { response: node.runningConfig() } }),
  nssavedconfig: (_query, _live, node) => ({ object: { textblob: node.savedConfig() } }),
  hanode: (query, _live, node) => {
    const rows = hanodes({ node }).filter(
      (row) => query.name === undefined || ('drawn' in row && String(row.drawn.id) === query.name),
    );
    if (rows.length === 0) throw new NitroError(258, ['id', query.name ?? '']);
    return { rows };
  },
  systemfile: (query, live, node) => {
    const location = query.args.filelocation ?? query.filter.find((term) => term.attribute === 'filelocation')?.exact;
    if (location === undefined) throw new NitroError(1095, 'filelocation');
    const saved: File = {
      name: 'ns.conf',
      location: '/nsconfig/',
      content: Buffer.from(node.savedConfig()),
      modified: node.startTime,
    };
    const all =
      location.replace(/\/+$/, '') === '/nsconfig' ? [saved, ...live.files.list(location)] : live.files.list(location);
    const files = all.filter((file) => query.name === undefined || file.name === query.name);
    if (query.name !== undefined && files.length === 0) throw new NitroError(258, ['filename', query.name]);
    return {
      rows: files.map((file) => ({
        drawn: {
          filename: file.name,
          filelocation: file.location.replace(/\/$/, ''),
          fileaccesstime: appliancetime(file.modified),
          filemodifiedtime: appliancetime(file.modified),
          filemode: ['FILE'],
          filesize: String(file.content.length),
          ...(query.name === undefined ? {} : { filecontent: file.content.toString('base64'), fileencoding: 'BASE64' }),
        },
      })),
    };
  },
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
    const rows: Source[] = [
      { drawn: { partitionname: 'default', partitionid: '0' } },
      ...[...live.root.objects('nspartition')].map((row) => ({ kind: 'nspartition', row })),
    ];
    if (query.name === undefined) return { rows };
    const found = rows.filter(
      (source) => ('drawn' in source ? source.drawn.partitionname : source.row.partitionname) === query.name,
    );
    if (found.length === 0 || !node.hasPartition(query.name)) throw new NitroError(2755);
    return { rows: found };
  },
  nsip: (query, live) => {
    const address = (source: Source): unknown => ('drawn' in source ? source.drawn.ipaddress : source.row.ipaddress);
    const rows = nsip(live).filter((source) => query.name === undefined || address(source) === query.name);
    if (query.name !== undefined && rows.length === 0) throw new NitroError(258, ['ipaddress', query.name]);
    return { rows };
  },
};
