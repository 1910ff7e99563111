/** Separates the fields of a row's value. */
export const SEPARATOR = ';';

/** A field of a row that would be read back as something else. A programming error: events carry no such name. */
export class RowFieldUnsafe extends Error {
  override readonly name = 'RowFieldUnsafe';
}

const UNSAFE = /[^\x20-\x7e]/;

/**
 * Returns a text as a row may hold it: printable ASCII.
 *
 * @param field names it in the error.
 * @throws {RowFieldUnsafe} where it has another character.
 */
export function printable(field: string, text: string): string {
  if (!UNSAFE.test(text)) return text;
  throw new RowFieldUnsafe(`${field} of a row is ${JSON.stringify(text)}: a row holds printable ASCII only`);
}

/**
 * Joins the fields of a row's value.
 *
 * @throws {RowFieldUnsafe} where a field has the separator, or another character than printable ASCII.
 */
export function joinFields(fields: Readonly<Record<string, string | number>>): string {
  return Object.entries(fields)
    .map(([field, value]) => {
      const text = printable(field, String(value));
      if (!text.includes(SEPARATOR)) return text;
      throw new RowFieldUnsafe(`${field} of a row is ${JSON.stringify(text)}: "${SEPARATOR}" separates fields`);
    })
    .join(SEPARATOR);
}
