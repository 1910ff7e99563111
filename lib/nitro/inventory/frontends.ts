import { decodeClaims, type LedgerRow, redirectClaims, securePortOf } from '../../ledger/index.ts';
import { type Names, parseMark, READY_KEY, type Resource } from '../../netscaler/index.ts';
import { type Frontend, frontendKey } from '../../route/index.ts';
import { anyOf, escapePattern } from '../path.ts';
import type { BatchQuery, NitroReader, NitroRow } from '../ports.ts';
import { asServer } from './as-made.ts';
import { type InventoryContext, isOurs, toResource } from './rows.ts';
import { systemFrom, systemQueries } from './system.ts';

/** The bindings of SSL policies of one front end: priorities in use, and by whom. */
export async function readPolicyBindings(reader: NitroReader, names: Names, frontend: Frontend): Promise<Resource[]> {
  const rows = await reader.rows('sslvserver_sslpolicy_binding', { name: names.csvserver(frontend) });
  return rows.map((row) =>
    toResource('policy-binding', 'sslvserver_sslpolicy_binding', { type: 'CLIENTHELLO_REQ', ...row }, []),
  );
}

/** What a look at a front end's address showed. */
export interface FrontendInventory {
  readonly found: readonly Resource[];
  readonly bindings: readonly Resource[] | undefined;
  /** A vserver of somebody else on this address and port (CON-4). */
  readonly foreign: string | undefined;
}

/** The objects of a front end as they are, and who else sits on its address. */
export async function readFrontend(
  reader: NitroReader,
  context: InventoryContext,
  frontend: Frontend,
  rows: readonly LedgerRow[],
): Promise<FrontendInventory> {
  const { inventories } = await readFrontends(reader, context, [{ frontend, rows }], false);
  return inventories[0] as FrontendInventory;
}

/** A front end, and the rows of its map that were read. */
interface FrontendRows {
  readonly frontend: Frontend;
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
export async function readFrontends(
  reader: NitroReader,
  context: InventoryContext,
  places: readonly FrontendRows[],
  withSystem: boolean,
): Promise<{ inventories: FrontendInventory[]; system: Resource[] | undefined }> {
  const inventories: FrontendInventory[] = [];
  let system: Resource[] | undefined;
  for (let start = 0; start < places.length; start += AT_ONCE) {
    const some = places.slice(start, start + AT_ONCE);
    const once = withSystem && start === 0 ? systemQueries(context.names) : [];
    const queries = some.map(({ frontend }) => queriesFor(context, frontend));
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

function queriesFor({ names }: InventoryContext, frontend: Frontend): BatchQuery[] {
  const place = { ipv46: frontend.vip };
  const filter = { name: policyNames(names, frontend) };
  return [
    // By name, too: its address may have been changed by hand.
    { type: 'csvserver', filter: { name: names.csvserver(frontend) } },
    { type: 'csvserver', filter: place },
    { type: 'lbvserver', filter: place },
    { type: 'policystringmap', filter: { name: names.frontendMap(frontend) } },
    { type: policyType(frontend), filter },
    ...(frontend.kind === 'tls' ? [] : [{ type: 'responderaction', filter }]),
  ];
}

const policyType = ({ kind }: Frontend): 'sslpolicy' | 'responderpolicy' =>
  kind === 'tls' ? 'sslpolicy' : 'responderpolicy';

function policyNames(names: Names, frontend: Frontend): string {
  return frontend.kind === 'tls'
    ? anyOf([names.gate(frontend), names.exact(frontend)])
    : `/-${escapePattern(`${frontend.vip}-${frontend.port}`)}$/`;
}

/** @param answers to {@link queriesFor}, in their order. */
async function inventoryOf(
  reader: NitroReader,
  context: InventoryContext,
  { frontend, rows }: FrontendRows,
  answers: readonly NitroRow[][],
): Promise<FrontendInventory> {
  const { names } = context;
  const name = names.csvserver(frontend);
  const map = names.frontendMap(frontend);
  const tls = frontend.kind === 'tls';
  const [named = [], servers = [], balancers = [], maps = [], policies = [], actions = []] = answers;
  const here = (row: NitroRow): boolean => Number(row.port) === frontend.port || Number(row.port) === 65535;
  const own = servers.find((row) => Number(row.port) === frontend.port && isOurs(context, row.comment));
  const kind = parseMark(own?.comment)?.frontend?.kind ?? frontend.kind;
  const other = [...servers, ...balancers].find((row) => here(row) && !isOurs(context, row.comment));
  // Whoever came to all ports beside ours has not taken this one. Ours of the other kind has.
  const foreign = own === undefined ? other : kind === frontend.kind ? undefined : own;
  const server = named.find((row) => isOurs(context, row.comment));
  const owned = (list: readonly NitroRow[]): NitroRow[] => list.filter((row) => isOurs(context, row.comment));

  const found: Resource[] = [
    ...maps.map((row) => toResource('front-end-map', 'policystringmap', row, [])),
    ...owned(policies).map((row) => toResource('front-end-policy', policyType(frontend), row, [])),
    ...owned(actions).map((row) => toResource('action', 'responderaction', row, [])),
    ...rows.filter(({ key }) => key === READY_KEY).map((row) => readyResource(map, row)),
  ];
  let bindings: Resource[] | undefined;
  if (server !== undefined) {
    found.push(toResource('csvserver', 'csvserver', asServer(server), []));
    if (tls) {
      const [bound, certificates] = await Promise.all([
        readPolicyBindings(reader, names, frontend),
        reader.rows('sslvserver_sslcertkey_binding', { name }),
      ]);
      bindings = bound;
      const fixed = new Set([names.gate(frontend), names.exact(frontend), names.reset]);
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
export async function readAllFrontends(reader: NitroReader, { system }: InventoryContext): Promise<Frontend[]> {
  const maps = await reader.rows('policystringmap', { filter: { name: `/^${system}_f_/` } });
  return maps.flatMap((row) => parseMark(row.comment)?.frontend ?? []);
}

/** The front ends of the system at the addresses and ports of these, as their maps' marks say: of either kind. */
export async function readFrontendsThere(
  reader: NitroReader,
  { names }: InventoryContext,
  frontends: readonly Frontend[],
): Promise<Frontend[]> {
  const there: Frontend[] = [];
  for (let start = 0; start < frontends.length; start += AT_ONCE) {
    const maps = frontends.slice(start, start + AT_ONCE).map((frontend) => names.frontendMap(frontend));
    const rows = await reader.rows('policystringmap', { filter: { name: anyOf(maps) } });
    there.push(...rows.flatMap((row) => parseMark(row.comment)?.frontend ?? []));
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
  { frontend, rows }: FrontendRows,
  ownerKeys: ReadonlySet<string>,
  securePort?: number,
): Promise<number> {
  const total = await reader.count('policystringmap_pattern_binding', {
    name: names.frontendMap(frontend),
    filter: { key: '/^\\#/', ...(securePort === undefined ? {} : { value: redirectClaims(securePort) }) },
  });
  const own = decodeClaims(rows, frontendKey(frontend)).filter(
    (claim) => ownerKeys.has(claim.ownerKey) && (securePort === undefined || securePortOf(claim) === securePort),
  );
  return total - own.length;
}
