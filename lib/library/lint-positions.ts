import { type Document, isCollection, isSeq, LineCounter, type Node } from 'yaml';
import { NodeFinder, YamlRefused, yamlDocuments } from '../config/yaml-documents.ts';
import { type JsonText, readJson } from '../forwarder/source/json-text.ts';
import type { Columns } from '../ingress/index.ts';

type Step = string | number;

/** Position of an object: its document, and the steps to it within a list. */
interface ObjectPosition {
  readonly document: Document.Parsed;
  readonly steps: readonly Step[];
}

/** Splits a path such as `spec.rules[0].host` or `metadata.annotations["a.b/c"]` into steps. */
export function parsePath(path: string): Step[] {
  return [...path.matchAll(/([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)].map(([, name, index, key]) => {
    if (index !== undefined) return Number(index);
    return key === undefined ? (name as string) : unquoted(key);
  });
}

/** Returns the text of a JSON string; as it is if it is none, which no finding has. */
function unquoted(key: string): string {
  try {
    return String(JSON.parse(key));
  } catch {
    return key;
  }
}

/** Position of a field in a file, or of its nearest parent if the field is not written. */
export interface FieldPosition {
  /** 1-based. */
  readonly line: number;
  /** Absent if only the line of the object is known. */
  readonly columns?: Columns;
}

/** Finds a field of the object that begins on a line. */
type PositionOf = (objectLine: number, path: string) => FieldPosition;

/**
 * Finds the positions of fields in a file of manifests; `readManifests` knows only the line of each object.
 */
export function fieldPositions(text: string): PositionOf {
  const json = readJson(text);
  return json === undefined ? yamlPositions(text) : jsonPositions(json);
}

/** Returns only the lines of {@link fieldPositions}. */
export function manifestLines(text: string): (objectLine: number, path: string) => number {
  const positions = fieldPositions(text);
  return (objectLine, path) => positions(objectLine, path).line;
}

function jsonPositions(json: JsonText): PositionOf {
  const positions = new Map<number, readonly Step[]>();
  for (const path of json.objects) {
    const line = json.lineOf(path);
    // The first of several objects on one line represents all.
    if (!positions.has(line)) positions.set(line, path);
  }
  return (objectLine, path) => {
    const position = positions.get(objectLine);
    if (position === undefined) return { line: objectLine };
    const { line, column, endColumn } = json.placeOf([...position, ...parsePath(path)]);
    return { line, columns: { column, ...(endColumn === undefined ? {} : { end: { line, column: endColumn } }) } };
  };
}

function yamlPositions(text: string): PositionOf {
  const lines = new LineCounter();
  const positions = new Map<number, ObjectPosition>();
  const finder = new NodeFinder();
  const nodeAt = ({ document, steps }: ObjectPosition): Node | undefined => finder.valueAt(document, steps);
  const positionOf = (position: ObjectPosition): FieldPosition | undefined => {
    const node = nodeAt(position);
    return node?.range ? rangePosition(node, node.range, lines) : undefined;
  };
  const visit = (position: ObjectPosition): void => {
    const line = positionOf(position)?.line;
    // The first of several objects on one line represents all.
    if (line !== undefined && !positions.has(line)) positions.set(line, position);
    const items = nodeAt({ ...position, steps: [...position.steps, 'items'] });
    if (!isSeq(items)) return;
    for (const index of items.items.keys()) visit({ ...position, steps: [...position.steps, 'items', index] });
  };
  for (const document of documentsOf(text, lines)) visit({ document, steps: [] });
  return (objectLine, path) => {
    const position = positions.get(objectLine);
    if (position === undefined) return { line: objectLine };
    for (let steps = parsePath(path); steps.length > 0; steps = steps.slice(0, -1)) {
      const found = positionOf({ ...position, steps: [...position.steps, ...steps] });
      if (found !== undefined) return found;
    }
    return positionOf(position) ?? { line: objectLine };
  };
}

/** Returns the documents of a text; none of one that is refused, which has no object either. */
function documentsOf(text: string, lines: LineCounter): Document.Parsed[] {
  try {
    return yamlDocuments(text, lines, true);
  } catch (error) {
    if (error instanceof YamlRefused) return [];
    throw error;
  }
}

function rangePosition(node: Node, [start, end]: readonly [number, number, number], lines: LineCounter): FieldPosition {
  const { line, col } = lines.linePos(start);
  if (isCollection(node) || end <= start) return { line, columns: { column: col } };
  const after = lines.linePos(end);
  // A block scalar ends with its last line break, which belongs to its last line.
  const last = after.col === 1 ? lines.linePos(end - 1) : after;
  return { line, columns: { column: col, end: { line: last.line, column: last.col } } };
}
