import { compareText } from '../contract/index.ts';
import { unquote } from './quote-fix.ts';
import { readRelaxedJson } from './relaxed-json.ts';

/** The entries of a JSON object in the order of their keys, or the reason why the text is not one. */
type JsonMap =
  | {
      readonly entries: readonly (readonly [string, unknown])[];
      /** Keys that occur more than once in one object: JSON takes the last one. */
      readonly duplicates: readonly string[];
    }
  | {
      readonly reason: string;
      /** The valid text, where it is certain. */
      readonly suggestion?: string;
    };

/** Longest annotation to parse. Nobody writes a longer one by hand, and it would take time. */
const MAX_LENGTH = 65_536;

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
  if (input.length > MAX_LENGTH) return { reason: `it is longer than ${MAX_LENGTH} characters` };
  const value = parse(input);
  if (isObject(value)) {
    const relaxed = readRelaxedJson(input);
    return {
      entries: Object.entries(value).sort(([a], [b]) => compareText(a, b)),
      duplicates: 'duplicates' in relaxed ? relaxed.duplicates : [],
    };
  }
  return invalidJson(input, value);
}

/** Returns why a text is not a JSON object, and the text that was probably intended. */
function invalidJson(input: string, value: unknown): JsonMap {
  // A template that quotes twice: the string holds the object.
  if (typeof value === 'string' && isObject(parse(value))) {
    return { reason: 'it is a JSON object inside a JSON string: remove one pair of quotes', suggestion: value };
  }
  if (value !== undefined) return { reason: 'it is not a JSON object' };
  // Samples on the web have typographic quotes, inside and around the value.
  const straight = unquote(input) ?? '';
  if (straight !== input && isObject(parse(straight))) {
    return { reason: 'it is not a JSON object: its quotes are not straight', suggestion: straight };
  }
  const relaxed = readRelaxedJson(straight);
  if ('error' in relaxed) return { reason: `it is not a JSON object: ${relaxed.error}` };
  const deviation = relaxed.deviation === undefined ? '' : `: ${relaxed.deviation}`;
  if (!isObject(relaxed.value)) return { reason: 'it is not a JSON object' };
  return { reason: `it is not a JSON object${deviation}`, suggestion: JSON.stringify(relaxed.value) };
}
