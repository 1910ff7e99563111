import { skip, wholeList } from './json-scan.ts';

const KEY = '"managedFields":';

/** Characters of an object up to which the field is cut out: the pattern needs memory for each that it may give back. */
const MOST = 1_000_000;

/**
 * Returns the JSON of an object without its `metadata.managedFields`: half of most objects, which would be parsed only
 * to be dropped. No text within the JSON can be mistaken for the field, because its quotes would be escaped. An
 * unexpected form is left for the parser to judge, and so is an object of more than a megabyte.
 */
export function withoutManagedFields(json: Buffer): string {
  const text = json.toString('utf8');
  const at = text.length > MOST ? -1 : text.indexOf(KEY);
  if (at === -1) return text;
  const begin = at + KEY.length;
  const end = skip(wholeList, text, begin);
  return end === begin ? text : `${text.slice(0, begin)}null${text.slice(end)}`;
}
