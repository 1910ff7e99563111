import { bare } from './quote-fix.ts';
import { readRelaxed } from './relaxed-json.ts';
import { byText } from './shape.ts';

/** The entries of a JSON object, in the order of their keys, or why there are none. */
export type JsonMap =
  | {
      readonly entries: readonly (readonly [string, unknown])[];
      /** Keys that stand twice in one object: JSON takes the last one. */
      readonly duplicates: readonly string[];
    }
  | {
      readonly reason: string;
      /** The text that would be read, where that is certain. */
      readonly suggestion?: string;
    };

/** Longer annotations are none that anybody wrote by hand; they would only cost time. */
const LIMIT = 65_536;

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return undefined;
  }
}

/** Parses an annotation whose value is a JSON object. */
export function parseJsonMap(input: string): JsonMap {
  if (input.length > LIMIT) return { reason: `it is longer than ${LIMIT} characters` };
  const value = parse(input);
  if (isObject(value)) {
    const relaxed = readRelaxed(input);
    return {
      entries: Object.entries(value).sort(([a], [b]) => byText(a, b)),
      duplicates: 'duplicates' in relaxed ? relaxed.duplicates : [],
    };
  }
  return meant(input, value);
}

/** What was meant by a value that is not a JSON object. */
function meant(input: string, value: unknown): JsonMap {
  // A template that quoted twice: the text within is the object.
  if (typeof value === 'string' && isObject(parse(value))) {
    return { reason: 'it is a JSON object inside a JSON string: remove one pair of quotes', suggestion: value };
  }
  if (value !== undefined) return { reason: 'it is not a JSON object' };
  // Samples on the web have typographic quotes, inside as well as around.
  const straight = bare(input) ?? '';
  if (straight !== input && isObject(parse(straight))) {
    return { reason: 'it is not a JSON object: its quotes are not straight', suggestion: straight };
  }
  const relaxed = readRelaxed(straight);
  if ('trouble' in relaxed) return { reason: `it is not a JSON object: ${relaxed.trouble}` };
  const where = relaxed.deviation === undefined ? '' : `: ${relaxed.deviation}`;
  if (!isObject(relaxed.value)) return { reason: 'it is not a JSON object' };
  return { reason: `it is not a JSON object${where}`, suggestion: JSON.stringify(relaxed.value) };
}
