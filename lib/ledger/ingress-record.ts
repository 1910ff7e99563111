import { joinFields, printable, SEPARATOR, wholeNumber } from './fields.ts';
import type { Hashes } from './hashes.ts';
import { decodeFrontends, encodeFrontends, type RecordedFrontends } from './recorded-frontends.ts';
import { type LedgerRow, VERSION } from './rows.ts';

/** The record of one Ingress: row `I`. */
export interface IngressRecord {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly sequence: number;
  readonly kind: 'live' | 'tombstone';
  /** Pending: begun and perhaps not finished, so the objects on the appliance must be read. */
  readonly state: 'pending' | 'applied';
  readonly hashes: Hashes;
  /** Seconds since the epoch. */
  readonly created: number;
  /** Number of routes without challenges: the prune guard counts them. */
  readonly routes: number;
  /** Front ends of its claims; absent when it has none. */
  readonly frontends?: RecordedFrontends;
  /** Digest of its findings: a new finding forces an outcome. Absent where there was none. */
  readonly findings?: string;
  /** Pending only: front ends of its claims before. */
  readonly formerFrontends?: RecordedFrontends;
}

const PREFIX = 'I.';

/** Returns the row's key. @param key of the Ingress. */
export const ingressKey = (key: string): string => `${PREFIX}${key}`;

/** PCRE between slashes for the keys of all records. */
export const INGRESS_ROWS = '/^I\\./';

/** Returns the key of the Ingress in the key of its record. */
export const ownerKeyOfRow = (rowKey: string): string => rowKey.slice(PREFIX.length);

export function encodeIngress(row: IngressRecord): LedgerRow {
  const value = joinFields({
    version: VERSION,
    sequence: row.sequence,
    flags: `${row.kind === 'live' ? 'L' : 'D'}${row.state === 'applied' ? 'A' : 'P'}`,
    frontend: row.hashes.frontend,
    routesHash: row.hashes.routes,
    members: row.hashes.members,
    created: row.created,
    routes: row.routes,
    namespace: row.namespace,
    frontends: encodeFrontends(row.frontends ?? []),
    formerFrontends: encodeFrontends(row.formerFrontends ?? []),
    findings: row.findings ?? '',
  });
  return { key: ingressKey(row.key), value, comment: printable('name', row.name) };
}

/** @returns undefined for a row that this version cannot read: the Ingress then counts as not recorded. */
export function decodeIngress(row: LedgerRow): IngressRecord | undefined {
  if (!row.key.startsWith(PREFIX)) return undefined;
  const [
    version,
    sequence,
    flags,
    frontend,
    routes,
    members,
    created,
    count,
    namespace,
    frontends,
    formerFrontends,
    findings,
  ] = row.value.split(SEPARATOR);
  if (version !== VERSION || flags === undefined || namespace === undefined) return undefined;
  const numbers = { sequence: wholeNumber(sequence), created: wholeNumber(created), routes: wholeNumber(count) };
  if (numbers.sequence === undefined || numbers.created === undefined || numbers.routes === undefined) return undefined;
  const now = decodeFrontends(frontends ?? '');
  const before = decodeFrontends(formerFrontends ?? '');
  return {
    key: ownerKeyOfRow(row.key),
    namespace,
    name: row.comment,
    sequence: numbers.sequence,
    kind: flags[0] === 'L' ? 'live' : 'tombstone',
    state: flags[1] === 'A' ? 'applied' : 'pending',
    hashes: { frontend: frontend ?? '', routes: routes ?? '', members: members ?? '' },
    created: numbers.created,
    routes: numbers.routes,
    ...(now === undefined ? {} : { frontends: now }),
    ...(before === undefined ? {} : { formerFrontends: before }),
    ...(findings === undefined || findings === '' ? {} : { findings }),
  };
}
