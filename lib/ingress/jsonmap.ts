/** The entries of a JSON object, in the order of their keys, or why there are none. */
export type JsonMap =
  | { readonly entries: readonly (readonly [string, unknown])[] }
  | { readonly reason: string; readonly remedy?: string };

/** Typographic quotes, as word processors and web pages put them in place of straight ones. */
const CURLY = /[\u2018-\u201f\u00ab\u00bb]/;

/** Longer annotations are none that anybody wrote by hand; they would only cost time. */
const LIMIT = 65_536;

/** Parses an annotation whose value is a JSON object. */
export function parseJsonMap(input: string): JsonMap {
  if (input.length > LIMIT) return { reason: `it is longer than ${LIMIT} characters` };
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch {
    return CURLY.test(input)
      ? { reason: 'it has typographic quotes', remedy: 'Write straight quotes: " inside, \' around.' }
      : { reason: 'it is not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { reason: 'it is no JSON object' };
  return { entries: Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) };
}
