import { EVERYTHING } from '../contract/index.ts';
import { covers, type IngressRecord, namedFrontends } from '../ledger/index.ts';
import type { NitroRow } from '../nitro/index.ts';
import { type Frontend, frontendKey } from '../route/index.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState } from './state.ts';

/**
 * Returns since when this node is the primary: that is later than its start, and later than a failover. The audit keeps
 * nothing from one run to the next, so it compares this with the watermarks, which every flagged snapshot writes.
 *
 * @param nodes rows of `hanode`; id 0 is the node itself, in a pair or alone. `masterstatetime` is in seconds (V).
 * @param now milliseconds since the epoch.
 * @returns milliseconds since the epoch; undefined when the appliance does not say.
 */
export function primarySince(nodes: readonly NitroRow[], now: number): number | undefined {
  const self = nodes.find(({ id }) => String(id) === '0');
  const seconds = Number(self?.masterstatetime ?? Number.NaN);
  return Number.isFinite(seconds) ? now - seconds * 1000 : undefined;
}

/**
 * Checks that each cluster has a ledger and sent complete snapshots since the appliance has this state. A reboot without
 * a save, a restored backup or a failover bring back an older state that is consistent in itself: the audit finds no
 * difference, and only the forwarder knows what is missing.
 */
export function checkClusters(
  { ledgers }: AuditState,
  clusters: readonly string[],
  since: number | undefined,
): AuditFinding[] {
  return clusters.flatMap((cluster): AuditFinding[] => {
    const ledger = ledgers.get(cluster);
    const object = `cluster ${cluster}`;
    if (ledger === undefined) {
      return [{ code: 'LedgerMissing', object, is: 'without a ledger', should: 'recorded', owners: [], cluster }];
    }
    if (since === undefined) return [];
    const newer = ledger.watermarks.filter(({ sequence }) => sequence >= since);
    if (covers(newer, EVERYTHING)) return [];
    const date = new Date(since).toISOString();
    return [
      { code: 'PrimarySince', object, is: 'no complete snapshot', should: `one since ${date}`, owners: [], cluster },
    ];
  });
}

/** Longer than a plan takes with its retries: a record that is pending for longer will not finish by itself. */
const PENDING_MS = 5 * 60_000;

/** Returns the records without claims that wait for an address (CON-4), by their front end. */
export function waitingFor(state: AuditState): Map<string, { frontend: Frontend; rows: IngressRecord[] }> {
  const claiming = new Set(state.frontends.flatMap(({ claims }) => claims.map(({ ownerKey }) => ownerKey)));
  const waiting = new Map<string, { frontend: Frontend; rows: IngressRecord[] }>();
  for (const row of state.records.values()) {
    const [tls] = namedFrontends(row.frontends);
    if (row.state !== 'pending' || tls === undefined || claiming.has(row.key)) continue;
    const entry = waiting.get(frontendKey(tls)) ?? { frontend: tls, rows: [] };
    waiting.set(frontendKey(tls), entry);
    entry.rows.push(row);
  }
  return waiting;
}

/**
 * Checks pending records (rules 7 and 12): an unfinished one is published again, one that waits for an address once the
 * address is free.
 *
 * @param taken front end → name of the foreign vserver that holds it.
 * @param now milliseconds since the epoch.
 */
export function checkPending(state: AuditState, taken: ReadonlyMap<string, string>, now: number): AuditFinding[] {
  const waiting = waitingFor(state);
  const frontendOf = new Map([...waiting].flatMap(([at, { rows }]) => rows.map(({ key }) => [key, at] as const)));
  return [...state.records.values()]
    .filter((row) => row.state === 'pending')
    .flatMap((row): AuditFinding[] => {
      const owner = state.owners.get(row.key);
      if (owner === undefined) return [];
      const object = `Ingress ${owner.cluster} ${row.namespace}/${row.name}`;
      const frontend = frontendOf.get(row.key);
      const holder = frontend === undefined ? undefined : taken.get(frontend);
      if (holder !== undefined) {
        return [{ code: 'AddressTaken', object, is: `${frontend} held by ${holder}`, should: 'free', owners: [] }];
      }
      const age = now - row.sequence;
      if (age < PENDING_MS) return [];
      const minutes = Math.floor(age / 60_000);
      return [{ code: 'Unfinished', object, is: `pending for ${minutes} min`, should: 'applied', owners: [owner] }];
    });
}
