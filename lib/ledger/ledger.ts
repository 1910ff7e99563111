import { decodeIdentity, type Identity } from './identity.ts';
import { decodeIngress, type IngressRecord } from './ingress-record.ts';
import { decodeRetired, type Retired } from './retired.ts';
import type { LedgerRow } from './rows.ts';
import { decodeWatermark, type Watermark } from './watermarks.ts';

/** The decoded rows of one cluster's map. Rows that cannot be read are left alone and count as absent. */
export interface Ledger extends Partial<Identity> {
  readonly ingresses: ReadonlyMap<string, IngressRecord>;
  readonly watermarks: readonly Watermark[];
  readonly retired: readonly Retired[];
}

export function decodeLedger(rows: readonly LedgerRow[]): Ledger {
  const ingresses = rows.flatMap((row) => decodeIngress(row) ?? []);
  const identity = rows.flatMap((row) => decodeIdentity(row) ?? [])[0];
  return {
    ingresses: new Map(ingresses.map((ingress) => [ingress.key, ingress])),
    watermarks: rows.flatMap((row) => decodeWatermark(row) ?? []),
    retired: rows.flatMap((row) => decodeRetired(row) ?? []),
    ...identity,
  };
}
