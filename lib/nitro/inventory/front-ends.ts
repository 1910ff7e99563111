import { decodeClaims, type Row } from '../../ledger/index.ts';
import { type Names, parseMark, READY_KEY, type Resource } from '../../netscaler/index.ts';
import { type FrontEnd, frontEndKey } from '../../route/index.ts';
import type { NitroReader, NitroRow } from '../ports.ts';
import { anyOf, escapePattern, type InventoryContext, isOurs, toResource } from './rows.ts';

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
  rows: readonly Row[],
): Promise<FrontEndInventory> {
  const { names } = context;
  const name = names.csvserver(frontEnd);
  const map = names.frontEndMap(frontEnd);
  const tls = frontEnd.kind === 'tls';
  const policyType = tls ? 'sslpolicy' : 'responderpolicy';
  const place = { ipv46: frontEnd.vip };
  const policyNames = tls
    ? anyOf([names.gate(frontEnd), names.exact(frontEnd)])
    : `/-${escapePattern(`${frontEnd.vip}-${frontEnd.port}`)}$/`;
  const [named = [], servers = [], balancers = [], maps = [], policies = [], actions = []] = await reader.batch([
    // By name, too: its address may have been changed by hand.
    { type: 'csvserver', filter: { name } },
    { type: 'csvserver', filter: place },
    { type: 'lbvserver', filter: place },
    { type: 'policystringmap', filter: { name: map } },
    { type: policyType, filter: { name: policyNames } },
    ...(tls ? [] : [{ type: 'responderaction', filter: { name: policyNames } }]),
  ]);
  const here = (row: NitroRow): boolean => Number(row.port) === frontEnd.port || Number(row.port) === 65535;
  const foreign = [...servers, ...balancers].find((row) => here(row) && !isOurs(context, row.comment));
  const server = named.find((row) => isOurs(context, row.comment));
  const owned = (list: readonly NitroRow[]): NitroRow[] => list.filter((row) => isOurs(context, row.comment));

  const found: Resource[] = [
    ...maps.map((row) => toResource('front-end-map', 'policystringmap', row, [])),
    ...owned(policies).map((row) => toResource('front-end-policy', policyType, row, [])),
    ...owned(actions).map((row) => toResource('action', 'responderaction', row, [])),
    ...rows.filter(({ key }) => key === READY_KEY).map((row) => readyResource(map, row)),
  ];
  let bindings: Resource[] | undefined;
  if (server !== undefined) {
    found.push(toResource('csvserver', 'csvserver', server, []));
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

function readyResource(map: string, row: Row): Resource {
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

/** How many claims of owners other than these a front end has. */
export async function countOtherClaims(
  reader: NitroReader,
  names: Names,
  frontEnd: FrontEnd,
  rows: readonly Row[],
  ownerKeys: ReadonlySet<string>,
): Promise<number> {
  const key = frontEndKey(frontEnd);
  const total = await reader.count('policystringmap_pattern_binding', {
    name: names.frontEndMap(frontEnd),
    filter: { key: '/^\\#/' },
  });
  return total - decodeClaims(rows, key).filter((claim) => ownerKeys.has(claim.ownerKey)).length;
}
