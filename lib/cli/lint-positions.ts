import { type Document, isCollection, isMap, isNode, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { type JsonText, readJson } from '../forwarder/source/json-text.ts';
import type { Columns } from '../ingress/index.ts';

type Step = string | number;

/** Where an object stands: its document, and the steps to it within a list. */
interface Place {
  readonly document: Document.Parsed;
  readonly steps: readonly Step[];
}

/** `spec.rules[0].host` and `metadata.annotations["a.b/c"]` as steps. */
export function parsePath(path: string): Step[] {
  return [...path.matchAll(/([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)].map(([, name, index, key]) => {
    if (index !== undefined) return Number(index);
    return key === undefined ? (name as string) : String(JSON.parse(key));
  });
}

/** Where a field stands in a file; of a field that is not written, what is nearest around it. */
export interface ManifestPlace {
  /** 1-based. */
  readonly line: number;
  /** Absent where only the object's line is known. */
  readonly columns?: Columns;
}

/** Finds a field of the object that begins on a line. */
type PlaceOf = (objectLine: number, path: string) => ManifestPlace;

/**
 * The places of fields in a file of manifests, of which `readManifests` tells the line of each object only.
 *
 * @returns for the line of an object, the place of a field of it, or of what is nearest around it.
 */
export function manifestPlaces(text: string): PlaceOf {
  const json = readJson(text);
  return json === undefined ? yamlPlaces(text) : jsonPlaces(json);
}

/** Gives the lines alone of {@link manifestPlaces}. */
export function manifestLines(text: string): (objectLine: number, path: string) => number {
  const places = manifestPlaces(text);
  return (objectLine, path) => places(objectLine, path).line;
}

function jsonPlaces(json: JsonText): PlaceOf {
  const places = new Map<number, readonly Step[]>();
  for (const path of json.objects) {
    const line = json.lineOf(path);
    // Of several objects on one line the first stands for all.
    if (!places.has(line)) places.set(line, path);
  }
  return (objectLine, path) => {
    const place = places.get(objectLine);
    if (place === undefined) return { line: objectLine };
    const { line, column, endColumn } = json.placeOf([...place, ...parsePath(path)]);
    return { line, columns: { column, ...(endColumn === undefined ? {} : { end: { line, column: endColumn } }) } };
  };
}

function yamlPlaces(text: string): PlaceOf {
  const lines = new LineCounter();
  const places = new Map<number, Place>();
  const nodeAt = ({ document, steps }: Place): unknown =>
    steps.length === 0 ? document.contents : document.getIn(steps, true);
  const placeOf = (place: Place): ManifestPlace | undefined => {
    const node = nodeAt(place);
    return isNode(node) && node.range ? placed(node, node.range, lines) : undefined;
  };
  const visit = (place: Place): void => {
    const line = placeOf(place)?.line;
    // Of several objects on one line the first stands for all.
    if (line !== undefined && !places.has(line)) places.set(line, place);
    const node = nodeAt(place);
    const items = isMap(node) ? node.get('items', true) : undefined;
    if (!isSeq(items)) return;
    for (const index of items.items.keys()) visit({ ...place, steps: [...place.steps, 'items', index] });
  };
  for (const document of parseAllDocuments(text, { lineCounter: lines, merge: true, logLevel: 'silent' })) {
    visit({ document: document as Document.Parsed, steps: [] });
  }
  return (objectLine, path) => {
    const place = places.get(objectLine);
    if (place === undefined) return { line: objectLine };
    for (let steps = parsePath(path); steps.length > 0; steps = steps.slice(0, -1)) {
      const found = placeOf({ ...place, steps: [...place.steps, ...steps] });
      if (found !== undefined) return found;
    }
    return placeOf(place) ?? { line: objectLine };
  };
}

function placed(node: Node, [start, end]: readonly [number, number, number], lines: LineCounter): ManifestPlace {
  const { line, col } = lines.linePos(start);
  if (isCollection(node) || end <= start) return { line, columns: { column: col } };
  const behind = lines.linePos(end);
  // A block scalar ends with its last line break, which belongs to its last line.
  const last = behind.col === 1 ? lines.linePos(end - 1) : behind;
  return { line, columns: { column: col, end: { line: last.line, column: last.col } } };
}
