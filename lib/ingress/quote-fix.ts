/** Straight and typographic quotes, as word processors and web pages put them. */
const SINGLE = /[\u2018-\u201b\u2032]/g;
const DOUBLE = /[\u201c-\u201f\u2033\u00ab\u00bb]/g;

/** Longer values are not corrected: the remedy would be a page, and looking for it would take time. */
const LIMIT = 500;

/** A value without the blanks and quotes around it, typographic ones within made straight. */
export function bare(value: string): string | undefined {
  if (value.length > LIMIT) return undefined;
  return value
    .replace(SINGLE, "'")
    .replace(DOUBLE, '"')
    .replace(/^[\s\p{Cf}'"]+(?=[^\s\p{Cf}'"])|[\s\p{Cf}'"]+$/gu, '');
}

/**
 * The remedy that names the line of YAML to write; none for a value that is too long to be shown, or has characters
 * that nobody should copy.
 */
export function yamlRemedy(key: string, value: string): { remedy?: string } {
  if (value.length > LIMIT || /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(value)) return {};
  const scalar = /["\\]/.test(value) ? `'${value.replaceAll("'", "''")}'` : `"${value}"`;
  return { remedy: `Write ${key}: ${scalar}` };
}

/**
 * The remedy for a value of which only the quotes and blanks around it are wrong: then the correction is certain.
 *
 * @param accepts whether a value would be read.
 */
export function quoteFixRemedy(key: string, value: string, accepts: (value: string) => boolean): { remedy?: string } {
  const found = bare(value);
  return found !== undefined && found !== value && accepts(found) ? yamlRemedy(key, found) : {};
}
