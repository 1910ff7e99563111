/** The path of a field in a document: `['spec', 'rules', 0, 'host']`. */
export type Path = readonly (string | number)[];

/** Takes a problem with a field. */
export type Note = (path: Path, message: string) => void;

/** Returns `spec.rules[0].host`, and `metadata.annotations["a.b/c"]` for keys that are not identifiers. */
export function renderPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[A-Za-z_]\w*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** Returns the type of a value in the words of YAML. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'boolean') return 'a boolean';
  return typeof value === 'string' ? 'text' : 'a number';
}

/** Returns a text in YAML's single quotes; undefined where it is too long or unprintable to copy. */
function singleQuoted(text: string): string | undefined {
  return text.length > 200 || /[\p{Cc}\p{Cf}]/u.test(text) ? undefined : `'${text.replaceAll("'", "''")}'`;
}

/** Returns a value as JSON in single quotes; undefined also where it contains itself, as an alias of YAML may. */
function quotedJson(value: unknown): string | undefined {
  try {
    return singleQuoted(JSON.stringify(value));
  } catch {
    return undefined;
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads fields of an unknown value. It notes a field of a wrong type, and reads it as absent, or as the text that it
 * obviously means. It never throws. Absent and null are the same, as in Kubernetes.
 */
export class FieldReader {
  readonly value: unknown;
  readonly path: Path;
  readonly #note: Note;

  constructor(value: unknown, note: Note, path: Path = []) {
    this.value = value;
    this.path = path;
    this.#note = note;
  }

  #wrong(expected: string): undefined {
    this.#note(this.path, `${renderPath(this.path)}: expected ${expected}, got ${describe(this.value)}`);
    return undefined;
  }

  get present(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** Returns a field of a mapping; an absent one where this is not a mapping, which `mapping` notes. */
  at(key: string): FieldReader {
    const value = isMapping(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    return new FieldReader(value, this.#note, [...this.path, key]);
  }

  /** Returns the keys of a mapping; none for any other value. */
  keys(): string[] {
    return isMapping(this.value) ? Object.keys(this.value) : [];
  }

  /** Returns this reader where the value is a mapping; any other value is noted. */
  mapping(): FieldReader | undefined {
    if (!this.present) return undefined;
    return isMapping(this.value) ? this : this.#wrong('a mapping');
  }

  /** Returns text. Numbers and booleans are read as text, and noted: the API server would refuse them. */
  text(): string | undefined {
    if (!this.present) return undefined;
    if (typeof this.value === 'string') return this.value;
    if (typeof this.value !== 'number' && typeof this.value !== 'boolean') return this.#wrong('text');
    const text = String(this.value);
    // A fraction may have been written otherwise (1.10): only the owner knows what was meant.
    const certain = typeof this.value === 'boolean' || Number.isSafeInteger(this.value);
    this.#wrong(certain ? `text (put it in quotes: "${text}")` : 'text (put it in quotes)');
    return text;
  }

  /** Returns one text of a mapping. JSON without quotes is a mapping of YAML, and noted with the text to write. */
  #entry(): string | undefined {
    if (!isMapping(this.value)) return this.text();
    const json = quotedJson(this.value);
    return this.#wrong(
      json === undefined ? 'text (put it in single quotes)' : `text (put it in single quotes: ${json})`,
    );
  }

  /** Returns a whole number. A text of digits is read as one, and noted. */
  integer(): number | undefined {
    if (!this.present) return undefined;
    if (Number.isSafeInteger(this.value)) return this.value as number;
    if (typeof this.value !== 'string' || !/^\d{1,9}$/.test(this.value)) return this.#wrong('a whole number');
    this.#wrong('a whole number (without quotes)');
    return Number(this.value);
  }

  integerOrText(): number | string | undefined {
    return typeof this.value === 'string' ? this.value : this.integer();
  }

  boolean(): boolean | undefined {
    if (!this.present) return undefined;
    return typeof this.value === 'boolean' ? this.value : this.#wrong('true or false');
  }

  /** Reads each item of a list with `read`; items that it reads as undefined are left out. */
  list<T>(read: (item: FieldReader) => T | undefined): T[] | undefined {
    if (!this.present) return undefined;
    if (!Array.isArray(this.value)) return this.#wrong('a list');
    return this.value.flatMap((item, index) => {
      const value = read(new FieldReader(item, this.#note, [...this.path, index]));
      return value === undefined ? [] : [value];
    });
  }

  /** Reads a mapping of text to text (annotations, labels), with the keys that `keep` admits. */
  texts(keep: (key: string) => boolean): Record<string, string> | undefined {
    const mapping = this.mapping();
    if (mapping === undefined) return undefined;
    const entries = Object.keys(mapping.value as object).flatMap((key) => {
      const value = keep(key) ? mapping.at(key).#entry() : undefined;
      return value === undefined ? [] : [[key, value] as const];
    });
    return Object.fromEntries(entries);
  }
}
