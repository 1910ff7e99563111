/**
 * The ledger consists of rows of string maps on the appliance (docs/protocol.md). Keys and values stay within 255 bytes
 * whatever the names' lengths: a cluster has at most 40 characters, a namespace and a Service 63, an IPv6 address 39;
 * the Ingress's name (up to 253) is the row's comment.
 */

/** A row of a string map. */
export interface LedgerRow {
  readonly key: string;
  readonly value: string;
  readonly comment: string;
}

/** Version of the layout: the first field of a row's value. */
export const VERSION = '1';

/** Returns a creation time as ten digits, so that the keys of one host sort by age. */
export const sortableTime = (created: number): string => String(created).padStart(10, '0');
