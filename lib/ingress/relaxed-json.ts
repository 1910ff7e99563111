/** What was meant by a text that is nearly JSON. */
export interface Relaxed {
  readonly value: unknown;
  /** The first deviation from JSON: `at character 7: expected ", got '`. */
  readonly deviation?: string;
  /** Keys that stand twice in one object, as `app1.lbmethod`. */
  readonly duplicates: readonly string[];
}

/** Objects within objects: deeper ones are an attack on the stack. */
const MOST_DEPTH = 32;
const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;
/** A word that needs no quotes to be understood. */
const WORD = /[^\s"'{}[\],:]+/y;
const CLOSING = { '{': '}', '[': ']' } as const;
const LITERALS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
/** Python and YAML write the same in capitals. */
const CAPITALS = /^(true|false|null)$/i;

class Unclear extends Error {}

/**
 * Reads JSON, and also what people write for it: single quotes, words without quotes, a comma too many, braces that are
 * missing at the end. What could mean two things is not read.
 *
 * @returns the place of the trouble where it cannot be read.
 */
export function readRelaxed(text: string): Relaxed | { readonly trouble: string } {
  const reader = new Reader(text);
  try {
    return reader.read();
  } catch (error) {
    if (error instanceof Unclear) return { trouble: reader.deviation ?? error.message };
    throw error;
  }
}

class Reader {
  deviation: string | undefined;
  readonly #text: string;
  readonly #duplicates = new Set<string>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Relaxed {
    const value = this.#value([]);
    this.#blanks();
    if (this.#at < this.#text.length) this.#fail('unexpected text after the end');
    return {
      value,
      duplicates: [...this.#duplicates],
      ...(this.deviation === undefined ? {} : { deviation: this.deviation }),
    };
  }

  #place(at: number): string {
    return at >= this.#text.length ? 'at the end' : `at character ${at + 1}`;
  }

  #deviates(what: string, at = this.#at): void {
    this.deviation ??= `${this.#place(at)}: ${what}`;
  }

  #fail(what: string): never {
    throw new Unclear(`${this.#place(this.#at)}: ${what}`);
  }

  #blanks(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at += 1;
  }

  #next(): string {
    this.#blanks();
    return this.#text.charAt(this.#at);
  }

  #value(path: readonly string[]): unknown {
    const next = this.#next();
    if (path.length > MOST_DEPTH) this.#fail('nested too deeply');
    if (next === '{') {
      const seen = new Set<string>();
      return this.#items('{', (into) => into.push(this.#entry(seen, path)));
    }
    if (next === '[') return this.#items('[', (into) => into.push(this.#value([...path, ''])));
    if (next === '"' || next === "'") return this.#quoted(next);
    return this.#word();
  }

  #entry(seen: Set<string>, path: readonly string[]): [string, unknown] {
    const next = this.#next();
    const at = this.#at;
    const key = next === '"' || next === "'" ? this.#quoted(next) : this.#bare();
    if (next !== '"' && next !== "'") this.#deviates(`expected "${key}", got ${key}`, at);
    const place = [...path, key];
    if (this.#next() !== ':') this.#fail(`expected a : after ${key}`);
    this.#at += 1;
    if (seen.has(key)) this.#duplicates.add(place.join('.'));
    seen.add(key);
    return [key, this.#value(place)];
  }

  #items(open: '{' | '[', item: (into: unknown[]) => void): unknown {
    const close = CLOSING[open];
    const items: unknown[] = [];
    this.#at += 1;
    while (this.#next() !== close) {
      if (this.#at >= this.#text.length) {
        this.#deviates(`expected a ${close}`);
        return this.#made(open, items);
      }
      if (items.length > 0) this.#comma(close);
      if (this.#next() !== close && this.#at < this.#text.length) item(items);
    }
    this.#at += 1;
    return this.#made(open, items);
  }

  #comma(close: string): void {
    if (this.#next() !== ',') this.#fail(`expected a comma or ${close}`);
    const at = this.#at;
    this.#at += 1;
    const next = this.#next();
    if (next === close || next === '') this.#deviates('unexpected comma', at);
  }

  #made(open: '{' | '[', items: readonly unknown[]): unknown {
    return open === '[' ? items : Object.fromEntries(items as [string, unknown][]);
  }

  #quoted(quote: string): string {
    const start = this.#at;
    if (quote === "'") this.#deviates(`expected ", got '`);
    let end = start + 1;
    while (end < this.#text.length && this.#text.charAt(end) !== quote) end += this.#text.charAt(end) === '\\' ? 2 : 1;
    if (end >= this.#text.length) this.#fail(`expected a closing ${quote}`);
    this.#at = end + 1;
    const inner = this.#text.slice(start + 1, end);
    if (quote === "'" && /["\\]/.test(inner)) this.#fail('double quotes or backslashes inside single quotes');
    try {
      return JSON.parse(`"${inner}"`) as string;
    } catch {
      this.#at = start;
      return this.#fail('invalid JSON string');
    }
  }

  #bare(): string {
    WORD.lastIndex = this.#at;
    const word = WORD.exec(this.#text)?.[0];
    if (word === undefined) return this.#fail('expected a value');
    this.#at += word.length;
    return word;
  }

  #word(): unknown {
    const at = this.#at;
    const word = this.#bare();
    if (LITERALS.has(word)) return LITERALS.get(word);
    if (NUMBER.test(word)) return Number(word);
    if (CAPITALS.test(word)) {
      const lower = word.toLowerCase();
      this.#deviates(`expected ${lower}, got ${word}`, at);
      return LITERALS.get(lower);
    }
    // Two words are one text in YAML, and a mistake elsewhere.
    if (/[^\s,}\]]/.test(this.#next())) this.#fail('expected a comma or quotes');
    this.#deviates(`expected "${word}", got ${word}`, at);
    return word;
  }
}
