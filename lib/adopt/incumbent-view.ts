import { frontendMark, type Names, namesOf } from '../netscaler/index.ts';
import type { ItemResult, NitroItem, NitroReader, NitroRow, NitroWriter, RemovalItem } from '../nitro/index.ts';
import type { Frontend } from '../route/index.ts';
import { HELLO, readBank, unbinding } from './bank.ts';

/**
 * Shows the engine the incumbent's csvserver as if it were ours, so that the engine itself programs hosts on it: the same
 * back ends, policies and rows of the ledger as ever.
 *
 * | the engine                                         | the appliance                                              |
 * | -------------------------------------------------- | ---------------------------------------------------------- |
 * | reads our csvserver                                | the incumbent's, under our name and with our mark          |
 * | binds a policy of a back end, or that of exact keys | it is bound to the incumbent's                             |
 * | binds the gate, the last reset or the certificate   | nothing: they would refuse or serve what is not ours yet   |
 * | adds, changes or removes the csvserver              | nothing; a removal unbinds the policies of ours            |
 *
 * The last step writes what was held back, when the front end is ours.
 */
export interface SharedServer {
  readonly frontend: Frontend;
  /** The incumbent's name of it. */
  readonly server: string;
}

const SERVER = 'csvserver';
const POLICY_BINDING = 'sslvserver_sslpolicy_binding';
const CERTIFICATE_BINDING = 'sslvserver_sslcertkey_binding';
const OF_SERVER: readonly string[] = [POLICY_BINDING, CERTIFICATE_BINDING];

/** Returns reader and writer for the engine. @param shared front ends that are not ours yet. */
export function incumbentView(
  { reader, writer }: { readonly reader: NitroReader; readonly writer: NitroWriter },
  systemId: string,
  shared: readonly SharedServer[],
): { reader: NitroReader; writer: NitroWriter } {
  const names = namesOf(systemId);
  const theirs = new Map(shared.map(({ frontend, server }) => [names.csvserver(frontend), server]));
  const ours = new Map(shared.map(({ frontend, server }) => [server, frontend]));
  const held = new Set([names.reset, ...shared.map(({ frontend }) => names.gate(frontend))]);
  return {
    reader: viewedReader(reader, theirs, (row) => asOurs(row, ours, systemId, names)),
    writer: viewedWriter(writer, theirs, held, (server) => unbindOurs(reader, writer, systemId, server)),
  };
}

/** Returns a row of the incumbent's csvserver, or of a binding of it, under our name. */
function asOurs(row: NitroRow, ours: ReadonlyMap<string, Frontend>, systemId: string, names: Names): NitroRow {
  const bound = ours.get(String(row.vservername));
  if (bound !== undefined) return { ...row, vservername: names.csvserver(bound) };
  const frontend = ours.get(String(row.name));
  if (frontend === undefined) return row;
  return { ...row, name: names.csvserver(frontend), comment: frontendMark(systemId, frontend) };
}

function viewedReader(
  reader: NitroReader,
  theirs: ReadonlyMap<string, string>,
  shown: (row: NitroRow) => NitroRow,
): NitroReader {
  const isViewed = (type: string): boolean => type === SERVER || OF_SERVER.includes(type);
  const show = (type: string, rows: readonly NitroRow[]): NitroRow[] => (isViewed(type) ? rows.map(shown) : [...rows]);
  const name = (text: string): string => theirs.get(text) ?? text;
  const filtered = <T extends { readonly filter?: Readonly<Record<string, string>> }>(type: string, query: T): T => {
    const asked = query.filter?.name;
    return type !== SERVER || asked === undefined
      ? query
      : { ...query, filter: { ...query.filter, name: name(asked) } };
  };
  return {
    rows: async (type, query = {}) => {
      const asked = query.name !== undefined && isViewed(type) ? { ...query, name: name(query.name) } : query;
      return show(type, await reader.rows(type, filtered(type, asked)));
    },
    batch: async (queries) => {
      const answers = await reader.batch(queries.map((query) => filtered(query.type, query)));
      return answers.map((rows, index) => show(String(queries[index]?.type), rows));
    },
    // The engine reads maps and members so, never a csvserver or what is bound to it.
    rowsOf: (...asked) => reader.rowsOf(...asked),
    rowsBeside: (...asked) => reader.rowsBeside(...asked),
    count: (...asked) => reader.count(...asked),
  };
}

