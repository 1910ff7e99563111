/** What a list says of itself. */
export interface ListEnvelope {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);
const OPEN_LIST = 0x5b;

/** Depth of the items of a list: within its object, within the array. */
const ITEM_DEPTH = 2;

/**
 * Cuts a list of the API server into its items while it arrives, so that one object at a time is parsed and a page
 * of 500 is never in memory as a whole.
 *
 * Works on bytes: those of JSON's structure appear in no multi-byte character of UTF-8. What is no item is gathered
 * and parsed at the end, so that an answer that broke off, or is something else, is an error and no short list.
 */
export class ListSplitter {
  readonly #item: (json: string) => void;
  readonly #envelope: Buffer[] = [];
  /** Pieces of the item at hand, from earlier chunks. */
  #pieces: Buffer[] = [];
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inItems = false;

  /** @param item takes the JSON of each item. */
  constructor(item: (json: string) => void) {
    this.#item = item;
  }

  push(chunk: Buffer): void {
    /** Where the bytes begin that are not yet given to an item or to the envelope. */
    let start = 0;
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index] as number;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
      } else if (byte === QUOTE) {
        this.#inString = true;
      } else if (OPEN.has(byte)) {
        this.#depth += 1;
        if (byte === OPEN_LIST && this.#depth === ITEM_DEPTH && !this.#inItems) {
          this.#envelope.push(chunk.subarray(start, index + 1));
          start = index + 1;
          this.#inItems = this.#afterItemsKey();
        }
      } else if (CLOSE.has(byte)) {
        this.#depth -= 1;
        if (this.#inItems && this.#depth === ITEM_DEPTH) {
          this.#finish(chunk.subarray(start, index + 1));
          start = index + 1;
        } else if (this.#inItems && this.#depth < ITEM_DEPTH) {
          this.#inItems = false;
          start = index;
        }
      } else if (byte === COMMA && this.#inItems && this.#depth === ITEM_DEPTH) {
        start = index + 1;
      }
    }
    const rest = chunk.subarray(start);
    // A copy: a piece of a chunk would hold the whole of it.
    if (rest.length > 0) (this.#inItems ? this.#pieces : this.#envelope).push(Buffer.from(rest));
  }

  /**
   * The list is over.
   *
   * @throws {SyntaxError} where it was not whole.
   */
  end(): ListEnvelope {
    return JSON.parse(Buffer.concat(this.#envelope).toString('utf8')) as ListEnvelope;
  }

  #afterItemsKey(): boolean {
    return /"items"\s*:\s*\[$/.test(Buffer.concat(this.#envelope).toString('utf8'));
  }

  #finish(last: Buffer): void {
    const whole = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#item(whole.toString('utf8'));
  }
}
