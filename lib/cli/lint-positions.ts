import { type Document, isMap, isNode, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import { type JsonText, readJson } from '../forwarder/source/json-text.ts';

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

/**
 * The lines of fields in a file of manifests, of which `readManifests` tells the line of each object only.
 *
 * @returns for the line of an object, the 1-based line of a field of it, or of what is nearest around it.
 */
export function manifestLines(text: string): (objectLine: number, path: string) => number {
  const json = readJson(text);
  return json === undefined ? yamlLines(text) : jsonLines(json);
}

function jsonLines(json: JsonText): (objectLine: number, path: string) => number {
  const places = new Map<number, readonly Step[]>();
  for (const path of json.objects) {
    const line = json.lineOf(path);
    // Of several objects on one line the first stands for all.
    if (!places.has(line)) places.set(line, path);
  }
  return (objectLine, path) => {
    const place = places.get(objectLine);
    return place === undefined ? objectLine : json.lineOf([...place, ...parsePath(path)]);
  };
}

function yamlLines(text: string): (objectLine: number, path: string) => number {
  const lines = new LineCounter();
  const places = new Map<number, Place>();
  const nodeAt = ({ document, steps }: Place): unknown =>
    steps.length === 0 ? document.contents : document.getIn(steps, true);
  const lineOf = (place: Place): number | undefined => {
    const node = nodeAt(place);
    return isNode(node) && node.range ? lines.linePos(node.range[0]).line : undefined;
  };
  const visit = (place: Place): void => {
    const line = lineOf(place);
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
    if (place === undefined) return objectLine;
    for (let steps = parsePath(path); steps.length > 0; steps = steps.slice(0, -1)) {
      const line = lineOf({ ...place, steps: [...place.steps, ...steps] });
      if (line !== undefined) return line;
    }
    return objectLine;
  };
}
