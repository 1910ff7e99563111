import { decodeClaims, type LedgerRow, redirectClaims, securePortOf } from '../../ledger/index.ts';
import { type Names, parseMark, READY_KEY, type Resource } from '../../netscaler/index.ts';
import { type FrontEnd, frontEndKey } from '../../route/index.ts';
import { anyOf, escapePattern } from '../path.ts';
import type { BatchQuery, NitroReader, NitroRow } from '../ports.ts';
import { asServer } from './as-made.ts';
import { type InventoryContext, isOurs, toResource } from './rows.ts';
import { systemFrom, systemQueries } from './system.ts';

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
  rows: readonly LedgerRow[],
): Promise<FrontEndInventory> {
  const { inventories } = await readFrontEnds(reader, context, [{ frontEnd, rows }], false);
  return inventories[0] as FrontEndInventory;
}

/** A front end, and the rows of its map that were read. */
interface FrontEndRows {
  readonly frontEnd: FrontEnd;
  readonly rows: readonly LedgerRow[];
}

/** Front ends in one batch of reads. */
const AT_ONCE = 10;

/**
 * Several front ends in as few requests as that takes.
 *
 * @param withSystem asks, in the first batch, for what exists once for the system, too.
 * @returns inventories in the order of the front ends.
 */
export async function readFrontEnds(
  reader: NitroReader,
  context: InventoryContext,
  places: readonly FrontEndRows[],
  withSystem: boolean,
): Promise<{ inventories: FrontEndInventory[]; system: Resource[] | undefined }> {
  const inventories: FrontEndInventory[] = [];
  let system: Resource[] | undefined;
  for (let start = 0; start < places.length; start += AT_ONCE) {
    const some = places.slice(start, start + AT_ONCE);
    const once = withSystem && start === 0 ? systemQueries(context.names) : [];
    const queries = some.map(({ frontEnd }) => queriesFor(context, frontEnd));
    const answers = await reader.batch([...once, ...queries.flat()]);
    if (once.length > 0) system = systemFrom(answers.slice(0, once.length));
    let from = once.length;
    const looks = some.map((place, index) => {
      const to = from + (queries[index] as BatchQuery[]).length;
      const mine = answers.slice(from, to);
      from = to;
      return inventoryOf(reader, context, place, mine);
    });
    inventories.push(...(await Promise.all(looks)));
  }
  return { inventories, system };
}

function queriesFor({ names }: InventoryContext, frontEnd: FrontEnd): BatchQuery[] {
  const place = { ipv46: frontEnd.vip };
  const filter = { name: policyNames(names, frontEnd) };
  return [
    // By name, too: its address may have been changed by hand.
    { type: 'csvserver', filter: { name: names.csvserver(frontEnd) } },
    { type: 'csvserver', filter: place },
    { type: 'lbvserver', filter: place },
    { type: 'policystringmap', filter: { name: names.frontEndMap(frontEnd) } },
    { type: policyType(frontEnd), filter },
    ...(frontEnd.kind === 'tls' ? [] : [{ type: 'responderaction', filter }]),
  ];
}

const policyType = ({ kind }: FrontEnd): 'sslpolicy' | 'responderpolicy' =>
  kind === 'tls' ? 'sslpolicy' : 'responderpolicy';

function policyNames(names: Names, frontEnd: FrontEnd): string {
  return frontEnd.kind === 'tls'
    ? anyOf([names.gate(frontEnd), names.exact(frontEnd)])
    : `/-${escapePattern(`${frontEnd.vip}-${frontEnd.port}`)}$/`;
}

/** @param answers to {@link queriesFor}, in their order. */
async function inventoryOf(
  reader: NitroReader,
  context: InventoryContext,
  { frontEnd, rows }: FrontEndRows,
  answers: readonly NitroRow[][],
): Promise<FrontEndInventory> {
  const { names } = context;
  const name = names.csvserver(frontEnd);
  const map = names.frontEndMap(frontEnd);
  const tls = frontEnd.kind === 'tls';
  const [named = [], servers = [], balancers = [], maps = [], policies = [], actions = []] = answers;
  const here = (row: NitroRow): boolean => Number(row.port) === frontEnd.port || Number(row.port) === 65535;
  const own = servers.find((row) => Number(row.port) === frontEnd.port && isOurs(context, row.comment));
  const kind = parseMark(own?.comment)?.frontEnd?.kind ?? frontEnd.kind;
  const other = [...servers, ...balancers].find((row) => here(row) && !isOurs(context, row.comment));
  // Whoever came to all ports beside ours has not taken this one. Ours of the other kind has.
  const foreign = own === undefined ? other : kind === frontEnd.kind ? undefined : own;
  const server = named.find((row) => isOurs(context, row.comment));
  const owned = (list: readonly NitroRow[]): NitroRow[] => list.filter((row) => isOurs(context, row.comment));

  const found: Resource[] = [
    ...maps.map((row) => toResource('front-end-map', 'policystringmap', row, [])),
    ...owned(policies).map((row) => toResource('front-end-policy', policyType(frontEnd), row, [])),
    ...owned(actions).map((row) => toResource('action', 'responderaction', row, [])),
    ...rows.filter(({ key }) => key === READY_KEY).map((row) => readyResource(map, row)),
  ];
  let bindings: Resource[] | undefined;
  if (server !== undefined) {
    found.push(toResource('csvserver', 'csvserver', asServer(server), []));
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

function readyResource(map: string, row: LedgerRow): Resource {
  return {
    role: 'ready',
    type: 'policystringmap_pattern_binding',
    id: { name: map, key: row.key },
    attributes: { value: row.value, comment: row.comment },
    owners: [],
  };
}

/** Every front end of the system, by the marks of their maps. */
export async function readAllFrontEnds(reader: NitroReader, { system }: InventoryContext): Promise<FrontEnd[]> {
  const maps = await reader.rows('policystringmap', { filter: { name: `/^${system}_f_/` } });
  return maps.flatMap((row) => parseMark(row.comment)?.frontEnd ?? []);
}

/** The front ends of the system at the addresses and ports of these, as their maps' marks say: of either kind. */
export async function readFrontEndsThere(
  reader: NitroReader,
  { names }: InventoryContext,
  frontEnds: readonly FrontEnd[],
): Promise<FrontEnd[]> {
  const there: FrontEnd[] = [];
  for (let start = 0; start < frontEnds.length; start += AT_ONCE) {
    const maps = frontEnds.slice(start, start + AT_ONCE).map((frontEnd) => names.frontEndMap(frontEnd));
    const rows = await reader.rows('policystringmap', { filter: { name: anyOf(maps) } });
    there.push(...rows.flatMap((row) => parseMark(row.comment)?.frontEnd ?? []));
  }
  return there;
}

/**
 * How many claims of owners other than these a front end has.
 *
 * @param securePort only those of redirects to this port.
 */
export async function countOtherClaims(
  reader: NitroReader,
  names: Names,
  { frontEnd, rows }: FrontEndRows,
  ownerKeys: ReadonlySet<string>,
  securePort?: number,
): Promise<number> {
  const total = await reader.count('policystringmap_pattern_binding', {
    name: names.frontEndMap(frontEnd),
    filter: { key: '/^\\#/', ...(securePort === undefined ? {} : { value: redirectClaims(securePort) }) },
  });
  const own = decodeClaims(rows, frontEndKey(frontEnd)).filter(
    (claim) => ownerKeys.has(claim.ownerKey) && (securePort === undefined || securePortOf(claim) === securePort),
  );
  return total - own.length;
}
