/** Match the typographic quotes of word processors and web pages. */
const SINGLE = /[\u2018-\u201b\u2032]/g;
const DOUBLE = /[\u201c-\u201f\u2033\u00ab\u00bb]/g;

/** Longest value to correct: a remedy for a longer one would fill a page and take time. */
const MAX_LENGTH = 500;

/** Returns a value without the blanks and quotes around it, and with straight quotes inside; undefined if too long. */
export function unquote(value: string): string | undefined {
  if (value.length > MAX_LENGTH) return undefined;
  return value
    .replace(SINGLE, "'")
    .replace(DOUBLE, '"')
    .replace(/^[\s\p{Cf}'"]+(?=[^\s\p{Cf}'"])|(?<![\s\p{Cf}'"])[\s\p{Cf}'"]+$/gu, '');
}

/**
 * Returns the remedy with the line of YAML to write; none for a value that is too long or has invisible characters,
 * which nobody should copy.
 */
export function yamlRemedy(key: string, value: string): { remedy?: string } {
  if (value.length > MAX_LENGTH || /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(value)) return {};
  const scalar = /["\\]/.test(value) ? `'${value.replaceAll("'", "''")}'` : `"${value}"`;
  return { remedy: `Write ${key}: ${scalar}` };
}

/**
 * Returns the remedy for a value that is valid except for the quotes and blanks around it.
 *
 * @param accepts returns whether a value is valid.
 */
export function quoteFixRemedy(key: string, value: string, accepts: (value: string) => boolean): { remedy?: string } {
  const found = unquote(value);
  return found !== undefined && found !== value && accepts(found) ? yamlRemedy(key, found) : {};
}
