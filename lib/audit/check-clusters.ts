import { EVERYTHING } from '../contract/index.ts';
import { covers, frontendsAt, type IngressRecord } from '../ledger/index.ts';
import type { NitroRow } from '../nitro/index.ts';
import { type Frontend, frontendKey } from '../route/index.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState } from './state.ts';

/**
 * Since when this node is the primary: later than its start, and later than a failover. The audit keeps nothing from
 * one look to the next, so it holds this against the watermarks: those are written by every flagged snapshot.
 *
 * @param nodes rows of `hanode`; id 0 is the node itself, in a pair or alone. `masterstatetime` is in seconds (V).
 * @param now milliseconds since the epoch. @returns the same; undefined where the appliance does not say.
 */
export function primarySince(nodes: readonly NitroRow[], now: number): number | undefined {
  const self = nodes.find(({ id }) => String(id) === '0');
  const seconds = Number(self?.masterstatetime ?? Number.NaN);
  return Number.isFinite(seconds) ? now - seconds * 1000 : undefined;
}

/**
 * Each cluster that the appliance serves has its ledger, and was seen whole since the appliance is as it is. A reboot
 * without a save, a restored backup and a failover bring an older state back that is whole in itself: nothing in it
 * differs, and only the forwarder knows what is missing.
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
    const seen = ledger.watermarks.filter(({ sequence }) => sequence >= since);
    if (covers(seen, EVERYTHING)) return [];
    const date = new Date(since).toISOString();
    return [{ code: 'PrimarySince', object, is: 'not seen whole', should: `seen since ${date}`, owners: [], cluster }];
  });
}

/** Longer than a plan takes, with its retries: a record that is pending this long will not finish by itself. */
const PENDING_MS = 5 * 60_000;

/** Records without claims that wait for an address (CON-4), by the front end that they wait for. */
export function waitingFor(state: AuditState): Map<string, { frontend: Frontend; rows: IngressRecord[] }> {
  const claiming = new Set(state.frontends.flatMap(({ claims }) => claims.map(({ ownerKey }) => ownerKey)));
  const waiting = new Map<string, { frontend: Frontend; rows: IngressRecord[] }>();
  for (const row of state.records.values()) {
    const [tls] = row.ports === undefined ? [] : frontendsAt(row.ports);
    if (row.state !== 'pending' || tls === undefined || claiming.has(row.key)) continue;
    const entry = waiting.get(frontendKey(tls)) ?? { frontend: tls, rows: [] };
    waiting.set(frontendKey(tls), entry);
    entry.rows.push(row);
  }
  return waiting;
}

/**
 * Rule 7 and rule 12: what was begun and not finished is asked for again; what waits for an address, once it is free.
 *
 * @param taken front end → name of the vserver of somebody else that is there.
 * @param now milliseconds since the epoch.
 */
export function checkPending(state: AuditState, taken: ReadonlyMap<string, string>, now: number): AuditFinding[] {
  const waiting = waitingFor(state);
  const placeOf = new Map([...waiting].flatMap(([place, { rows }]) => rows.map(({ key }) => [key, place] as const)));
  return [...state.records.values()]
    .filter((row) => row.state === 'pending')
    .flatMap((row): AuditFinding[] => {
      const owner = state.owners.get(row.key);
      if (owner === undefined) return [];
      const object = `Ingress ${owner.cluster} ${row.namespace}/${row.name}`;
      const place = placeOf.get(row.key);
      const holder = place === undefined ? undefined : taken.get(place);
      if (holder !== undefined) {
        return [{ code: 'AddressTaken', object, is: `${place} held by ${holder}`, should: 'free', owners: [] }];
      }
      const age = now - row.sequence;
      if (age < PENDING_MS) return [];
      const minutes = Math.floor(age / 60_000);
      return [{ code: 'Unfinished', object, is: `pending for ${minutes} min`, should: 'applied', owners: [owner] }];
    });
}
