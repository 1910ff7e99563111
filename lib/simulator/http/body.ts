/** Parses JSON that may have a comma after the last field, as the vendor's Java library writes it. */
function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const strict = text.replaceAll(
      /("(?:[^"\\]|\\.)*"?)|,(?=\s*[}\]])/gs,
      (_all, quoted: string | undefined) => quoted ?? '',
    );
    return JSON.parse(strict);
  }
}

/**
 * Parses the body of a request: JSON, or the form of older releases, `object={…}`.
 *
 * @returns undefined for an empty body
 * @throws {SyntaxError | URIError} it is neither
 */
export function bodyOf(text: string): unknown {
  if (text.trim() === '') return undefined;
  const form = /^object=(.*)$/s.exec(text);
  return parseLoosely(form === null ? text : decodeURIComponent(form[1]!.replaceAll('+', ' ')));
}
