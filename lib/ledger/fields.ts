/** Separates the fields of a row's value. */
export const SEPARATOR = ';';

/**
 * Returns the number in a field; undefined for a text that is not a whole number, or one that JavaScript cannot
 * hold. A comparison with anything else would be false whatever it is compared with.
 */
export function wholeNumber(text = ''): number | undefined {
  if (text.length === 0 || text.length > LONGEST_NUMBER) return undefined;
  let number = 0;
  // Character by character: a snapshot reads several numbers of each record of its range.
  for (let index = 0; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return Number.isSafeInteger(number) ? number : undefined;
}

const ZERO = 48;
/** Digits; more are no safe integer. */
const LONGEST_NUMBER = 16;

/** A field of a row that would be read back as another. A programming error: events carry no such name. */
export class RowFieldError extends Error {
  override readonly name = 'RowFieldError';
}

const UNSAFE = /[^\x20-\x7e]/;

/**
 * Returns a text if a row may hold it.
 *
 * @param field names the text in the error.
 * @throws {RowFieldError} for a text with another character than printable ASCII.
 */
export function printable(field: string, text: string): string {
  if (!UNSAFE.test(text)) return text;
  throw new RowFieldError(`${field} of a row is ${JSON.stringify(text)}: a row holds printable ASCII only`);
}

const hasSeparator = (value: string | number): boolean => typeof value === 'string' && value.includes(SEPARATOR);

/**
 * Joins the fields of a row's value.
 *
 * @throws {RowFieldError} for a field with the separator, or with another character than printable ASCII.
 */
export function joinFields(fields: Readonly<Record<string, string | number>>): string {
  const values = Object.values(fields);
  const text = values.join(SEPARATOR);
  // The row as a whole is looked at first: only one that cannot be written is searched for the field.
  if (!UNSAFE.test(text) && !values.some(hasSeparator)) return text;
  for (const field in fields) {
    const value = printable(field, String(fields[field]));
    if (value.includes(SEPARATOR)) {
      throw new RowFieldError(`${field} of a row is ${JSON.stringify(value)}: "${SEPARATOR}" separates fields`);
    }
  }
  return text;
}
