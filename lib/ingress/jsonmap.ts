import { bare } from './corrected.ts';
import { byText } from './shape.ts';

/** The entries of a JSON object, in the order of their keys, or why there are none. */
export type JsonMap =
  | { readonly entries: readonly (readonly [string, unknown])[] }
  | {
      readonly reason: string;
      /** The text that would be read, where that is certain. */
      readonly suggestion?: string;
    };

/** Longer annotations are none that anybody wrote by hand; they would only cost time. */
const LIMIT = 65_536;

function parseObject(input: string): object | undefined {
  try {
    const value: unknown = JSON.parse(input);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Parses an annotation whose value is a JSON object. */
export function parseJsonMap(input: string): JsonMap {
  if (input.length > LIMIT) return { reason: `it is longer than ${LIMIT} characters` };
  const value = parseObject(input);
  if (value !== undefined) return { entries: Object.entries(value).sort(([a], [b]) => byText(a, b)) };
  // Samples on the web have typographic quotes, inside as well as around.
  const straight = bare(input) ?? '';
  const reason = 'it is no JSON object';
  return parseObject(straight) === undefined ? { reason } : { reason, suggestion: straight };
}
