import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  visit,
  YAMLParseError,
} from 'yaml';

/**
 * Reads YAML in time that grows with its length, and without its depth on the stack. The library compares each key with
 * all others of its mapping, composes nested nodes by recursion, and searches the whole document for each alias.
 */

/** Deepest nesting of YAML: no manifest and no configuration needs a tenth of it. */
const MAX_YAML_DEPTH = 100;
/** Aliases in a document; more are an attack on memory and time. */
export const MAX_YAML_ALIASES = 1_000;

/** The text is YAML that nobody needs: too deep, or with too many aliases. */
export class YamlRefused extends Error {
  override readonly name = 'YamlRefused';
  /** Where, as an offset in the text. */
  readonly offset: number;

  constructor(offset: number, reason: string) {
    super(reason);
    this.offset = offset;
  }
}

/**
 * Returns the documents of a text. Errors within one are in its `errors`, in order.
 *
 * @param lines learns where the lines begin.
 * @param merge whether `<<` merges mappings.
 * @throws {YamlRefused} for a text that is nested too deeply, or has too many aliases.
 */
export function yamlDocuments(text: string, lines: LineCounter, merge: boolean): Document.Parsed[] {
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  for (const token of tokens) {
    if (token.type === 'document' && token.value !== undefined) checkDepth(token.value);
  }
  const composer = new Composer({ merge, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const documents = [...composer.compose(tokens, false, text.length)];
  for (const document of documents) checkNodes(document);
  return documents;
}

/**
 * Returns the value of a text with one document; null for an empty one.
 *
 * @throws {YamlRefused} {YAMLParseError} {ReferenceError} for an alias without an anchor.
 */
export function yamlValue(text: string): unknown {
  const [document, second] = yamlDocuments(text, new LineCounter(), false);
  if (second !== undefined) throw new YamlRefused(second.range[0], 'has a second document: expected one');
  const [error] = document?.errors ?? [];
  if (error !== undefined) throw error;
  return document?.toJS() ?? null;
}

/** @throws {YamlRefused} */
function checkDepth(root: CST.Token): void {
  const open: [token: CST.Token, depth: number][] = [[root, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [token, depth] = next;
    if (depth > MAX_YAML_DEPTH) {
      throw new YamlRefused(token.offset, `is nested more than ${MAX_YAML_DEPTH} deep`);
    }
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key) open.push([key, depth + 1]);
      if (value) open.push([value, depth + 1]);
    }
  }
}

/**
 * Adds an error for each key that a mapping repeats.
 *
 * @throws {YamlRefused} for too many aliases.
 */
function checkNodes(document: Document.Parsed): void {
  let aliases = 0;
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) document.errors.push(repeated(key));
        seen.add(key.value);
      }
    },
    Alias(_, alias) {
      aliases += 1;
      if (aliases > MAX_YAML_ALIASES) {
        throw new YamlRefused(alias.range?.[0] ?? 0, `has more than ${MAX_YAML_ALIASES} aliases in one document`);
      }
    },
  });
  document.errors.sort((a, b) => a.pos[0] - b.pos[0]);
}

function repeated(key: Node): YAMLParseError {
  const at = key.range?.[0] ?? 0;
  return new YAMLParseError([at, at + 1], 'DUPLICATE_KEY', 'Map keys must be unique');
}

/** Returns the first alias without an anchor before it. */
export function unresolvedAlias(document: Document.Parsed): Alias.Parsed | undefined {
  const anchors = new Set<string>();
  let found: Alias | undefined;
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        if (anchors.has(node.source)) return undefined;
        found = node;
        return visit.BREAK;
      }
      if (node.anchor !== undefined) anchors.add(node.anchor);
      return undefined;
    },
  });
  return found as Alias.Parsed | undefined;
}

/** Finds nodes of documents by path. It looks through each mapping once, however many of its keys are asked for. */
export class NodeFinder {
  readonly #pairs = new WeakMap<object, ReadonlyMap<unknown, Pair>>();

  /** Returns the node of a value; undefined where the path leads nowhere, or through an alias. */
  valueAt({ contents }: Document.Parsed, path: readonly PropertyKey[]): Node | undefined {
    let node: unknown = contents;
    for (const step of path) {
      if (!isCollection(node)) return undefined;
      node = isSeq(node) ? node.items[Number(step)] : this.#pairOf(node, step)?.value;
    }
    return isNode(node) ? node : undefined;
  }

  /** Returns the node of the key at the end of a path; undefined where that is no key of a mapping. */
  keyAt(document: Document.Parsed, path: readonly PropertyKey[]): Node | undefined {
    const parent = path.length === 0 ? undefined : this.valueAt(document, path.slice(0, -1));
    const key = isMap(parent) ? this.#pairOf(parent, path.at(-1))?.key : undefined;
    return isNode(key) ? key : undefined;
  }

  /** Keys are compared as text: those of a path are what JavaScript made of them. */
  #pairOf(map: Node, key: PropertyKey | undefined): Pair | undefined {
    if (!isMap(map)) return undefined;
    let pairs = this.#pairs.get(map);
    if (pairs === undefined) {
      pairs = new Map(
        map.items.toReversed().map((pair) => [String(isScalar(pair.key) ? pair.key.value : pair.key), pair]),
      );
      this.#pairs.set(map, pairs);
    }
    return pairs.get(String(key));
  }
}
