import { type Document, isMap, isNode, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import { type JsonText, readJson } from '../forwarder/source/json-text.ts';

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
    return key === undefined ? (name as string) : String(JSON.parse(key));
  });
}

/**
 * Finds the lines of fields in a file of manifests; `readManifests` knows only the line of each object.
 *
 * @returns maps the line of an object and a path in it to the 1-based line of that field, or of its nearest parent.
 */
export function manifestLines(text: string): (objectLine: number, path: string) => number {
  const json = readJson(text);
  return json === undefined ? yamlLines(text) : jsonLines(json);
}

function jsonLines(json: JsonText): (objectLine: number, path: string) => number {
  const positions = new Map<number, readonly Step[]>();
  for (const path of json.objects) {
    const line = json.lineOf(path);
    // The first of several objects on one line represents all.
    if (!positions.has(line)) positions.set(line, path);
  }
  return (objectLine, path) => {
    const position = positions.get(objectLine);
    return position === undefined ? objectLine : json.lineOf([...position, ...parsePath(path)]);
  };
}

function yamlLines(text: string): (objectLine: number, path: string) => number {
  const lines = new LineCounter();
  const positions = new Map<number, ObjectPosition>();
  const nodeAt = ({ document, steps }: ObjectPosition): unknown =>
    steps.length === 0 ? document.contents : document.getIn(steps, true);
  const lineOf = (position: ObjectPosition): number | undefined => {
    const node = nodeAt(position);
    return isNode(node) && node.range ? lines.linePos(node.range[0]).line : undefined;
  };
  const visit = (position: ObjectPosition): void => {
    const line = lineOf(position);
    // The first of several objects on one line represents all.
    if (line !== undefined && !positions.has(line)) positions.set(line, position);
    const node = nodeAt(position);
    const items = isMap(node) ? node.get('items', true) : undefined;
    if (!isSeq(items)) return;
    for (const index of items.items.keys()) visit({ ...position, steps: [...position.steps, 'items', index] });
  };
  for (const document of parseAllDocuments(text, { lineCounter: lines, merge: true, logLevel: 'silent' })) {
    visit({ document: document as Document.Parsed, steps: [] });
  }
  return (objectLine, path) => {
    const position = positions.get(objectLine);
    if (position === undefined) return objectLine;
    for (let steps = parsePath(path); steps.length > 0; steps = steps.slice(0, -1)) {
      const line = lineOf({ ...position, steps: [...position.steps, ...steps] });
      if (line !== undefined) return line;
    }
    return objectLine;
  };
}
