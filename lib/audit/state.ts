import { type Owner, ownerKey } from '../contract/index.ts';
import {
  type Claim,
  decodeClaims,
  decodeHosts,
  decodeLedger,
  decodeSettings,
  hostDigest,
  INGRESS_ROWS,
  type IngressRecord,
  type Ledger,
  type LedgerRow,
  namedFrontends,
  ownerKeyOfRow,
  type Setting,
} from '../ledger/index.ts';
import { parseMark, type Resource } from '../netscaler/index.ts';
import { findBackends, type NitroReader, type NitroRow, readFrontend, readMap, readSystem } from '../nitro/index.ts';
import type { PlanContext } from '../plan/index.ts';
import { type Frontend, frontendKey } from '../route/index.ts';
import type { ApplianceView } from './view.ts';

/** A front end on the appliance, with the content of its map. */
export interface FrontendState {
  readonly frontend: Frontend;
  readonly map: string;
  readonly rows: readonly LedgerRow[];
  readonly claims: readonly Claim[];
  readonly settings: readonly Setting[];
  /** Host → its row. */
  readonly hosts: ReadonlyMap<string, LedgerRow>;
  /** The same by the host's digest, because a claim may hold only that. */
  readonly hostOf: ReadonlyMap<string, LedgerRow>;
  readonly found: readonly Resource[];
  /** Bindings of all SSL policies, foreign ones too. */
  readonly bindings: readonly Resource[];
}

/** The state of the appliance, sorted for the audit. */
export interface AuditState {
  /** Cluster → its ledger. */
  readonly ledgers: ReadonlyMap<string, Ledger>;
  /** Owner's key → its record. */
  readonly records: ReadonlyMap<string, IngressRecord>;
  /** The same, read again after everything else. */
  readonly later: ReadonlyMap<string, IngressRecord>;
  /** Owner's key → the owner, when any object or row names it. */
  readonly owners: ReadonlyMap<string, Owner>;
  readonly frontends: readonly FrontendState[];
  /** Owner's key → the objects of its back ends. */
  readonly backends: Iterable<readonly [string, readonly Resource[]]> & {
    get(ownerKey: string): readonly Resource[] | undefined;
  };
  readonly system: readonly Resource[];
  /** Keys of owners that cannot be compared now: they are being written, or were while the audit read. */
  readonly unsettled: ReadonlySet<string>;
}

/** Types whose comment may hold an owner's mark. */
const OWNED = ['lbvserver', 'servicegroup', 'sslpolicy'] as const;

/**
 * Sorts the rows that were read.
 *
 * @param clusters that the appliance serves; ledgers of others are found by their mark.
 * @param after records as they were once everything else had been read.
 */
export async function auditState(
  view: ApplianceView,
  context: PlanContext,
  clusters: readonly string[],
  after: ReadonlyMap<string, LedgerRow>,
): Promise<AuditState> {
  const maps = await view.rows('policystringmap');
  const ledgers = await readLedgers(view, context, clusters, maps);
  const records = new Map([...ledgers.values()].flatMap(({ ingresses }) => [...ingresses]));
  const owned = (await Promise.all(OWNED.map((type) => view.rows(type)))).flat();
  const known = frontendsKnown(maps, records.values());
  const frontends = await Promise.all(known.map((frontend) => frontendState(view, context, frontend)));
  const owners = ownersKnown(ledgers, frontends, owned, context.system);
  // A mark whose name was cut still holds the owner's key.
  const keys = new Set([...owners.keys(), ...owned.flatMap(({ comment }) => parseMark(comment)?.ownerKey ?? [])]);
  return {
    ledgers,
    records,
    later: decodeLedger([...after.values()]).ingresses,
    owners,
    frontends,
    backends: await findBackends(view, context, [...keys]),
    system: await readSystem(view, context),
    unsettled: inMotion(await recordRows(view, context.system, view.isLarge), after, records),
  };
}

