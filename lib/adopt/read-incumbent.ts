import { decodeHosts } from '../ledger/index.ts';
import { namesOf } from '../netscaler/index.ts';
import { escapePattern, isOurs, type NitroReader, type NitroRow, readMap, readMembers } from '../nitro/index.ts';
import type { Frontend } from '../route/index.ts';
import { type BankEntry, HELLO, readBank, readNamed } from './bank.ts';
import type { Incumbent, IncumbentPolicy, IncumbentServer, IncumbentTarget } from './incumbent.ts';
import { type AdoptionRecord, decodeRecord, recordNames, stoodFor } from './record.ts';

/** Reads what the vendor's controller has made, and what was taken over of it. Nothing is written. */
export async function readIncumbent(reader: NitroReader, systemId: string, prefix: string): Promise<Incumbent> {
  const records = await readRecords(reader, systemId);
  const servers = await Promise.all(
    (await readServers(reader, systemId, prefix, records)).map((found) => readServer(reader, systemId, found)),
  );
  const forwards = servers.flatMap(({ policies }) => policies.flatMap(({ forward }) => forward ?? []));
  return { servers, targets: await readTargets(reader, [...new Set(forwards)]) };
}

/** Reads the records of the front ends that are shared with the incumbent, or are being handed over. */
export async function readRecords(reader: NitroReader, systemId: string): Promise<AdoptionRecord[]> {
  const maps = await reader.rows('policystringmap', { filter: { name: recordNames(systemId) } });
  const rows = await Promise.all(maps.map(({ name }) => readMap(reader, String(name))));
  return rows.flatMap((some) => decodeRecord(some) ?? []);
}

/** An addressable virtual server, and the record of its front end. */
interface FoundServer {
  readonly type: IncumbentServer['type'];
  readonly row: NitroRow;
  readonly record: AdoptionRecord | undefined;
}

/** Returns the incumbent's addressable servers, those included that bear our name already. */
async function readServers(
  reader: NitroReader,
  systemId: string,
  prefix: string,
  records: readonly AdoptionRecord[],
): Promise<FoundServer[]> {
  const theirs = { filter: { name: `/^${escapePattern(prefix)}-/` } };
  const context = { system: systemId, names: namesOf(systemId) };
  const [switching, balancing] = await Promise.all([
    reader.rows('csvserver', theirs),
    reader.rows('lbvserver', theirs),
  ]);
  const found = [
    ...switching.map((row) => ({ type: 'csvserver' as const, row })),
    ...balancing.map((row) => ({ type: 'lbvserver' as const, row })),
  ]
    .filter(({ row }) => isAddressable(row) && !isOurs(context, row.comment))
    .map((server) => ({ ...server, record: records.find(({ server: name }) => name === server.row.name) }));
  const missing = records.filter((record) => found.every((server) => server.record !== record));
  const renamed = await Promise.all(
    missing.map(async (record): Promise<FoundServer[]> => {
      const rows = await reader.rows('csvserver', { filter: { name: context.names.csvserver(record.frontend) } });
      return rows.map((row) => ({ type: 'csvserver', row, record }));
    }),
  );
  return [...found, ...renamed.flat()];
}

const isAddressable = ({ ipv46, port }: NitroRow): boolean =>
  ipv46 !== undefined && !['', '0.0.0.0', '::'].includes(String(ipv46)) && Number(port) > 0;

async function readServer(
  reader: NitroReader,
  systemId: string,
  { type, row, record }: FoundServer,
): Promise<IncumbentServer> {
  const name = String(row.name);
  const frontend: Frontend = record?.frontend ?? { vip: String(row.ipv46), port: Number(row.port), kind: 'tls' };
  const servicetype = String(row.servicetype);
  const about = { name, type, servicetype, frontend, record };
  if (type !== 'csvserver' || servicetype !== 'SSL') {
    return { ...about, policies: [], others: [], taken: new Set() };
  }
  const bank = (await readBank(reader, systemId, name)).filter(({ ours }) => !ours);
  const rows = await readMap(reader, namesOf(systemId).frontendMap(frontend));
  const others = bank.filter((entry) => entry.type !== HELLO).map(({ policy }) => policy);
  return {
    ...about,
    policies: await boundPolicies(reader, systemId, frontend, bank),
    others: [...others, ...(await readOthers(reader, name))],
    taken: new Set(decodeHosts(rows).keys()),
  };
}

async function boundPolicies(
  reader: NitroReader,
  systemId: string,
  frontend: Frontend,
  bank: readonly BankEntry[],
): Promise<IncumbentPolicy[]> {
  const hello = bank.filter(({ type }) => type === HELLO);
  const actions = await readNamed(reader, 'sslaction', [...new Set(hello.map(({ row }) => String(row?.action)))]);
  return hello.map(({ policy, priority, ends, row }) => {
    const forward = actions.get(String(row?.action))?.forward;
    const undefAction = row?.undefaction;
    return {
      name: policy,
      priority,
      rule: String(row?.rule ?? ''),
      action: String(row?.action ?? ''),
      undefAction: undefAction === undefined || undefAction === '' ? undefined : String(undefAction),
      forward: forward === undefined || forward === '' ? undefined : String(forward),
      ends,
      standsFor: stoodFor(systemId, frontend, policy),
    };
  });
}

/** Bindings that say that a csvserver serves more than passthrough, each with the attribute that names what is bound. */
const OTHER_BINDINGS = [
  ['csvserver_cspolicy_binding', 'policyname'],
  ['csvserver_lbvserver_binding', 'lbvserver'],
] as const;

async function readOthers(reader: NitroReader, name: string): Promise<string[]> {
  const rows = await Promise.all(OTHER_BINDINGS.map(([type]) => reader.rows(type, { name })));
  return rows.flatMap((some, index) => some.map((row) => String(row[OTHER_BINDINGS[index]?.[1] ?? 'policyname'])));
}

async function readTargets(reader: NitroReader, names: readonly string[]): Promise<Map<string, IncumbentTarget>> {
  if (names.length === 0) return new Map();
  const [servers, groups] = await Promise.all([
    readNamed(reader, 'lbvserver', names),
    reader.rows('lbvserver_servicegroup_binding'),
  ]);
  const bound = Map.groupBy(groups, (row) => String(row.name));
  const groupsOf = (name: string): string[] => (bound.get(name) ?? []).map((row) => groupIn(row));
  const members = await readMembers(reader, [...new Set(names.flatMap(groupsOf))]);
  return new Map(
    names.map((name): [string, IncumbentTarget] => {
      const own = groupsOf(name);
      const row = servers.get(name);
      return [
        name,
        {
          name,
          servicetype: String(row?.servicetype ?? ''),
          persistence: String(row?.persistencetype ?? 'NONE'),
          groups: own,
          members: own.length === 0 ? undefined : own.map((group) => members.get(group) ?? '').join('\n'),
        },
      ];
    }),
  );
}

/** Builds spell the attribute in two ways. */
export const groupIn = (row: NitroRow): string => String(row.servicegroupname ?? row.servicename);
