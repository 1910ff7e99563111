import type { LedgerRow } from '../../ledger/index.ts';
import { closingPolicies, type Names, parseMark, READY_KEY, type Resource } from '../../netscaler/index.ts';
import type { Frontend } from '../../route/index.ts';
import { anyOf, escapePattern } from '../path.ts';
import type { NitroReader, NitroRow } from '../ports.ts';
import { asServer } from './as-made.ts';
import { readPolicyBindings } from './policy-bindings.ts';
import { type BatchRead, ReadBatch } from './read-batch.ts';
import { type InventoryContext, isOurs, toResource } from './rows.ts';
import { addSystemReads } from './system.ts';

/** The objects of a front end, and who else uses its address. */
export interface FrontendInventory {
  readonly found: readonly Resource[];
  /** Bindings of all SSL policies; undefined for an http front end. */
  readonly bindings: readonly Resource[] | undefined;
  /** Name of somebody else's vserver on this address and port (CON-4). */
  readonly foreign: string | undefined;
}

/** Reads the objects of a front end, and who else uses its address. @param rows of its map, as far as they were read. */
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
 * Reads several front ends in as few requests as possible.
 *
 * @param withSystem also reads, in the first batch, the objects that exist once for the system.
 * @returns inventories in the order of the front ends.
 */
export async function readFrontends(
  reader: NitroReader,
  context: InventoryContext,
  frontends: readonly FrontendRows[],
  withSystem: boolean,
): Promise<{ inventories: FrontendInventory[]; system: Resource[] | undefined }> {
  const inventories: FrontendInventory[] = [];
  let system: Resource[] | undefined;
  for (let start = 0; start < frontends.length; start += AT_ONCE) {
    const batch = new ReadBatch();
    const readSystem = withSystem && start === 0 ? addSystemReads(batch, context.names) : undefined;
    const reads = frontends.slice(start, start + AT_ONCE).map(({ frontend, rows }) => ({
      frontend,
      rows,
      objects: addFrontendReads(batch, context, frontend),
    }));
    await batch.send(reader);
    system ??= readSystem?.();
    const some = reads.map(({ frontend, rows, objects }) =>
      inventoryOf(reader, context, { frontend, rows, objects: objects() }),
    );
    inventories.push(...(await Promise.all(some)));
  }
  return { inventories, system };
}

/** The objects of a front end that a batch shows: all but its bindings. */
interface FrontendObjects {
  /** Its csvserver, found by name, because somebody may have changed its address. */
  readonly server: NitroRow | undefined;
  readonly map: readonly Resource[];
  readonly policies: readonly Resource[];
  readonly actions: readonly Resource[];
  readonly foreign: string | undefined;
}

interface FoundFrontend extends FrontendRows {
  readonly objects: FrontendObjects;
}

function addFrontendReads(batch: ReadBatch, context: InventoryContext, frontend: Frontend): BatchRead<FrontendObjects> {
  const { names } = context;
  const tls = frontend.kind === 'tls';
  const policyType = tls ? 'sslpolicy' : 'responderpolicy';
  const atAddress = { ipv46: frontend.vip };
  const ofFrontend = {
    name: tls ? anyOf(closingPolicies(names, frontend)) : `/-${escapePattern(`${frontend.vip}-${frontend.port}`)}$/`,
  };
  const owned = (rows: readonly NitroRow[]): NitroRow[] => rows.filter((row) => isOurs(context, row.comment));
  const all = (rows: readonly NitroRow[]): readonly NitroRow[] => rows;

  const server = batch.add(
    { type: 'csvserver', filter: { name: names.csvserver(frontend) } },
    (rows) => owned(rows)[0],
  );
  const servers = batch.add({ type: 'csvserver', filter: atAddress }, all);
  const balancers = batch.add({ type: 'lbvserver', filter: atAddress }, all);
  const map = batch.add({ type: 'policystringmap', filter: { name: names.frontendMap(frontend) } }, (rows) =>
    rows.map((row) => toResource('front-end-map', 'policystringmap', row, [])),
  );
  const policies = batch.add({ type: policyType, filter: ofFrontend }, (rows) =>
    owned(rows).map((row) => toResource('front-end-policy', policyType, row, [])),
  );
  const actions = tls
    ? undefined
    : batch.add({ type: 'responderaction', filter: ofFrontend }, (rows) =>
        owned(rows).map((row) => toResource('action', 'responderaction', row, [])),
      );
  return () => ({
    server: server(),
    map: map(),
    policies: policies(),
    actions: actions?.() ?? [],
    foreign: foreignServer(context, frontend, servers(), balancers()),
  });
}

/** A vserver on all ports. */
const ANY_PORT = 65535;

/**
 * CON-4: returns the name of the vserver that keeps a front end from its address and port: one of ours of the other kind,
 * or where there is none of ours, somebody else's. A vserver on all ports that came beside ours has not taken it.
 */
