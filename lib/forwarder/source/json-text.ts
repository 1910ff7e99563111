import type { Path } from './field-reader.ts';

/** The path and offset of an object: `[]`, `['items', 3]`. */
interface ObjectPosition {
  readonly path: Path;
  readonly offset: number;
}

/** A key that an object has twice: JSON uses the last one, and the API server refuses it. */
export interface DuplicateKey {
  readonly key: string;
  /** 1-based. */
  readonly line: number;
}

/** A place in the text, 1-based; columns count UTF-16 code units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
  /** Behind the last character of text, a number or a word; absent for a mapping or a list. */
  readonly endColumn?: number;
}

/** A text that is JSON as a whole, with the places of its fields. */
export interface JsonText {
  readonly value: unknown;
  readonly twice: DuplicateKey | undefined;
  /** Paths of all objects in their order, including lists and the objects of lists within lists. */
  readonly objects: readonly Path[];
  /** Returns the 1-based line of a field, or of the nearest field around it that the text contains. */
  lineOf(path: Path): number;
  /** The place of what `lineOf` gives the line of. */
  placeOf(path: Path): TextPlace;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]|[^\s{}[\],":]+/g;

/** Depth to which places are noted: nobody asks for deeper ones, and each costs as much as its path is long. */
const MAX_DEPTH = 64;

/** A container that is open during the walk. */
interface Frame {
  readonly path: Path;
  readonly list: boolean;
  /** Whether it is an object, or an item of an object's `items`, whose fields are located. */
  readonly listed: boolean;
  readonly keys: Set<string> | undefined;
  key: string | undefined;
  index: number;
}

/**
 * Reads JSON as JSON: the parser of YAML takes ten times as long, and `kubectl get -o json` gives megabytes.
 *
 * @returns undefined where the text is not JSON: then it may be YAML.
 */
export function readJson(text: string): JsonText | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return new Located(text, value);
}

class Located implements JsonText {
  readonly value: unknown;
  readonly twice: DuplicateKey | undefined;
  readonly objects: readonly Path[];
  readonly #text: string;
  readonly #places = new Map<string, ObjectPosition>();
  /** Fields of an object by path within it; computed only where a problem is reported on it. */
  readonly #fields = new Map<string, ReadonlyMap<string, number>>();
  #lines: readonly number[] | undefined;

  constructor(text: string, value: unknown) {
    this.#text = text;
    this.value = value;
    let twice: { key: string; offset: number } | undefined;
    walk(text, 0, {
      value: (path, offset, listed) => {
        if (listed) this.#places.set(JSON.stringify(path), { path, offset });
      },
      twice: (key, offset) => {
        twice ??= { key, offset };
      },
    });
    this.objects = [...this.#places.values()].map(({ path }) => path);
    this.twice = twice === undefined ? undefined : { key: twice.key, line: this.#lineAt(twice.offset) };
  }

  lineOf(path: Path): number {
    return this.#lineAt(this.#offsetOf(path));
  }

  placeOf(path: Path): TextPlace {
    const offset = this.#offsetOf(path);
    const line = this.#lineAt(offset);
    const column = offset - (line === 1 ? -1 : (this.#breaks[line - 2] as number));
    const token = new RegExp(TOKEN, 'y');
    token.lastIndex = offset;
    const [word = ''] = token.exec(this.#text) ?? [];
    return { line, column, ...(/^[{[]?$/.test(word) ? {} : { endColumn: column + word.length }) };
  }

  #offsetOf(path: Path): number {
    for (let length = path.length; length >= 0; length -= 1) {
      const place = this.#places.get(JSON.stringify(path.slice(0, length)));
      if (place !== undefined) return this.#within(place, path.slice(length));
    }
    return 0;
  }

  get #breaks(): readonly number[] {
    this.#lines ??= [...this.#text.matchAll(/\n/g)].map(({ index }) => index);
    return this.#lines;
  }

  #within({ path, offset }: ObjectPosition, rest: Path): number {
    if (rest.length === 0) return offset;
    const key = JSON.stringify(path);
    const fields = this.#fields.get(key) ?? fieldsAt(this.#text, offset);
    this.#fields.set(key, fields);
    for (let length = rest.length; length > 0; length -= 1) {
      const found = fields.get(JSON.stringify(rest.slice(0, length)));
      if (found !== undefined) return found;
    }
    return offset;
  }

  #lineAt(offset: number): number {
    const breaks = this.#breaks;
    let [low, high] = [0, breaks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((breaks[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }
}

function fieldsAt(text: string, offset: number): Map<string, number> {
  const fields = new Map<string, number>();
  walk(text, offset, { value: (path, at) => void fields.set(JSON.stringify(path), at), twice: () => {}, all: true });
  return fields;
}

interface Visitor {
  /** @param listed whether it is an object of its own, or an item of a list. */
  value(path: Path, offset: number, listed: boolean): void;
  twice(key: string, offset: number): void;
  /** Visits every value, not only objects of lists. */
  readonly all?: boolean;
}

/** Visits one value of valid JSON, from its offset on. */
function walk(text: string, from: number, visitor: Visitor): void {
  const open: Frame[] = [];
  const token = new RegExp(TOKEN);
  token.lastIndex = from;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [word] = found;
    const frame = open.at(-1);
    if (word === '}' || word === ']') {
      open.pop();
      if (open.length === 0) return;
    } else if (word === ',') {
      if (frame?.list) frame.index += 1;
    } else if (frame !== undefined && !frame.list && frame.key === undefined) {
      keyOf(frame, JSON.parse(word) as string, found.index, visitor);
    } else {
      enter(open, frame, word, found.index, visitor);
    }
  }
}

function keyOf(frame: Frame, key: string, offset: number, visitor: Visitor): void {
  frame.key = key;
  if (frame.keys?.has(key)) visitor.twice(key, offset);
  frame.keys?.add(key);
}

function enter(open: Frame[], frame: Frame | undefined, word: string, offset: number, visitor: Visitor): void {
  const near = open.length <= MAX_DEPTH;
  const listed = near && (frame === undefined || (frame.list && frame.listed));
  const step = frame?.list ? frame.index : frame?.key;
  const visited = listed || (near && visitor.all === true);
  // The `items` of a visited object are objects; the path of the list is needed to name them.
  const items = near && frame !== undefined && !frame.list && frame.listed && step === 'items' && word === '[';
  const path = frame === undefined || step === undefined || !(visited || items) ? [] : [...frame.path, step];
  if (visited) visitor.value(path, offset, listed);
  if (frame !== undefined && !frame.list) frame.key = undefined;
  if (word !== '{' && word !== '[') return;
  const list = word === '[';
  open.push({
    path,
    list,
    listed: list ? items : listed,
    keys: list ? undefined : new Set(),
    key: undefined,
    index: 0,
  });
}
