import { ownerKey, prefixesIn } from '../contract/index.ts';
import {
  encodeWatermark,
  type Identity,
  type IngressRecord,
  type Ledger,
  type Statement,
  type Watermark,
} from '../ledger/index.ts';

/**
 * The ledger of one cluster as the appliance would have it. Records are found by key and by range, so that the work for an
 * event grows with what the event is about, not with the cluster.
 */
export class ClusterLedger {
  readonly #records = new Map<string, IngressRecord>();
  /** Prefix of keys → records. */
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
    const record = this.#records.get(key);
    return new Map(record === undefined ? [] : [[key, record]]);
  }

  put(record: IngressRecord): void {
    this.written = true;
    this.#records.set(record.key, record);
    const prefix = record.key.slice(0, 2);
    const some = this.#byPrefix.get(prefix) ?? new Map<string, IngressRecord>();
    this.#byPrefix.set(prefix, some.set(record.key, record));
  }

  remove(key: string): void {
    this.#records.delete(key);
    this.#byPrefix.get(key.slice(0, 2))?.delete(key);
  }

  mark(watermark: Watermark): void {
    this.written = true;
    this.#watermarks.set(encodeWatermark(watermark).key, watermark);
  }

  unmark(watermark: Watermark): void {
    this.#watermarks.delete(encodeWatermark(watermark).key);
  }
}