function foreignServer(
  context: InventoryContext,
  frontend: Frontend,
  servers: readonly NitroRow[],
  balancers: readonly NitroRow[],
): string | undefined {
  const own = servers.find((row) => Number(row.port) === frontend.port && isOurs(context, row.comment));
  if (own !== undefined) {
    const kind = parseMark(own.comment)?.frontend?.kind ?? frontend.kind;
    return kind === frontend.kind ? undefined : String(own.name);
  }
  const onPort = (row: NitroRow): boolean => [frontend.port, ANY_PORT].includes(Number(row.port));
  const other = [...servers, ...balancers].find((row) => onPort(row) && !isOurs(context, row.comment));
  return other === undefined ? undefined : String(other.name);
}

async function inventoryOf(
  reader: NitroReader,
  context: InventoryContext,
  found: FoundFrontend,
): Promise<FrontendInventory> {
  const { frontend, rows, objects } = found;
  const { server, map, policies, actions, foreign } = objects;
  const bound = frontend.kind === 'tls' ? tlsBindings : httpBindings;
  const { own, bindings } = await bound(reader, context, found);
  const mapName = context.names.frontendMap(frontend);
  return {
    found: [
      ...map,
      ...policies,
      ...actions,
      ...rows.filter(({ key }) => key === READY_KEY).map((row) => readyResource(mapName, row)),
      ...(server === undefined ? [] : [toResource('csvserver', 'csvserver', asServer(server), [])]),
      ...own,
    ],
    bindings,
    foreign,
  };
}

/** Bindings of a front end. */
interface BoundObjects {
  /** Those that are part of the front end itself. */
  readonly own: readonly Resource[];
  /** Those of all SSL policies; undefined for an http front end. */
  readonly bindings: readonly Resource[] | undefined;
}

async function tlsBindings(
  reader: NitroReader,
  { names }: InventoryContext,
  { frontend, objects }: FoundFrontend,
): Promise<BoundObjects> {
  if (objects.server === undefined) return { own: [], bindings: [] };
  const [bindings, certificates] = await Promise.all([
    readPolicyBindings(reader, names, frontend),
    reader.rows('sslvserver_sslcertkey_binding', { name: names.csvserver(frontend) }),
  ]);
  const fixed = new Set([...closingPolicies(names, frontend), names.reset]);
  const own = bindings
    .filter(({ id }) => fixed.has(String(id.policyname)))
    .map((binding): Resource => ({ ...binding, role: 'front-end-binding' }));
  const certificate = certificates
    .filter((row) => String(row.certkeyname) === names.certKey)
    .map((row) => toResource('certificate', 'sslvserver_sslcertkey_binding', row, []));
  return { own: [...own, ...certificate], bindings };
}

async function httpBindings(
  reader: NitroReader,
  { names }: InventoryContext,
  found: FoundFrontend,
): Promise<BoundObjects> {
  const { frontend, objects } = found;
  const challenges = await readForChallenges(reader, names, found);
  if (objects.server === undefined) return { own: challenges, bindings: undefined };
  const rows = await reader.rows('csvserver_responderpolicy_binding', { name: names.csvserver(frontend) });
  const fixed = new Set([...objects.policies.map(({ id }) => String(id.name)), names.responderReset]);
  const own = rows
    .filter((row) => fixed.has(String(row.policyname)))
    .map((row) =>
      toResource('front-end-binding', 'csvserver_responderpolicy_binding', { bindpoint: 'REQUEST', ...row }, []),
    );
  return { own: [...challenges, ...own], bindings: undefined };
}

/**
 * Reads what lets challenges through (VAL-19), where the policy of the responder exists that is made before it and removed
 * after it: the user of an earlier version may not read these types.
 */
async function readForChallenges(
  reader: NitroReader,
  names: Names,
  { frontend, objects }: FoundFrontend,
): Promise<Resource[]> {
  const name = names.challenges(frontend);
  if (!objects.policies.some(({ id }) => id.name === name)) return [];
  const server = names.csvserver(frontend);
  const [[actions = [], policies = []], bindings] = await Promise.all([
    reader.batch([
      { type: 'csaction', filter: { name: anyOf([name]) } },
      { type: 'cspolicy', filter: { policyname: anyOf([name]) } },
    ]),
    objects.server === undefined ? [] : reader.rows('csvserver_cspolicy_binding', { name: server }),
  ]);
  return [
    ...actions.map((row) => toResource('switching-action', 'csaction', row, [])),
    ...policies.map((row) => toResource('switching-policy', 'cspolicy', row, [])),
    ...bindings
      .filter(({ policyname }) => policyname === name)
      .map((row) => toResource('front-end-binding', 'csvserver_cspolicy_binding', { ...row, name: server }, [])),
  ];
}

function readyResource(map: string, { key, value, comment }: LedgerRow): Resource {
  return {
    role: 'ready',
    type: 'policystringmap_pattern_binding',
    id: { name: map, key },
    attributes: { value, comment },
    owners: [],
  };
}