/** What a write becomes. */
type Passed<T> = { readonly item: T } | 'held' | { readonly server: string };

function viewedWriter(
  writer: NitroWriter,
  theirs: ReadonlyMap<string, string>,
  held: ReadonlySet<string>,
  clear: (server: string) => Promise<ItemResult>,
): NitroWriter {
  const added = (item: NitroItem): Passed<NitroItem> => {
    const { type, body } = item;
    const server = theirs.get(String(type === SERVER ? body.name : body.vservername));
    if (server === undefined || (type !== SERVER && !OF_SERVER.includes(type))) return { item };
    if (type !== POLICY_BINDING || held.has(String(body.policyname))) return 'held';
    return { item: { type, body: { ...body, vservername: server } } };
  };
  const removed = (item: RemovalItem): Passed<RemovalItem> => {
    const { type, name, args } = item;
    const server = theirs.get(name[1]);
    if (server === undefined) return { item };
    if (type === SERVER) return { server };
    if (type !== POLICY_BINDING) return OF_SERVER.includes(type) ? 'held' : { item };
    if (held.has(String(args.policyname))) return 'held';
    return { item: { ...item, name: [name[0], server] } };
  };
  const others = (type: string, bodies: readonly NitroRow[]): NitroRow[] =>
    bodies.filter(({ name }) => type !== SERVER || !theirs.has(String(name)));
  const spread = (type: string, bodies: readonly NitroRow[], results: readonly ItemResult[]): ItemResult[] => {
    const left = [...results];
    return bodies.map(({ name }) => (type === SERVER && theirs.has(String(name)) ? undefined : left.shift()));
  };
  const passOthers =
    (write: (type: string, bodies: readonly NitroRow[]) => Promise<ItemResult[]>) =>
    async (type: string, bodies: readonly NitroRow[]): Promise<ItemResult[]> => {
      const passed = others(type, bodies);
      return spread(type, bodies, passed.length === 0 ? [] : await write(type, passed));
    };
  return {
    add: (items) =>
      passing(
        items.map(added),
        (some) => writer.add(some),
        async () => undefined,
      ),
    remove: (items) => passing(items.map(removed), (some) => writer.remove(some), clear),
    set: passOthers((type, bodies) => writer.set(type, bodies)),
    unset: passOthers((type, bodies) => writer.unset(type, bodies)),
    enable: passOthers((type, bodies) => writer.enable(type, bodies)),
    members: (lists) => writer.members(lists),
    upload: (files) => writer.upload(files),
    save: () => writer.save(),
  };
}

/** Writes what passes, in its order, and returns one result for each item. */
async function passing<T>(
  items: readonly Passed<T>[],
  write: (some: readonly T[]) => Promise<ItemResult[]>,
  clear: (server: string) => Promise<ItemResult>,
): Promise<ItemResult[]> {
  const cleared: ItemResult[] = [];
  for (const item of items) if (item !== 'held' && 'server' in item) cleared.push(await clear(item.server));
  const some = items.flatMap((item) => (item !== 'held' && 'item' in item ? [item.item] : []));
  const written = some.length === 0 ? [] : await write(some);
  return items.map((item) => {
    if (item === 'held') return undefined;
    return 'server' in item ? cleared.shift() : written.shift();
  });
}

/** Unbinds all policies of ours: the csvserver stays, where the engine removes it with all that is bound. */
async function unbindOurs(
  reader: NitroReader,
  writer: NitroWriter,
  systemId: string,
  server: string,
): Promise<ItemResult> {
  const bank = await readBank(reader, systemId, server);
  const own = bank.filter(({ ours, type }) => ours && type === HELLO);
  if (own.length === 0) return undefined;
  const results = await writer.remove(own.map(({ policy, priority }) => unbinding(server, policy, priority)));
  return results.find((result) => result !== undefined && result.kind !== 'gone');
}
