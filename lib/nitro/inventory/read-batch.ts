import type { BatchQuery, NitroReader, NitroRow } from '../ports.ts';

/** Returns what a read of a batch showed. @throws {TypeError} before the batch is sent. */
export type BatchRead<T> = () => T;

/** Collects reads, and sends them in one call where the build has batches. */
export class ReadBatch {
  readonly #queries: BatchQuery[] = [];
  #answers: readonly NitroRow[][] | undefined;

  /** @param decode makes the result of the rows. */
  add<T>(query: BatchQuery, decode: (rows: readonly NitroRow[]) => T): BatchRead<T> {
    const index = this.#queries.push(query) - 1;
    return () => {
      if (this.#answers === undefined) throw new TypeError(`the read of ${query.type} was not sent`);
      return decode(this.#answers[index] ?? []);
    };
  }

  async send(reader: NitroReader): Promise<void> {
    this.#answers = await reader.batch(this.#queries);
  }
}
