import { ownerKey, prefixesIn } from '../contract/index.ts';
import {
  encodeWatermark,
  type Identity,
  type IngressRecord,
  type Ledger,
  type Statement,
  type Watermark,
  watermarkOver,
} from '../ledger/index.ts';
import type { FinalRecords } from '../reconcile/index.ts';

/**
 * The ledger of one cluster as the appliance would have it. Records are found by key and by range, so that the work for an
 * event grows with what the event is about, not with the cluster.
 */
export class ClusterLedger {
  /** Prefix of keys → records, by key. */
  readonly #byPrefix = new Map<string, Map<string, IngressRecord>>();
  /** Range, as its row names it → watermark. */
  readonly #watermarks = new Map<string, Watermark>();
  identity: Partial<Identity> = {};
  /** Whether anything was ever recorded. */
  written = false;

  /** Returns the rows that a statement concerns: records of its key or range, every watermark, and the identity. */
  rowsFor(statement: Statement<unknown>): Ledger {
    const ingresses =
      statement.kind === 'single'
        ? this.#only(ownerKey(statement.owner))
        : new Map(prefixesIn(statement).flatMap((prefix) => [...(this.#byPrefix.get(prefix) ?? [])]));
    return { ingresses, watermarks: [...this.#watermarks.values()], retired: [], ...this.identity };
  }

  #only(key: string): Map<string, IngressRecord> {
    const record = this.recordOf(key);
    return new Map(record === undefined ? [] : [[key, record]]);
  }

  /** Returns the record of a key. */
  recordOf(key: string): IngressRecord | undefined {
    return this.#byPrefix.get(key.slice(0, 2))?.get(key);
  }

  /** Returns the highest sequence of the watermarks over a key (rule 1). */
  watermarkOver(key: string): number {
    return watermarkOver(key, [...this.#watermarks.values()]);
  }

  put(record: IngressRecord): void {
    this.written = true;
    const prefix = record.key.slice(0, 2);
    const some = this.#byPrefix.get(prefix);
    if (some === undefined) this.#byPrefix.set(prefix, new Map([[record.key, record]]));
    else some.set(record.key, record);
  }

  #remove(key: string): void {
    this.#byPrefix.get(key.slice(0, 2))?.delete(key);
  }

  /** Writes what an event left to record (rules 3 and 6). */
  settle({ written, removed, obsolete }: FinalRecords, watermarks: readonly Watermark[]): void {
    for (const record of written) this.put(record);
    for (const key of removed) this.#remove(key);
    for (const mark of watermarks) this.#watermarks.set(encodeWatermark(mark).key, mark);
    for (const mark of obsolete) this.#watermarks.delete(encodeWatermark(mark).key);
    if (watermarks.length > 0) this.written = true;
  }
}
