import type { LedgerRow } from './rows.ts';

/** Returns the rows of a front end's map whose key is a host, by host: neither claims nor markers of this system. */
export function decodeHosts(rows: readonly LedgerRow[]): Map<string, LedgerRow> {
  return new Map(rows.filter((row) => /^[a-z0-9*]/.test(row.key)).map((row) => [row.key, row]));
}
