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
  const ingresses = new Map<string, IngressRecord>();
  const others: LedgerRow[] = [];
  for (const row of rows) {
    const ingress = decodeIngress(row);
    if (ingress === undefined) others.push(row);
    else ingresses.set(ingress.key, ingress);
  }
  const identity = others.flatMap((row) => decodeIdentity(row) ?? [])[0];
  return {
    ingresses,
    watermarks: others.flatMap((row) => decodeWatermark(row) ?? []),
    retired: others.flatMap((row) => decodeRetired(row) ?? []),
    ...identity,
  };
}
