/** Key lists and values that are kept once; when so many are known, no more are added. */
const PARTS = 4_096;

/** Begins a list. Numbers from 0 on name a part. */
const LIST = -1;
/** Begins a mapping whose keys are written beside its values, because there are too many key lists. */
const MAPPING = -2;

/** Keys of mappings that follow one another in a row, or a whole value. */
type Part = { readonly keys: readonly string[] } | { readonly value: unknown };

/** Fields with few different values: the conditions and ports of thousands of slices are the same. */
const SHARED_FIELDS: ReadonlySet<string> = new Set(['conditions', 'ports', 'parentRefs']);

/**
 * Writes values as short texts, and reads them. The text is JSON in which a mapping is a list of its values, led by the number
 * of its keys: thousands of objects have the same keys. Equal values with their keys in the same order have equal texts.
 *
 * | value | text |
 * |---|---|
 * | text, number, boolean, null | as in JSON |
 * | a list | `[-1,…items]` |
 * | a mapping | `[number of its keys,…values]` |
 * | … when too many key lists are known | `[-2,key,value,…]` |
 * | a field with few different values | `[number of the value]` |
 */
export class RowText {
  readonly #numbers = new Map<string, number>();
  readonly #parts: Part[] = [];
  readonly #limit: number;

  /** @param limit key lists and values that are kept. */
  constructor(limit = PARTS) {
    this.#limit = limit;
  }

  /** @param value of JSON; fields that are undefined are left out. */
  write(value: unknown): string {
    return JSON.stringify(this.#row(value));
  }

  /** @param text as {@link write} of this instance returned it. Values that several texts share are the same object. */
  read(text: string): unknown {
    return this.#value(JSON.parse(text));
  }

  #row(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return [LIST, ...value.map((item: unknown) => this.#row(item))];
    const entries = Object.entries(value).filter(([, field]) => field !== undefined);
    const fields = entries.map(([key, field]) => (SHARED_FIELDS.has(key) ? this.#shared(field) : this.#row(field)));
    const keys = entries.map(([key]) => key);
    const number = this.#number(`keys ${JSON.stringify(keys)}`, { keys });
    if (number !== undefined) return [number, ...fields];
    return [MAPPING, ...keys.flatMap((key, index) => [key, fields[index]])];
  }

  /** Node ports differ from Service to Service: they would use up the parts. */
  #shared(value: unknown): unknown {
    const text = JSON.stringify(value);
    const number = text.includes('"nodePort"') ? undefined : this.#number(`value ${text}`, { value });
    return number === undefined ? this.#row(value) : [number];
  }

  #number(name: string, part: Part): number | undefined {
    const known = this.#numbers.get(name);
    if (known !== undefined || this.#parts.length >= this.#limit) return known;
    this.#numbers.set(name, this.#parts.length);
    // A copy: what the parser returned may hold more.
    this.#parts.push(JSON.parse(JSON.stringify(part)) as Part);
    return this.#parts.length - 1;
  }

  #value(row: unknown): unknown {
    if (!Array.isArray(row)) return row;
    const [number, ...rest] = row as [number, ...unknown[]];
    if (number === LIST) return rest.map((item) => this.#value(item));
    if (number === MAPPING) {
      const keys = rest.filter((_, index) => index % 2 === 0) as string[];
      return Object.fromEntries(keys.map((key, index) => [key, this.#value(rest[2 * index + 1])]));
    }
    const part = this.#parts[number] as Part;
    if ('value' in part) return part.value;
    return Object.fromEntries(part.keys.map((key, index) => [key, this.#value(rest[index])]));
  }
}
