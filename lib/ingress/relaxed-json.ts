/** The value that a text which is nearly JSON was intended to be. */
interface RelaxedJson {
  readonly value: unknown;
  /** The first deviation from JSON: `at character 7: expected ", got '`. */
  readonly deviation?: string;
  /** Keys that occur more than once in one object: `app1.lbmethod`. */
  readonly duplicates: readonly string[];
}

/** Deepest nesting to read: a deeper text would overflow the stack. */
const MAX_DEPTH = 32;
const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;
/** Matches a word without quotes. */
const WORD = /[^\s"'{}[\],:]+/y;
const CLOSING = { '{': '}', '[': ']' } as const;
const LITERALS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
/** Matches the literals of Python and YAML, which have capitals. */
const CAPITALS = /^(true|false|null)$/i;

class AmbiguousJsonError extends Error {}

/**
 * Reads JSON with common mistakes: single quotes, words without quotes, extra commas, missing braces at the end. A text
 * that could mean two things is not read.
 *
 * @returns the position and kind of the first error where the text cannot be read.
 */
export function readRelaxedJson(text: string): RelaxedJson | { readonly error: string } {
  const reader = new Reader(text);
  try {
    return reader.read();
  } catch (error) {
    if (error instanceof AmbiguousJsonError) return { error: reader.deviation ?? error.message };
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

  read(): RelaxedJson {
    const value = this.#value([]);
    this.#skipBlanks();
    if (this.#at < this.#text.length) this.#fail('unexpected text after the end');
    return {
      value,
      duplicates: [...this.#duplicates],
      ...(this.deviation === undefined ? {} : { deviation: this.deviation }),
    };
  }

  #position(at: number): string {
    return at >= this.#text.length ? 'at the end' : `at character ${at + 1}`;
  }

  #deviates(message: string, at = this.#at): void {
    this.deviation ??= `${this.#position(at)}: ${message}`;
  }

  #fail(message: string): never {
    throw new AmbiguousJsonError(`${this.#position(this.#at)}: ${message}`);
  }

  #skipBlanks(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at += 1;
  }

  #peek(): string {
    this.#skipBlanks();
    return this.#text.charAt(this.#at);
  }

  #value(path: readonly string[]): unknown {
    const next = this.#peek();
    if (path.length > MAX_DEPTH) this.#fail('nested too deeply');
    if (next === '{') {
      const seen = new Set<string>();
      return this.#items('{', (items) => items.push(this.#entry(seen, path)));
    }
    if (next === '[') return this.#items('[', (items) => items.push(this.#value([...path, ''])));
    if (next === '"' || next === "'") return this.#string(next);
    return this.#literal();
  }

  #entry(seen: Set<string>, path: readonly string[]): [string, unknown] {
    const next = this.#peek();
    const at = this.#at;
    const key = next === '"' || next === "'" ? this.#string(next) : this.#readWord();
    if (next !== '"' && next !== "'") this.#deviates(`expected "${key}", got ${key}`, at);
    const keyPath = [...path, key];
    if (this.#peek() !== ':') this.#fail(`expected a : after ${key}`);
    this.#at += 1;
    if (seen.has(key)) this.#duplicates.add(keyPath.join('.'));
    seen.add(key);
    return [key, this.#value(keyPath)];
  }

  #items(open: '{' | '[', readItem: (items: unknown[]) => void): unknown {
    const close = CLOSING[open];
    const items: unknown[] = [];
    this.#at += 1;
    while (this.#peek() !== close) {
      if (this.#at >= this.#text.length) {
        this.#deviates(`expected a ${close}`);
        return this.#build(open, items);
      }
      if (items.length > 0) this.#comma(close);
      if (this.#peek() !== close && this.#at < this.#text.length) readItem(items);
    }
    this.#at += 1;
    return this.#build(open, items);
  }

  #comma(close: string): void {
    if (this.#peek() !== ',') this.#fail(`expected a comma or ${close}`);
    const at = this.#at;
    this.#at += 1;
    const next = this.#peek();
    if (next === close || next === '') this.#deviates('unexpected comma', at);
  }

  #build(open: '{' | '[', items: readonly unknown[]): unknown {
    return open === '[' ? items : Object.fromEntries(items as [string, unknown][]);
  }

  #string(quote: string): string {
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

  #readWord(): string {
    WORD.lastIndex = this.#at;
    const word = WORD.exec(this.#text)?.[0];
    if (word === undefined) return this.#fail('expected a value');
    this.#at += word.length;
    return word;
  }

  #literal(): unknown {
    const at = this.#at;
    const word = this.#readWord();
    if (LITERALS.has(word)) return LITERALS.get(word);
    if (NUMBER.test(word)) return Number(word);
    if (CAPITALS.test(word)) {
      const lower = word.toLowerCase();
      this.#deviates(`expected ${lower}, got ${word}`, at);
      return LITERALS.get(lower);
    }
    // YAML reads two words as one text; anywhere else they are a mistake.
    if (/[^\s,}\]]/.test(this.#peek())) this.#fail('expected a comma or quotes');
    this.#deviates(`expected "${word}", got ${word}`, at);
    return word;
  }
}
