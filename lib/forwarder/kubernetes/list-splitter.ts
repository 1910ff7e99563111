/** A list without its items. */
export interface ListEnvelope {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** Bytes before a list that may hold its key: `"items": [`, with some blanks. */
const KEY_BYTES = 64;

/** Depth of the items of a list: within its object, within the array. */
const ITEM_DEPTH = 2;

/**
 * Splits a list of the API server into its items while it arrives, so that one object at a time is parsed and a page of
 * 500 is never in memory as a whole.
 *
 * It works on bytes: those of JSON's structure appear in no multi-byte character of UTF-8. The rest of the list is
 * gathered and parsed at the end, so that a truncated or foreign answer is an error and not a short list.
 */
export class ListSplitter {
  readonly #item: (json: Buffer) => void;
  readonly #envelope: Buffer[] = [];
  /** Pieces of the current item, from earlier chunks. */
  #pieces: Buffer[] = [];
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inItems = false;

  /** @param item takes the JSON of each item, which it must not keep. */
  constructor(item: (json: Buffer) => void) {
    this.#item = item;
  }

  push(chunk: Buffer): void {
    /** Index of the first byte that belongs to no item and no envelope yet. */
    let start = 0;
    for (let index = 0; index < chunk.length; index += 1) {
      if (this.#inString) {
        // Most of a list is text, and most of this loop's time was spent in it: the native search is faster.
        index = this.#endOfString(chunk, index);
        continue;
      }
      const byte = chunk[index] as number;
      if (byte === QUOTE) {
        this.#inString = true;
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        this.#depth += 1;
        if (byte === OPEN_LIST && this.#depth === ITEM_DEPTH && !this.#inItems) {
          this.#envelope.push(chunk.subarray(start, index + 1));
          start = index + 1;
          this.#inItems = this.#afterItemsKey();
        }
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        this.#depth -= 1;
        if (this.#inItems && this.#depth === ITEM_DEPTH) {
          this.#finish(chunk.subarray(start, index + 1));
          start = index + 1;
        } else if (this.#inItems && this.#depth < ITEM_DEPTH) {
          this.#inItems = false;
          this.#pieces = [];
          start = index;
        }
      } else if (byte === COMMA && this.#inItems && this.#depth === ITEM_DEPTH) {
        // A scalar, which no list of the API server has.
        this.#pieces = [];
        start = index + 1;
      }
    }
    const rest = chunk.subarray(start);
    // A copy: a piece of a chunk would hold the whole of it.
    if (rest.length > 0) (this.#inItems ? this.#pieces : this.#envelope).push(Buffer.from(rest));
  }

  /**
   * Ends the list.
   *
   * @throws {SyntaxError} where the list is incomplete.
   */
  end(): ListEnvelope {
    return JSON.parse(Buffer.concat(this.#envelope).toString('utf8')) as ListEnvelope;
  }

  /** Returns the index of the quote that ends the current string, or of the end of the chunk. */
  #endOfString(chunk: Buffer, from: number): number {
    let index = from;
    if (this.#escaped) {
      this.#escaped = false;
      index += 1;
    }
    for (;;) {
      const quote = chunk.indexOf(QUOTE, index);
      const end = quote === -1 ? chunk.length : quote;
      let slashes = 0;
      while (end - slashes > index && chunk[end - slashes - 1] === BACKSLASH) slashes += 1;
      const escaped = slashes % 2 === 1;
      if (quote === -1) {
        this.#escaped = escaped;
        return chunk.length;
      }
      index = quote + 1;
      if (!escaped) {
        this.#inString = false;
        return quote;
      }
    }
  }

  #afterItemsKey(): boolean {
    return /"items"\s*:\s*\[$/.test(this.#endOfEnvelope());
  }

  /** Returns the last characters of the envelope: the whole may be long, and is asked for at each list in it. */
  #endOfEnvelope(): string {
    let end = Buffer.alloc(0);
    for (let index = this.#envelope.length - 1; index >= 0 && end.length < KEY_BYTES; index -= 1) {
      end = Buffer.concat([(this.#envelope[index] as Buffer).subarray(-KEY_BYTES), end]);
    }
    return end.subarray(-KEY_BYTES).toString('latin1');
  }

  #finish(last: Buffer): void {
    const whole = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#item(whole);
  }
}
