/** Where a field stands in a document: `['spec', 'rules', 0, 'host']`. */
export type Path = readonly (string | number)[];

/** Takes a remark about a field. */
export type Note = (path: Path, message: string) => void;

/** `spec.rules[0].host`, and `metadata.annotations["a.b/c"]` for keys that are no identifiers. */
export function renderPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[A-Za-z_]\w*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** What a value is, in the words of YAML. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'boolean') return 'a boolean';
  return typeof value === 'string' ? 'text' : 'a number';
}

/** A text as YAML writes it in single quotes; undefined where nobody would copy it. */
function singleQuoted(text: string): string | undefined {
  return text.length > 200 || /[\p{Cc}\p{Cf}]/u.test(text) ? undefined : `'${text.replaceAll("'", "''")}'`;
}

/** A value as JSON in single quotes; undefined also where it holds itself, as an alias of YAML may make it. */
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
 * Reads fields of a value of which nothing is known. A field of a wrong type is noted and read as absent, or as the
 * text that it obviously stands for; nothing here throws. Absent and null are the same, as in Kubernetes.
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
    this.#note(this.path, `${renderPath(this.path)} is ${describe(this.value)}, where ${expected} is expected`);
    return undefined;
  }

  get present(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** A field of a mapping; absent if this is no mapping, which `mapping` notes. */
  at(key: string): FieldReader {
    const value = isMapping(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    return new FieldReader(value, this.#note, [...this.path, key]);
  }

  /** The keys of a mapping; none of anything else. */
  keys(): string[] {
    return isMapping(this.value) ? Object.keys(this.value) : [];
  }

  /** This, if it is a mapping; noted if it is something else. */
  mapping(): FieldReader | undefined {
    if (!this.present) return undefined;
    return isMapping(this.value) ? this : this.#wrong('a mapping');
  }

  /** Text; numbers and booleans are read as text, and noted: the API server would refuse them. */
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

  /** Text of a mapping of texts: JSON that stands there without quotes is YAML, and noted with the text to write. */
  #entry(): string | undefined {
    if (!isMapping(this.value)) return this.text();
    const json = quotedJson(this.value);
    return this.#wrong(
      json === undefined ? 'text (put it in single quotes)' : `text (put it in single quotes: ${json})`,
    );
  }

  /** A whole number; text of digits is read as one, and noted. */
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

  /** Each item of a list, read by `read`; items read as undefined are left out. */
  list<T>(read: (item: FieldReader) => T | undefined): T[] | undefined {
    if (!this.present) return undefined;
    if (!Array.isArray(this.value)) return this.#wrong('a list');
    return this.value.flatMap((item, index) => {
      const value = read(new FieldReader(item, this.#note, [...this.path, index]));
      return value === undefined ? [] : [value];
    });
  }

  /** A mapping of text to text (annotations, labels), with only the keys that `keep` admits. */
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

/** The type of an object without its undefined fields. */
export type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out the fields that are undefined. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