/** Reads the rows of records, by the owner's key: a second read shows which changed while the rest was read. */
export async function recordRows(reader: NitroReader, system: string, large: boolean): Promise<Map<string, LedgerRow>> {
  const rows = await reader.rows('policystringmap_pattern_binding', {
    filter: { name: `/^${system}_l_/`, key: INGRESS_ROWS },
    large,
  });
  return new Map(
    rows.map((row) => [
      ownerKeyOfRow(String(row.key)),
      { key: String(row.key), value: String(row.value ?? ''), comment: String(row.comment ?? '') },
    ]),
  );
}

function inMotion(
  before: ReadonlyMap<string, LedgerRow>,
  after: ReadonlyMap<string, LedgerRow>,
  records: ReadonlyMap<string, IngressRecord>,
): Set<string> {
  const changed = [...before.keys(), ...after.keys()].filter((key) => before.get(key)?.value !== after.get(key)?.value);
  const pending = [...records.values()].filter(({ state }) => state === 'pending').map(({ key }) => key);
  return new Set([...changed, ...pending]);
}

async function readLedgers(
  view: ApplianceView,
  { names }: PlanContext,
  clusters: readonly string[],
  maps: readonly NitroRow[],
): Promise<Map<string, Ledger>> {
  const there = new Set(maps.map(({ name }) => String(name)));
  const marked = maps.flatMap(({ comment }) => parseMark(comment)?.cluster ?? []);
  const ledgers = new Map<string, Ledger>();
  for (const cluster of new Set([...clusters, ...marked])) {
    const map = names.ledgerMap(cluster);
    if (there.has(map)) ledgers.set(cluster, decodeLedger(await readMap(view, map)));
  }
  return ledgers;
}

/** Returns the front ends that marks of maps or records name. */
function frontendsKnown(maps: readonly NitroRow[], records: Iterable<IngressRecord>): Frontend[] {
  const marked = maps.flatMap(({ comment }) => parseMark(comment)?.frontend ?? []);
  const recorded = [...records].flatMap(({ frontends }) => namedFrontends(frontends));
  return [...new Map([...recorded, ...marked].map((frontend) => [frontendKey(frontend), frontend])).values()];
}

async function frontendState(view: ApplianceView, context: PlanContext, frontend: Frontend): Promise<FrontendState> {
  const map = context.names.frontendMap(frontend);
  const rows = await readMap(view, map);
  const { found, bindings } = await readFrontend(view, context, frontend, rows);
  const hosts = decodeHosts(rows);
  return {
    frontend,
    map,
    rows,
    claims: decodeClaims(rows, frontendKey(frontend)),
    settings: decodeSettings(rows),
    hosts,
    hostOf: new Map([...hosts].map(([host, row]) => [hostDigest(host), row])),
    found,
    bindings: bindings ?? [],
  };
}

function ownersKnown(
  ledgers: ReadonlyMap<string, Ledger>,
  frontends: readonly FrontendState[],
  marked: readonly NitroRow[],
  system: string,
): Map<string, Owner> {
  const candidates: Owner[] = [
    ...marked.flatMap((row) => ownerOfMark(row.comment, system) ?? []),
    ...frontends.flatMap(({ claims, settings }) => [...claims, ...settings].map(({ owner }) => owner)),
  ];
  for (const [cluster, { ingresses, retired }] of ledgers) {
    for (const { owner } of retired) candidates.push(owner);
    for (const { namespace, name } of ingresses.values()) candidates.push({ cluster, namespace, name });
  }
  return new Map(candidates.map((owner) => [ownerKey(owner), owner]));
}

/** Returns the owner that a mark names; undefined when its name was cut, or the mark is not one of a back end of ours. */
function ownerOfMark(comment: unknown, system: string): Owner | undefined {
  const mark = parseMark(comment);
  if (mark?.system !== system || mark.cluster === undefined || mark.ownerKey === undefined) return undefined;
  const [, namespace, name] = /;n=([^/;]*)\/(.*)/s.exec(String(comment)) ?? [];
  if (namespace === undefined || name === undefined) return undefined;
  const owner = { cluster: mark.cluster, namespace, name };
  return ownerKey(owner) === mark.ownerKey ? owner : undefined;
}
