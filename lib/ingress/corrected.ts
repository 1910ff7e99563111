/** Straight and typographic quotes, as word processors and web pages put them. */
const SINGLE = /[\u2018-\u201b\u2032]/g;
const DOUBLE = /[\u201c-\u201f\u2033\u00ab\u00bb]/g;

/** Typographic quotes made straight. */
export function straighten(text: string): string {
  return text.replace(SINGLE, "'").replace(DOUBLE, '"');
}

/**
 * The remedy for a value of which only the quotes and blanks around it are wrong: then the correction is certain.
 *
 * @param accepts whether a value would be read.
 */
export function corrected(key: string, value: string, accepts: (value: string) => boolean): { remedy?: string } {
  const bare = straighten(value).replace(/^[\s"']+|[\s"']+$/g, '');
  return bare !== value && accepts(bare) ? { remedy: `Write ${key}: ${JSON.stringify(bare)}` } : {};
}
