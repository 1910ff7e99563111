import { deepValues, flatValues, skip, stringRest } from './json-scan.ts';

/** A list without its items. */
export interface ListEnvelope {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

const QUOTE = 0x22;
const OPEN_OBJECT = 0x7b;
const OPEN_LIST = 0x5b;

/** Bytes before a list that may hold its key: `"items": [`, with some blanks. */
const KEY_BYTES = 64;

/** Depth of the items of a list: within its object, within the array. */
const ITEM_DEPTH = 2;

/** Bytes that are looked at together: a pattern needs memory for each character that it may give back. */
const PART = 64 * 1024;

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
  /** Pieces of the current item, from earlier parts. */
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
    for (let from = 0; from < chunk.length; from += PART) this.#part(chunk.subarray(from, from + PART));
  }

  /**
   * Ends the list.
   *
   * @throws {SyntaxError} where the list is incomplete.
   */
  end(): ListEnvelope {
    return JSON.parse(Buffer.concat(this.#envelope).toString('utf8')) as ListEnvelope;
  }

  #part(part: Buffer): void {
    // One character for each byte.
    const text = part.toString('latin1');
    /** Index of the first byte that belongs to no item and no envelope yet. */
    let start = 0;
    let index = 0;
    while (index < text.length) {
      if (this.#inString) {
        index = this.#endOfString(text, index);
        continue;
      }
      // An item is skipped in few steps. Around the items each bracket counts.
      index = skip(this.#inItems && this.#depth > ITEM_DEPTH ? deepValues : flatValues, text, index);
      if (index === text.length) break;
      const unit = text.charCodeAt(index);
      index += 1;
      if (unit === QUOTE) this.#inString = true;
      else if (unit === OPEN_OBJECT || unit === OPEN_LIST) start = this.#open(unit, part, start, index);
      else start = this.#close(part, start, index);
    }
    const rest = part.subarray(start);
    // A copy: a piece of a chunk would hold the whole of it.
    if (rest.length > 0) (this.#inItems ? this.#pieces : this.#envelope).push(Buffer.from(rest));
  }

  /** A bracket opens before `index`. @returns the new start. */
  #open(unit: number, part: Buffer, start: number, index: number): number {
    this.#depth += 1;
    if (this.#inItems) {
      if (this.#depth !== ITEM_DEPTH + 1) return start;
      // What was before is a comma, or a scalar, which no list of the API server has.
      this.#pieces = [];
      return index - 1;
    }
    if (unit !== OPEN_LIST || this.#depth !== ITEM_DEPTH) return start;
    this.#envelope.push(part.subarray(start, index));
    this.#inItems = this.#afterItemsKey();
    return index;
  }

  /** A bracket closes before `index`. @returns the new start. */
  #close(part: Buffer, start: number, index: number): number {
    this.#depth -= 1;
    if (!this.#inItems || this.#depth > ITEM_DEPTH) return start;
    if (this.#depth === ITEM_DEPTH) {
      this.#finish(part.subarray(start, index));
      return index;
    }
    this.#inItems = false;
    this.#pieces = [];
    return index - 1;
  }

  /** Returns the index behind the quote that ends the current string, or the end of the part. */
  #endOfString(text: string, from: number): number {
    const end = skip(stringRest, text, from + (this.#escaped ? 1 : 0));
    this.#escaped = end < text.length && text.charCodeAt(end) !== QUOTE;
    this.#inString = end === text.length || this.#escaped;
    return Math.min(end + 1, text.length);
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
